"""
Exports of unknown outcome, and what the target finds when it is asked with `find_export`.
"""

from __future__ import annotations

import pytest
from attrs import evolve, frozen

from orderferry import ExportState, Ferry
from orderferry.exports import Act, Export, Failure
from orderferry.orders import EntityError, HistoryEvent, Severity

from ..conftest import Calls, FakeTime, Install, MakeFerry, export_to, only, order, sap

ACT = Act(user="ann", reason="they have lost it")


@frozen
class Record:
    """
    An export, and the errors and the history of its order.
    """

    export: Export
    errors: tuple[EntityError, ...]
    history: tuple[HistoryEvent, ...]


def export_order(make_ferry: MakeFerry, order_id: str, *, deferred: bool) -> Record:
    """
    Export an order to a target that loses its answer, and then reports the order as rejected.
    """
    step = export_to("sap", RunAfterOrderIsSaved=deferred)
    ferry = make_ferry([sap("unknown", found="rejected")], deliver=deferred, New=[step])
    result = ferry.transition(order(order_id), "New")
    if deferred:
        (result,) = ferry.settle([result], seconds=30)
    return Record(only(result), result.order.errors, result.order.history)


@pytest.fixture
def awaited(make_ferry: MakeFerry, install: Install) -> Record:
    """
    An export that the transition awaited.
    """
    install("sap", find=True)
    return export_order(make_ferry, "W1", deferred=False)


@pytest.fixture
def deferred(make_ferry: MakeFerry, awaited: Record) -> Record:
    """
    An export that a lane delivered.
    """
    return export_order(make_ferry, "W2", deferred=True)


def test_an_awaited_export_that_is_found_rejected_says_so(awaited: Record) -> None:
    """
    An awaited export that the target has rejected is `rejected`, and names the rejection.
    """
    assert ExportState.REJECTED is awaited.export.state
    assert not awaited.export.unsettled
    assert Failure(type="RejectedError", message="found at the target, rejected") == (
        awaited.export.failure
    )


def test_the_order_error_of_an_awaited_export_names_the_rejection(awaited: Record) -> None:
    """
    The order's error is the rejection, and no longer the lost answer.
    """
    (error,) = awaited.errors

    assert "found at the target, rejected" == error.message
    assert Severity.ERROR is error.severity


def test_transition_and_lane_record_the_same_export(awaited: Record, deferred: Record) -> None:
    """
    The row of an awaited export equals the row that a lane records.

    Each has its own settle time, because the two limit their attempts differently.
    """
    lane, row = deferred.export, awaited.export

    assert lane == evolve(
        row, key=lane.key, order=lane.order, origin=lane.origin, settles=lane.settles
    )


def test_transition_and_lane_put_the_same_error_on_the_order(
    awaited: Record, deferred: Record
) -> None:
    """
    The order's errors are the same, whether a transition or a lane sent the export.
    """
    assert deferred.errors == awaited.errors


def test_transition_and_lane_write_the_same_history(awaited: Record, deferred: Record) -> None:
    """
    The order's history is the same, whether a transition or a lane sent the export.
    """
    export_id = deferred.export.key.id_text

    assert deferred.history == tuple(
        event if event.export_id is None else evolve(event, export_id=export_id)
        for event in awaited.history
    )


def accepted_before(
    make_ferry: MakeFerry, install: Install, *, idempotent: bool
) -> tuple[Ferry, Calls]:
    """
    A ferry that has found W1 at the target as F1, and whose next answer is lost.
    """
    calls = install("sap", find=True, updates=True, idempotent=idempotent)
    ferry = make_ferry(
        [sap("unknown", "unknown", "accept", found="found")], deliver=False, New=[export_to("sap")]
    )
    assert {"order": "F1"} == only(ferry.transition(order(), "New")).remote_ids
    return ferry, calls


def keys(calls: Calls) -> list[object]:
    """
    The idempotency keys that the target received.
    """
    return [call[5] for call in calls.exports]


@pytest.mark.parametrize(
    ("idempotent", "state"), [(False, ExportState.UNKNOWN), (True, ExportState.ACCEPTED)]
)
def test_an_awaited_export_is_not_settled_by_what_an_earlier_one_sent(
    make_ferry: MakeFerry, install: Install, idempotent: bool, state: ExportState
) -> None:
    """
    The export is sent again under its own key where the target discards duplicates, else it is
    unknown.
    """
    ferry, calls = accepted_before(make_ferry, install, idempotent=idempotent)

    export = only(ferry.transition(order(version_id=2), "New"))

    assert state == export.state
    assert (not idempotent) == export.unsettled
    assert [export.key.id] * (1 + idempotent) == keys(calls)[1:]


def test_a_re_export_is_not_settled_by_what_its_predecessor_sent(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    A lane does not settle a re-export by the order of its predecessor.
    """
    ferry, calls = accepted_before(make_ferry, install, idempotent=True)
    (planned,) = ferry.acts.plan_exports("W1", "sap", None, ACT)

    again = ferry.acts.carry_out(planned, ACT)
    for _ in range(400):
        (again,) = ferry.wait([again], seconds=1)
        if again.state is ExportState.ACCEPTED:
            break
        time.wait(2)

    assert 1 == again.key.generation
    assert ExportState.ACCEPTED is again.state
    assert again.unsettled is False
    assert [again.key.id] * 2 == keys(calls)[1:]
