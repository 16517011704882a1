"""
The good connectors, which the broken ones extend, pass the suite.
"""

from __future__ import annotations

import pytest

from orderferry.testing import GUARANTEES

from .orderferry_broken.table import GOOD, name_of
from .runs import Runs


@pytest.mark.parametrize("good", GOOD, ids=name_of)
def test_a_good_connector_keeps_every_guarantee_that_it_offers(good_runs: Runs, good: str) -> None:
    """
    A good connector fails no guarantee, and every one that it does not offer has a reason.
    """
    run = good_runs.of(name_of(good))

    assert set() == run.with_result("failed"), run.output
    assert [] == [name for name in run.with_result("not offered") if not run.details[name]]
    assert 0 == run.code


def test_together_they_offer_all_guarantees(good_runs: Runs) -> None:
    """
    Each guarantee is proven for at least one good connector, so no test of the suite always fails.
    """
    proven = {name for good in GOOD for name in good_runs.of(name_of(good)).with_result("proven")}

    assert set(GUARANTEES) == proven
