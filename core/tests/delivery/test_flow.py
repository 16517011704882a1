"""
Flow control, as the configuration sets it.
"""

import sys
from subprocess import run

import pytest

from orderferry.delivery import Flow, Rate


@pytest.mark.parametrize(
    ("rate", "per_second"),
    [(Rate(10), 10.0), (Rate(600, 60), 10.0), (Rate(1, 3600), 1 / 3600)],
)
def test_a_rate_is_converted_to_exports_per_second(rate: Rate, per_second: float) -> None:
    """
    A rate is converted to exports per second from any period.
    """
    assert per_second == rate.per_second


def test_the_shards_of_an_instance_share_its_rate() -> None:
    """
    The shards of an instance together have its rate.
    """
    shares = [Rate(600, 60).split(4)] * 4

    assert 10.0 == sum(share.per_second for share in shares)


@pytest.mark.parametrize(("concurrency", "batch"), [(1, 512), (256, 512), (300, 600)])
def test_a_batch_is_at_least_twice_the_concurrency(concurrency: int, batch: int) -> None:
    """
    A batch is at least twice the concurrency, so that a lane refills before it runs out.
    """
    assert batch == Flow(concurrency=concurrency).batch


def test_a_configuration_needs_no_database_to_name_a_flow() -> None:
    """
    The import of the room does not import SQLAlchemy; names that need it are loaded later.
    """
    code = "import sys, orderferry.delivery; sys.exit('sqlalchemy' in sys.modules)"

    assert 0 == run([sys.executable, "-c", code], check=False).returncode
