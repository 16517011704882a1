"""
What a person may decide about an export.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve

from orderferry.connectors import ExportResult, ExportState
from orderferry.errors import UsageError
from orderferry.exports import (
    Act,
    AddEvent,
    ClearErrors,
    Export,
    Failure,
    SkipCause,
    act_changes,
    cancel,
    export_again,
    give_up,
    reason_not_to_resend,
    record_accepted,
    record_not_received,
    retry,
)

from .conftest import NOW, MakeExport

ACT = Act(user="ann", reason="the target is mended")
LATER = NOW + timedelta(minutes=1)
FAILURE = Failure(type="RejectedError", message="no such customer")
PART = ExportResult({"order": "R1"})

Decide = Callable[[Export], Export]

DECISIONS: dict[str, tuple[Decide, set[ExportState]]] = {
    "retried": (lambda e: retry(e, ACT, LATER), {ExportState.REJECTED, ExportState.DEAD}),
    "not taken": (lambda e: record_not_received(e, ACT, LATER), {ExportState.UNKNOWN}),
    "taken": (lambda e: record_accepted(e, {"order": "R1"}, ACT, LATER), {ExportState.UNKNOWN}),
    "given up": (lambda e: give_up(e, ACT, LATER), {ExportState.UNKNOWN}),
    "withdrawn": (
        lambda e: cancel(e, ACT, LATER),
        {ExportState.QUEUED, ExportState.RETRYING},
    ),
    "exported again": (
        lambda e: export_again(e, ACT, LATER),
        {
            ExportState.ACCEPTED,
            ExportState.ACKNOWLEDGED,
            ExportState.SKIPPED,
            ExportState.UNKNOWN,
        },
    ),
}


@pytest.mark.parametrize("name", DECISIONS)
@pytest.mark.parametrize("state", ExportState)
def test_each_decision_is_for_some_states_only(
    make_export: MakeExport, name: str, state: ExportState
) -> None:
    """
    In every other it is refused, and the refusal names export and state.
    """
    decide, allowed = DECISIONS[name]
    export = make_export(state)

    if state in allowed:
        assert LATER == decide(export).changed
    else:
        with pytest.raises(UsageError, match=f"export {export.key.id} is {state}: "):
            decide(export)


@pytest.mark.parametrize("given", [{"user": " ", "reason": "r"}, {"user": "ann", "reason": ""}])
def test_an_act_has_a_user_and_a_reason(given: dict[str, str]) -> None:
    """
    Without either of them there is none.
    """
    with pytest.raises(UsageError, match="requires a non-empty reason and user"):
        Act(**given)


def test_a_retry_is_the_same_row_in_its_lane(make_export: MakeExport) -> None:
    """
    Its attempts go on counting, and it knows who wanted it.
    """
    row = make_export(ExportState.DEAD, attempts=3, failure=FAILURE)

    export = retry(row, ACT, LATER)

    assert (row.key, ExportState.QUEUED, 3) == (export.key, export.state, export.attempts)
    assert (True, "ann", ACT.reason) == (
        export.origin.deferred,
        export.origin.user,
        export.origin.reason,
    )
    assert "retried by ann: the target is mended" == export.reason


def test_the_deadline_of_what_is_tried_again_counts_anew(make_export: MakeExport) -> None:
    """
    Else an old export would have one attempt only; a re-export counts from its own making.
    """
    dead = retry(make_export(ExportState.DEAD), ACT, LATER)
    unknown = record_not_received(make_export(ExportState.UNKNOWN), ACT, LATER)
    again = export_again(evolve(dead, state=ExportState.ACCEPTED), ACT, LATER)

    assert [LATER] * 3 == [dead.since, unknown.since, again.since]
    assert (NOW, NOW, None) == (dead.created, unknown.created, again.origin.again)


@pytest.mark.parametrize("given", [{"results": (PART,)}, {"unsettled": True}])
def test_what_may_be_taken_goes_on_as_a_re_export_only(
    make_export: MakeExport, given: dict[str, object]
) -> None:
    """
    The refusal names the command that does it.
    """
    row = make_export(ExportState.REJECTED, **given)

    with pytest.raises(UsageError, match="`orderferry export W1 --connector sap --connector-id m"):
        retry(row, ACT, LATER)
    assert ExportState.QUEUED is export_again(row, ACT, LATER).state


def test_nothing_is_sent_behind_a_cancelled_workflow(make_export: MakeExport) -> None:
    """
    What was not taken ends `dead` then, unless the person wants it sent in any case.
    """
    row = make_export(ExportState.UNKNOWN, unsettled=True)
    row = evolve(row, origin=evolve(row.origin, cancelled=True))

    settled = record_not_received(row, ACT, LATER)
    resent = record_not_received(row, ACT, LATER, resend=True)

    assert (ExportState.DEAD, False) == (settled.state, settled.unsettled)
    assert (ExportState.RETRYING, False) == (resent.state, resent.origin.cancelled)


def test_what_a_person_found_is_accepted_with_its_id(make_export: MakeExport) -> None:
    """
    Nothing of the unknown outcome is left.
    """
    row = make_export(ExportState.UNKNOWN, unsettled=True, failure=FAILURE, due=NOW)

    export = record_accepted(row, {"order": "R7"}, ACT, LATER)

    assert (ExportState.ACCEPTED, {"order": "R7"}) == (export.state, export.remote_ids)
    assert (None, False, None) == (export.failure, export.unsettled, export.due)
    with pytest.raises(UsageError, match="needs the target's id"):
        record_accepted(row, {}, ACT, LATER)


@pytest.mark.parametrize("decide", [give_up, cancel])
def test_what_is_not_sent_says_who_decided_so(
    make_export: MakeExport, decide: Callable[[Export, Act, object], Export]
) -> None:
    """
    It is skipped, by a person.
    """
    row = make_export(ExportState.UNKNOWN if decide is give_up else ExportState.RETRYING)

    export = decide(row, ACT, LATER)

    assert (ExportState.SKIPPED, SkipCause.OPERATOR) == (export.state, export.skip)
    assert "by ann: the target is mended" in str(export.reason)


def test_a_re_export_is_the_next_generation_of_the_same_content(make_export: MakeExport) -> None:
    """
    The workflow that made the first is not stopped by it.
    """
    row = make_export(ExportState.ACCEPTED, results=(PART,), attempts=2)
    row = evolve(row, origin=evolve(row.origin, stop_on_error=True, error_status="Held"))

    export = export_again(row, ACT, LATER)

    assert (row.key.again(), row.order, 0, ()) == (
        export.key,
        export.order,
        export.attempts,
        export.results,
    )
    assert (False, "Held", ACT.reason) == (
        export.origin.stop_on_error,
        export.origin.error_status,
        export.origin.reason,
    )
    assert str(row.key.id) in str(export.reason)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"state": ExportState.ACCEPTED, "results": (PART,)}, "already (order R1)"),
        ({"state": ExportState.SKIPPED, "skip": SkipCause.ACCEPTED}, "has order W1 already"),
        ({"state": ExportState.REJECTED, "results": (PART,)}, "has a part of order W1"),
        ({"state": ExportState.UNKNOWN}, "may have order W1"),
        ({"state": ExportState.DEAD, "unsettled": True}, "may have order W1"),
    ],
)
def test_who_may_have_an_order_is_named(
    make_export: MakeExport, given: dict[str, object], told: str
) -> None:
    """
    So that a person can be warned before it is sent again.
    """
    why = reason_not_to_resend(make_export(**given))

    assert str(why).startswith("sap/main ")
    assert told in str(why)


def test_what_was_refused_whole_is_at_no_target(make_export: MakeExport) -> None:
    """
    There is nothing to warn of.
    """
    assert reason_not_to_resend(make_export(ExportState.DEAD, failure=FAILURE)) is None


def test_an_act_is_one_event_that_names_the_person(make_export: MakeExport) -> None:
    """
    What success clears on the order is cleared by it too.
    """
    row = make_export(ExportState.UNKNOWN, failure=FAILURE)
    export = record_accepted(row, {"order": "R7"}, ACT, LATER)

    added, clearing = act_changes(row, export, ACT)

    assert isinstance(added, AddEvent)
    assert isinstance(clearing, ClearErrors)
    event = added.event
    assert ("ann", "unknown", "accepted", {"order": "R7"}) == (
        event.user,
        event.previous_state,
        event.state,
        event.remote_ids,
    )
    assert event.message.endswith("is accepted: settled by ann: the target is mended")


def test_a_row_that_an_act_makes_is_an_event_too(make_export: MakeExport) -> None:
    """
    It has no state before.
    """
    export = export_again(make_export(ExportState.ACCEPTED), ACT, LATER)

    (added,) = act_changes(None, export, ACT)

    assert isinstance(added, AddEvent)
    assert (None, "queued", "ann") == (
        added.event.previous_state,
        added.event.state,
        added.event.user,
    )
