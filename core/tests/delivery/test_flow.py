"""
Flow control, as the configuration gives it.
"""

import sys
from subprocess import run

import pytest

from orderferry.delivery import Flow, Rate


@pytest.mark.parametrize(
    ("rate", "per_second"),
    [(Rate(10), 10.0), (Rate(600, 60), 10.0), (Rate(1, 3600), 1 / 3600)],
)
def test_a_rate_is_so_many_a_second(rate: Rate, per_second: float) -> None:
    """
    Whatever the time that it is given for.
    """
    assert per_second == rate.per_second


def test_the_shards_of_an_instance_share_its_rate() -> None:
    """
    All together are as fast as the instance.
    """
    shares = [Rate(600, 60).divided(4)] * 4

    assert 10.0 == sum(share.per_second for share in shares)


@pytest.mark.parametrize(("concurrency", "batch"), [(1, 512), (256, 512), (300, 600)])
def test_a_batch_is_at_least_twice_what_is_under_way(concurrency: int, batch: int) -> None:
    """
    So that a lane refills before it runs dry.
    """
    assert batch == Flow(concurrency=concurrency).batch


def test_a_configuration_needs_no_database_to_name_a_flow() -> None:
    """
    What needs SQLAlchemy is imported when it is first asked for.
    """
    code = "import sys, orderferry.delivery; sys.exit('sqlalchemy' in sys.modules)"

    assert 0 == run([sys.executable, "-c", code], check=False).returncode
