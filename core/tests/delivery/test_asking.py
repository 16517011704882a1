"""
What a lane decides about what it found under way, and after asking the target: section 4.
"""

from datetime import datetime
from typing import Any

import pytest
from attrs import evolve

from orderferry.connectors import Absent, CannotTell, ExportResult, ExportState, Found
from orderferry.delivery import Flow, after_asking, asking, interrupted
from orderferry.exports import TAKEN, Backoff, Export, Failure, Origin

from .conftest import after, export

FLOW = Flow(deadline=3600.0, timeout=30.0, first=1.0, most=300.0)
LOST = Failure(type="UnknownOutcomeError", message="the answer was lost")


def left(*, asks: bool, idempotent: bool, free: float = 13.0, **given: Any) -> Export:
    """
    An export that was claimed after 5 seconds, and found `sending` by a new owner after 10.
    """
    return interrupted(
        export(changed=after(5), **given),
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
def test_an_interrupted_export_waits_for_the_lease_of_its_former_owner(
    asks: bool, idempotent: bool, state: ExportState, due: datetime | None
) -> None:
    """
    Then the target is asked, or sent it again; else a person must look.
    """
    found = left(asks=asks, idempotent=idempotent)

    assert (state, due) == (found.state, found.due)
    assert (True, 1) == (found.unsettled, found.attempts)
    assert found.failure is not None
    assert "UnknownOutcomeError" == found.failure.type


@pytest.mark.parametrize(("free", "settles"), [(13.0, 44.0), (2.0, 41.0)])
def test_absent_counts_only_when_the_interrupted_request_can_no_longer_arrive(
    free: float, settles: float
) -> None:
    """
    It may have begun as late as its owner could send, whatever the claim and earlier requests say.
    """
    found = left(asks=True, idempotent=False, free=free, requested=after(-600))

    assert after(settles) == found.settles


def test_parts_that_were_accepted_before_an_interruption_stay() -> None:
    """
    They are never sent again.
    """
    part = ExportResult({"order": "R1"}, shipment_id="S1")

    assert (part,) == left(asks=True, idempotent=False, results=(part,)).accepted_parts


def unknown(**given: Any) -> Export:
    """
    An export whose outcome is unknown since 10 seconds, and whose request may arrive until 40.
    """
    fields: dict[str, Any] = {
        "changed": after(10),
        "failure": LOST,
        "unsettled": True,
        "settles": after(40),
        "due": after(12),
    }
    return export(ExportState.UNKNOWN, **{**fields, **given})


def test_what_is_being_asked_about_is_not_due() -> None:
    """
    Until the question must have ended; a worker that dies meanwhile leaves it due then.
    """
    assert evolve(unknown(), due=after(43)) == asking(unknown(), FLOW, after(12))


@pytest.mark.parametrize("state", sorted(TAKEN))
def test_what_the_target_has_is_taken(state: ExportState) -> None:
    """
    With the ids that it names.
    """
    found = after_asking(unknown(), Found({"order": "R1"}, state), FLOW, after(12))

    assert (state, {"order": "R1"}, None, False, None) == (
        found.state,
        found.remote_ids,
        found.failure,
        found.unsettled,
        found.due,
    )


def test_what_the_target_has_refused_is_rejected() -> None:
    """
    The answer is known now, and says so.
    """
    found = after_asking(unknown(), Found({}, ExportState.REJECTED), FLOW, after(12))

    assert (ExportState.REJECTED, False, None) == (found.state, found.unsettled, found.due)
    assert found.failure is not None
    assert "RejectedError" == found.failure.type


def test_absent_is_not_believed_while_the_request_may_still_arrive() -> None:
    """
    It is asked again when it counts, at the latest, and after the deadline too.
    """
    soon = after_asking(unknown(), Absent(), FLOW, after(12))
    late = after_asking(unknown(), Absent(), FLOW, after(39.9))
    over = after_asking(unknown(settles=after(4000)), Absent(), FLOW, after(3900))

    assert (ExportState.UNKNOWN, after(13)) == (soon.state, soon.due)
    assert (ExportState.UNKNOWN, after(40)) == (late.state, late.due)
    assert (ExportState.UNKNOWN, after(4000)) == (over.state, over.due)
    assert "absent, but it may still arrive" == soon.reason


@pytest.mark.parametrize("settles", [after(40), None])
def test_what_is_absent_is_tried_again(settles: datetime | None) -> None:
    """
    At once, and nothing is unknown of it any more.
    """
    found = after_asking(unknown(settles=settles), Absent(), FLOW, after(40))

    assert (ExportState.RETRYING, after(40), False) == (found.state, found.due, found.unsettled)


def test_what_is_absent_stays_away_where_its_workflow_was_cancelled() -> None:
    """
    StopOnError has acted already.
    """
    origin = Origin(step="ExportOrder", stop_on_error=True, deferred=True, cancelled=True)
    found = after_asking(unknown(origin=origin), Absent(), FLOW, after(40))

    assert (ExportState.DEAD, None, False) == (found.state, found.due, found.unsettled)


@pytest.mark.parametrize(
    ("seconds", "wait"), [(10.0, 1.0), (14.0, 2.0), (110.0, 50.0), (3000.0, 300.0), (5.0, 1.0)]
)
def test_a_target_that_cannot_tell_is_asked_ever_more_seldom(seconds: float, wait: float) -> None:
    """
    From the first wait to the longest; a clock that was set back is no trouble.
    """
    asked = unknown()
    found = after_asking(asked, CannotTell("no search"), FLOW, after(seconds))

    assert evolve(asked, due=after(seconds + wait), reason="no search") == found


@pytest.mark.parametrize(
    ("seconds", "cancelled", "state", "due"),
    [
        pytest.param(12.0, False, ExportState.RETRYING, 14.0, id="under the same key"),
        pytest.param(12.0, True, ExportState.UNKNOWN, 13.0, id="its workflow was cancelled"),
        pytest.param(3600.0, False, ExportState.UNKNOWN, None, id="the deadline has come"),
    ],
)
def test_a_target_that_drops_repeats_need_not_be_able_to_tell(
    seconds: float, cancelled: bool, state: ExportState, due: float | None
) -> None:
    """
    It is sent again; what has become of the first attempt stays unknown until an answer comes.
    """
    origin = Origin(step="ExportOrder", deferred=True, cancelled=cancelled)
    repeats = Backoff(first=2.0, chance=lambda: 1.0)

    found = after_asking(
        unknown(origin=origin), CannotTell("no search"), FLOW, after(seconds), repeats=repeats
    )

    assert (state, None if due is None else after(due), True, "no search") == (
        found.state,
        found.due,
        found.unsettled,
        found.reason,
    )


def test_it_is_a_persons_when_the_deadline_has_come() -> None:
    """
    It says what the target said last.
    """
    asked = unknown()

    assert evolve(asked, due=None, reason="no search") == after_asking(
        asked, CannotTell("no search"), FLOW, after(3600)
    )


def test_an_answer_that_is_none_tells_nothing() -> None:
    """
    A connector that found an export in a state that no target can have it in.
    """
    found = after_asking(unknown(), Found({}, ExportState.QUEUED), FLOW, after(12))

    assert ExportState.UNKNOWN is found.state
    assert (
        "find_export answered with the state queued, which is none of a found export"
        == found.reason
    )
