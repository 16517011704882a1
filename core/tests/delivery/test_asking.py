"""
Decisions about interrupted exports, and about answers of `find_export`.
"""

from datetime import datetime
from typing import Any

import pytest
from attrs import evolve

from orderferry.connectors import Absent, CannotTell, ExportResult, ExportState, Found
from orderferry.delivery import Flow, after_asking, begin_asking, recover_interrupted
from orderferry.exports import RECEIVED, Backoff, Export, Failure, Origin

from .conftest import after, export

FLOW = Flow(deadline=3600.0, timeout=30.0, first=1.0, most=300.0)
LOST = Failure(type="UnknownOutcomeError", message="the answer was lost")


def recover(*, asks: bool, idempotent: bool, free: float = 13.0, **fields: Any) -> Export:
    """
    Return an export that was claimed after 5 seconds, and found `sending` by a new owner after 10.
    """
    return recover_interrupted(
        export(changed=after(5), **fields),
        asks=asks,
        idempotent=idempotent,
        free=after(free),
        flow=FLOW,
        now=after(10),
    )


@pytest.mark.parametrize(
    ("asks", "idempotent", "state", "due"),
    [
        (True, False, ExportState.UNKNOWN, after(13)),
        (True, True, ExportState.UNKNOWN, after(13)),
        (False, True, ExportState.RETRYING, after(13)),
        (False, False, ExportState.UNKNOWN, None),
    ],
)
def test_an_interrupted_export_waits_for_the_lease_of_its_previous_owner(
    asks: bool, idempotent: bool, state: ExportState, due: datetime | None
) -> None:
    """
    After the lease of the previous owner the target is asked or sent it again; else it waits.
    """
    export = recover(asks=asks, idempotent=idempotent)

    assert state is export.state
    assert due == export.due
    assert export.unsettled
    assert 1 == export.attempts
    assert export.failure is not None
    assert "UnknownOutcomeError" == export.failure.type


@pytest.mark.parametrize(("free", "settles"), [(13.0, 44.0), (2.0, 41.0)])
def test_an_absence_counts_when_the_interrupted_request_can_no_longer_arrive(
    free: float, settles: float
) -> None:
    """
    The request may have begun as late as its owner could send, whatever earlier times say.
    """
    export = recover(asks=True, idempotent=False, free=free, requested=after(-600))

    assert after(settles) == export.settles


def test_parts_accepted_before_an_interruption_stay_accepted() -> None:
    """
    Parts that were accepted before an interruption stay accepted.
    """
    part = ExportResult({"order": "R1"}, shipment_id="S1")

    assert (part,) == recover(asks=True, idempotent=False, results=(part,)).accepted_parts


def unknown(**fields: Any) -> Export:
    """
    Return an export with unknown outcome since 10 seconds, whose request may arrive until 40.
    """
    default: dict[str, Any] = {
        "changed": after(10),
        "failure": LOST,
        "unsettled": True,
        "settles": after(40),
        "due": after(12),
    }
    return export(ExportState.UNKNOWN, **{**default, **fields})


def test_an_export_is_not_due_while_the_target_is_asked() -> None:
    """
    An export is not due while the target is asked, and due afterwards if the worker dies.
    """
    assert evolve(unknown(), due=after(43)) == begin_asking(unknown(), FLOW, after(12))


@pytest.mark.parametrize("state", sorted(RECEIVED))
def test_an_export_that_the_target_has_is_accepted(state: ExportState) -> None:
    """
    An export that the target has is accepted, with the ids that the target returned.
    """
    export = after_asking(unknown(), Found({"order": "R1"}, state), FLOW, after(12))

    assert state is export.state
    assert {"order": "R1"} == export.remote_ids
    assert export.failure is None
    assert not export.unsettled
    assert export.due is None


def test_an_export_that_the_target_has_rejected_is_rejected() -> None:
    """
    An export that the target has rejected is `rejected`, and its outcome is known.
    """
    export = after_asking(unknown(), Found({}, ExportState.REJECTED), FLOW, after(12))

    assert ExportState.REJECTED is export.state
    assert not export.unsettled
    assert export.due is None
    assert export.failure is not None
    assert "RejectedError" == export.failure.type


def test_an_absence_does_not_count_while_the_request_may_still_arrive() -> None:
    """
    The target is asked again until an absence counts, also after the deadline.
    """
    soon = after_asking(unknown(), Absent(), FLOW, after(12))
    late = after_asking(unknown(), Absent(), FLOW, after(39.9))
    over = after_asking(unknown(settles=after(4000)), Absent(), FLOW, after(3900))

    assert [ExportState.UNKNOWN] * 3 == [soon.state, late.state, over.state]
    assert after(13) == soon.due
    assert after(40) == late.due
    assert after(4000) == over.due
    assert "absent, but it may still arrive" == soon.reason


@pytest.mark.parametrize("settles", [after(40), None])
def test_an_absent_export_is_sent_again(settles: datetime | None) -> None:
    """
    An absent export is sent again at once, and its outcome is known.
    """
    export = after_asking(unknown(settles=settles), Absent(), FLOW, after(40))

    assert ExportState.RETRYING is export.state
    assert after(40) == export.due
    assert not export.unsettled


def test_an_absent_export_of_a_cancelled_workflow_is_not_sent_again() -> None:
    """
    An absent export whose failure has cancelled the workflow is not sent again.
    """
    origin = Origin(step="ExportOrder", stop_on_error=True, deferred=True, cancelled=True)
    export = after_asking(unknown(origin=origin), Absent(), FLOW, after(40))

    assert ExportState.DEAD is export.state
    assert export.due is None
    assert not export.unsettled


@pytest.mark.parametrize(
    ("seconds", "wait"), [(10.0, 1.0), (14.0, 2.0), (110.0, 50.0), (3000.0, 300.0), (5.0, 1.0)]
)
def test_a_target_that_cannot_tell_is_asked_at_growing_intervals(
    seconds: float, wait: float
) -> None:
    """
    The intervals grow from the first wait to the longest, also if the clock was set back.
    """
    asked = unknown()
    export = after_asking(asked, CannotTell("no search"), FLOW, after(seconds))

    assert evolve(asked, due=after(seconds + wait), reason="no search") == export


@pytest.mark.parametrize(
    ("seconds", "cancelled", "state", "due"),
    [
        pytest.param(12.0, False, ExportState.RETRYING, 14.0, id="under the same key"),
        pytest.param(12.0, True, ExportState.UNKNOWN, 13.0, id="its workflow was cancelled"),
        pytest.param(3600.0, False, ExportState.UNKNOWN, None, id="the deadline has come"),
    ],
)
def test_a_target_that_discards_duplicates_need_not_be_able_to_tell(
    seconds: float, cancelled: bool, state: ExportState, due: float | None
) -> None:
    """
    An export to a target that discards duplicates is sent again, and stays unsettled.
    """
    origin = Origin(step="ExportOrder", deferred=True, cancelled=cancelled)
    repeats = Backoff(first=2.0, chance=lambda: 1.0)

    export = after_asking(
        unknown(origin=origin), CannotTell("no search"), FLOW, after(seconds), repeats=repeats
    )

    assert state is export.state
    assert (None if due is None else after(due)) == export.due
    assert export.unsettled
    assert "no search" == export.reason


def test_an_operator_decides_when_the_deadline_has_come() -> None:
    """
    After the deadline the target is not asked again, and the export has its last reason.
    """
    asked = unknown()

    assert evolve(asked, due=None, reason="no search") == after_asking(
        asked, CannotTell("no search"), FLOW, after(3600)
    )


def test_an_invalid_state_of_a_found_export_tells_nothing() -> None:
    """
    The outcome stays unknown if `find_export` returns a state that no found export has.
    """
    export = after_asking(unknown(), Found({}, ExportState.QUEUED), FLOW, after(12))

    assert ExportState.UNKNOWN is export.state
    assert "find_export returned Found with the invalid state queued" == export.reason
