"""
The table of states.
"""

import pytest

from orderferry.connectors import ExportState
from orderferry.exports import FAILED, PENDING, TAKEN, TRANSITIONS, is_allowed

from .conftest import NOW, MakeExport


def test_every_state_but_the_final_ones_has_a_way_out() -> None:
    """
    No export is stuck: only acknowledged and skipped ones are final.
    """
    leaving = {each.source for each in TRANSITIONS}

    assert {ExportState.ACKNOWLEDGED, ExportState.SKIPPED} == set(ExportState) - leaving


def test_every_state_but_the_first_can_be_reached() -> None:
    """
    The table has no state that nothing leads to.
    """
    reached = {ExportState.QUEUED}
    while True:
        more = {each.target for each in TRANSITIONS if each.source in reached} - reached
        if not more:
            break
        reached |= more

    assert set(ExportState) == reached


def test_what_was_taken_never_goes_back_to_be_sent() -> None:
    """
    Accepted at most once: no path leads from accepted to sending but through a refusal.
    """
    assert not any(
        is_allowed(taken, state) for taken in TAKEN for state in PENDING | {ExportState.DEAD}
    )


def test_a_step_stands_in_the_table_once_with_its_reason() -> None:
    """
    One table for code, tests and documentation.
    """
    pairs = [(each.source, each.target) for each in TRANSITIONS]

    assert len(pairs) == len(set(pairs))
    assert all(each.when for each in TRANSITIONS)
    assert not FAILED & TAKEN


def test_an_export_refuses_a_step_that_is_not_in_the_table(make_export: MakeExport) -> None:
    """
    A fault of the program shows at once.
    """
    with pytest.raises(RuntimeError, match="from accepted to sending"):
        make_export(ExportState.ACCEPTED).to(ExportState.SENDING, NOW)
