"""
A repeated transition.
"""

from datetime import timedelta

import pytest

from orderferry.connectors import ExportResult, ExportState
from orderferry.exports import SkipCause, intend

from .conftest import NOW, MakeExport


def test_a_first_intent_is_written_and_begun(make_export: MakeExport) -> None:
    """
    Nothing is known of it yet.
    """
    draft = make_export()

    intent = intend(draft, [make_export(version="0"), make_export(status="Ship")])

    assert (draft, None, True) == (intent.export, intent.was, intent.begins)


@pytest.mark.parametrize("state", [ExportState.REJECTED, ExportState.DEAD])
def test_what_ended_badly_is_tried_again_as_the_same_row(
    make_export: MakeExport, state: ExportState
) -> None:
    """
    Its attempts go on counting, its deadline counts anew.
    """
    row = make_export(state, attempts=3)
    later = NOW + timedelta(hours=1)

    intent = intend(make_export(created=later), [row])

    assert intent.begins
    assert row == intent.was
    assert (ExportState.QUEUED, 3, row.key, later) == (
        intent.export.state,
        intent.export.attempts,
        intent.export.key,
        intent.export.since,
    )


@pytest.mark.parametrize(
    "given", [{"results": (ExportResult({"order": "1"}),)}, {"unsettled": True}]
)
def test_what_may_have_been_taken_in_part_is_not_sent_again(
    make_export: MakeExport, given: dict[str, object]
) -> None:
    """
    Only a re-export may.
    """
    row = make_export(ExportState.REJECTED, **given)

    intent = intend(make_export(), [row])

    assert (row, False) == (intent.export, intent.begins)


def test_a_row_whose_workflow_was_cancelled_gets_the_next_generation(
    make_export: MakeExport,
) -> None:
    """
    It was never sent, and its skipping is final.
    """
    row = make_export(ExportState.SKIPPED, skip=SkipCause.WORKFLOW)

    intent = intend(make_export(), [row])

    assert (1, None, True) == (intent.export.key.generation, intent.was, intent.begins)


@pytest.mark.parametrize(
    "state",
    [
        ExportState.QUEUED,
        ExportState.SENDING,
        ExportState.ACCEPTED,
        ExportState.ACKNOWLEDGED,
        ExportState.RETRYING,
        ExportState.UNKNOWN,
        ExportState.SKIPPED,
    ],
)
def test_all_others_give_their_recorded_state(make_export: MakeExport, state: ExportState) -> None:
    """
    The same key is never sent again once accepted, or while it is under way.
    """
    row = make_export(state)

    intent = intend(make_export(), [row])

    assert (row, False) == (intent.export, intent.begins)
