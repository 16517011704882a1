"""
Manual actions on exports.
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

ACT = Act(user="ann", reason="the target is fixed")
LATER = NOW + timedelta(minutes=1)
FAILURE = Failure(type="RejectedError", message="no such customer")
PART = ExportResult({"order": "R1"})

Decide = Callable[[Export], Export]

ACTIONS: dict[str, tuple[Decide, set[ExportState]]] = {
    "retry": (lambda e: retry(e, ACT, LATER), {ExportState.REJECTED, ExportState.DEAD}),
    "not received": (lambda e: record_not_received(e, ACT, LATER), {ExportState.UNKNOWN}),
    "accepted": (lambda e: record_accepted(e, {"order": "R1"}, ACT, LATER), {ExportState.UNKNOWN}),
    "give up": (lambda e: give_up(e, ACT, LATER), {ExportState.UNKNOWN}),
    "cancel": (
        lambda e: cancel(e, ACT, LATER),
        {ExportState.QUEUED, ExportState.RETRYING},
    ),
    "export again": (
        lambda e: export_again(e, ACT, LATER),
        {
            ExportState.ACCEPTED,
            ExportState.ACKNOWLEDGED,
            ExportState.SKIPPED,
            ExportState.UNKNOWN,
        },
    ),
}


@pytest.mark.parametrize("name", ACTIONS)
@pytest.mark.parametrize("state", ExportState)
def test_each_action_is_for_some_states_only(
    make_export: MakeExport, name: str, state: ExportState
) -> None:
    """
    An action on an export in any other state is an error that names the export and the state.
    """
    decide, allowed = ACTIONS[name]
    export = make_export(state)

    if state in allowed:
        assert LATER == decide(export).changed
    else:
        with pytest.raises(UsageError, match=f"export {export.key.id} is {state}: "):
            decide(export)


@pytest.mark.parametrize("arguments", [{"user": " ", "reason": "r"}, {"user": "ann", "reason": ""}])
def test_an_action_requires_a_user_and_a_reason(arguments: dict[str, str]) -> None:
    """
    An action without a user or without a reason is an error.
    """
    with pytest.raises(UsageError, match="requires a non-empty reason and user"):
        Act(**arguments)


def test_a_retry_is_the_same_row_in_its_lane(make_export: MakeExport) -> None:
    """
    A retried export is the same row in its lane: its count of attempts continues, and its
    origin has the operator.
    """
    row = make_export(ExportState.DEAD, attempts=3, failure=FAILURE)

    export = retry(row, ACT, LATER)

    assert row.key == export.key
    assert ExportState.QUEUED is export.state
    assert 3 == export.attempts
    assert export.origin.deferred is True
    assert "ann" == export.origin.user
    assert ACT.reason == export.origin.reason
    assert "retried by ann: the target is fixed" == export.reason


def test_the_deadline_of_a_retried_export_starts_again(make_export: MakeExport) -> None:
    """
    The deadline counts from the retry, or from the creation of a re-export, so that an old
    export has more than one attempt.
    """
    dead = retry(make_export(ExportState.DEAD), ACT, LATER)
    unknown = record_not_received(make_export(ExportState.UNKNOWN), ACT, LATER)
    again = export_again(evolve(dead, state=ExportState.ACCEPTED), ACT, LATER)

    assert [LATER] * 3 == [dead.since, unknown.since, again.since]
    assert NOW == dead.created
    assert NOW == unknown.created
    assert again.origin.again is None


@pytest.mark.parametrize("fields", [{"results": (PART,)}, {"unsettled": True}])
def test_an_export_that_may_have_been_received_is_only_re_exported(
    make_export: MakeExport, fields: dict[str, object]
) -> None:
    """
    The error of a retry names the command that exports the order again.
    """
    row = make_export(ExportState.REJECTED, **fields)

    with pytest.raises(UsageError, match="`orderferry export W1 --connector sap --connector-id m"):
        retry(row, ACT, LATER)
    assert ExportState.QUEUED is export_again(row, ACT, LATER).state


def test_nothing_is_sent_after_a_workflow_was_cancelled(make_export: MakeExport) -> None:
    """
    An export that was not received ends `dead` then, unless the operator resends it.
    """
    row = make_export(ExportState.UNKNOWN, unsettled=True)
    row = evolve(row, origin=evolve(row.origin, cancelled=True))

    settled = record_not_received(row, ACT, LATER)
    resent = record_not_received(row, ACT, LATER, resend=True)

    assert ExportState.DEAD is settled.state
    assert settled.unsettled is False
    assert ExportState.RETRYING is resent.state
    assert resent.origin.cancelled is False


def test_an_export_is_recorded_as_accepted_with_its_id(make_export: MakeExport) -> None:
    """
    An export that an operator recorded as accepted has the id, and no failure or due time.
    """
    row = make_export(ExportState.UNKNOWN, unsettled=True, failure=FAILURE, due=NOW)

    export = record_accepted(row, {"order": "R7"}, ACT, LATER)

    assert ExportState.ACCEPTED is export.state
    assert {"order": "R7"} == export.remote_ids
    assert export.failure is None
    assert export.unsettled is False
    assert export.due is None
    with pytest.raises(UsageError, match="needs the target's id"):
        record_accepted(row, {}, ACT, LATER)


@pytest.mark.parametrize("decide", [give_up, cancel])
def test_a_skipped_export_names_the_operator(
    make_export: MakeExport, decide: Callable[[Export, Act, object], Export]
) -> None:
    """
    An export that an operator gave up or cancelled is skipped, and its reason names the
    operator.
    """
    row = make_export(ExportState.UNKNOWN if decide is give_up else ExportState.RETRYING)

    export = decide(row, ACT, LATER)

    assert ExportState.SKIPPED is export.state
    assert SkipCause.OPERATOR is export.skip
    assert "by ann: the target is fixed" in str(export.reason)


def test_a_re_export_is_the_next_generation_of_the_same_content(make_export: MakeExport) -> None:
    """
    A re-export sends the same order, and its failure does not stop the workflow of the first.
    """
    row = make_export(ExportState.ACCEPTED, results=(PART,), attempts=2)
    row = evolve(row, origin=evolve(row.origin, stop_on_error=True, error_status="Held"))

    export = export_again(row, ACT, LATER)

    assert row.key.again() == export.key
    assert row.order == export.order
    assert 0 == export.attempts
    assert () == export.results
    assert export.origin.stop_on_error is False
    assert "Held" == export.origin.error_status
    assert ACT.reason == export.origin.reason
    assert str(row.key.id) in str(export.reason)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"state": ExportState.ACCEPTED, "results": (PART,)}, "already (order R1)"),
        ({"state": ExportState.SKIPPED, "skip": SkipCause.ACCEPTED}, "has order W1 already"),
        ({"state": ExportState.REJECTED, "results": (PART,)}, "has a part of order W1"),
        ({"state": ExportState.UNKNOWN}, "may have order W1"),
        ({"state": ExportState.DEAD, "unsettled": True}, "may have order W1"),
    ],
)
def test_the_instance_that_may_have_an_order_is_named(
    make_export: MakeExport, fields: dict[str, object], message: str
) -> None:
    """
    The reason not to resend an export names the instance, so that an operator can be warned.
    """
    reason = reason_not_to_resend(make_export(**fields))

    assert str(reason).startswith("sap/main ")
    assert message in str(reason)


def test_a_failed_export_without_accepted_parts_may_be_resent(make_export: MakeExport) -> None:
    """
    An export of which the target received nothing has no reason not to be resent.
    """
    assert reason_not_to_resend(make_export(ExportState.DEAD, failure=FAILURE)) is None


def test_an_action_is_one_event_that_names_the_operator(make_export: MakeExport) -> None:
    """
    An action that records acceptance adds one event, and clears the errors that success clears.
    """
    row = make_export(ExportState.UNKNOWN, failure=FAILURE)
    export = record_accepted(row, {"order": "R7"}, ACT, LATER)

    added, clearing = act_changes(row, export, ACT)

    assert isinstance(added, AddEvent)
    assert isinstance(clearing, ClearErrors)
    event = added.event
    assert "ann" == event.user
    assert "unknown" == event.previous_state
    assert "accepted" == event.state
    assert {"order": "R7"} == event.remote_ids
    assert event.message.endswith("is accepted: settled by ann: the target is fixed")


def test_a_re_export_is_an_event_without_a_previous_state(make_export: MakeExport) -> None:
    """
    The event of an export that an action made has no previous state.
    """
    export = export_again(make_export(ExportState.ACCEPTED), ACT, LATER)

    (added,) = act_changes(None, export, ACT)

    assert isinstance(added, AddEvent)
    assert added.event.previous_state is None
    assert "queued" == added.event.state
    assert "ann" == added.event.user
