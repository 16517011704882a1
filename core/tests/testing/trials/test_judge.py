"""
Whether a trial ended as it should.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve

from orderferry import ExportResult, ExportState, Properties
from orderferry.connectors import Received, Redactor, Timeline
from orderferry.exports import Attempt, Export, ExportKey, Failure, Operation, Origin
from orderferry.exports._attempt import Answer
from orderferry.testing import Fault, example_order
from orderferry.testing.trials._observation import Heard
from orderferry.testing.trials._recorded_traffic import Position
from orderferry.testing.trials._trial import Case, Trial
from orderferry.testing.trials._verdict import RULES, objections

NOW = datetime(2026, 1, 15, tzinfo=UTC)
RECEIVED = Received(order_id="A1", shipment_id=None, remote_id="R1", content=b"{}")
AGAIN = evolve(RECEIVED, remote_id="R2")


def export(state: ExportState, failure: str | None = None, remote_id: str = "R1") -> Export:
    """
    An export in a state.
    """
    key = ExportKey(
        order_id="A1",
        shipment_id=None,
        connector="acme",
        connector_id="main",
        operation=Operation.EXPORT_ORDER,
        status="New",
        version="1",
    )
    taken = state is ExportState.ACCEPTED
    return Export(
        key=key,
        order=example_order("A1"),
        properties=Properties(),
        origin=Origin(step="ExportOrder"),
        created=NOW,
        changed=NOW,
        state=state,
        results=(ExportResult({"order": remote_id}),) if taken else (),
        failure=None if failure is None else Failure(type=failure, message="it failed"),
    )


def trial(
    after: Export,
    *,
    had: tuple[Received, ...] = (),
    end: Export | None = None,
    has: tuple[Received, ...] = (RECEIVED,),
    met: int = 1,
    wait: float | None = None,
    position: Position = Position.AT,
    took: float = 0.1,
) -> Trial:
    """
    A trial at the write; it ended well, unless told otherwise.
    """
    answer = Answer(state=after.state, failure=after.failure, retry_after=wait)
    return Trial(
        case=Case(fault="a fault", where="POST /orders", position=position),
        met=met,
        seen="POST /orders",
        attempt=Attempt(export=after, answer=answer, timeline=Timeline(Redactor())),
        seconds=10,
        took=took,
        late=False,
        had=had,
        end=end or export(ExportState.ACCEPTED),
        has=has,
        calls=(),
        heard=Heard(),
        shown="",
        changed=[],
        secrets=Redactor(),
    )


def judged(tried: Trial, fault: Fault = Fault.LOSE_ANSWER, *, settles: bool = True) -> list[str]:
    """
    The objections to a trial at a target for which one order is one document.
    """
    return list(objections(tried, RULES[fault], copies=1, settles=settles))


UNKNOWN = export(ExportState.UNKNOWN, "UnknownOutcomeError")
RETRYING = export(ExportState.RETRYING, "TransientError")
ACCEPTED = export(ExportState.ACCEPTED)


def test_an_honest_end_meets_no_objection() -> None:
    """
    Unknown at the write and found later, or settled by the connector itself.
    """
    assert [] == judged(trial(UNKNOWN, had=(RECEIVED,)))
    assert [] == judged(trial(ACCEPTED, had=(RECEIVED,)))


@pytest.mark.parametrize(
    ("tried", "said"),
    [
        (trial(ACCEPTED), "the export is called accepted, and the target has not taken the order"),
        (
            trial(export(ExportState.ACCEPTED, remote_id="9"), had=(RECEIVED,)),
            "the export is called accepted under ids that are not the target's",
        ),
        (
            trial(RETRYING, had=(RECEIVED,)),
            "the connector failed with TransientError where UnknownOutcomeError is due",
        ),
        (
            trial(UNKNOWN, position=Position.BEFORE),
            "failed with UnknownOutcomeError where ThrottledError or TransientError is due",
        ),
        (
            trial(RETRYING, met=0),
            "nothing was in the way, and the connector failed with TransientError",
        ),
        (trial(UNKNOWN, has=(RECEIVED, AGAIN)), "the target has the order 2 times, and once is 1"),
        (
            trial(UNKNOWN, has=()),
            "the export ends accepted, and the target does not have the order",
        ),
        (
            trial(UNKNOWN, has=(AGAIN,)),
            "the export ends under ids that are not the target's",
        ),
        (
            trial(UNKNOWN, end=UNKNOWN),
            "the fault has passed, and the export ends unknown: it failed",
        ),
    ],
)
def test_what_is_not_true_is_objected_to(tried: Trial, said: str) -> None:
    """
    After the attempt, and at the end.
    """
    assert any(each.endswith(said) for each in judged(tried)), judged(tried)


def test_a_connector_that_declares_nothing_may_end_unknown() -> None:
    """
    A person has to look then.
    """
    assert [] == judged(trial(UNKNOWN, end=UNKNOWN, had=(RECEIVED,)), settles=False)


def test_nothing_taken_is_not_said_of_what_was_taken() -> None:
    """
    Also where nobody can know what the fault met.
    """
    (said,) = judged(trial(RETRYING, had=(RECEIVED,)), Fault.CUT)

    assert "TransientError says that nothing was taken, and the target has taken the order" == said


def test_success_is_none_where_nobody_knows_who_took_it() -> None:
    """
    A certificate for another host was trusted.
    """
    (said,) = judged(trial(ACCEPTED, had=(RECEIVED,)), Fault.WRONG_CERTIFICATE)

    assert "the connector has sent the order to somebody that it should not trust" == said


@pytest.mark.parametrize(
    ("wait", "objects"), [(7.0, False), (6.1, False), (60.0, True), (None, True)]
)
def test_the_time_to_wait_is_the_targets(wait: float | None, objects: bool) -> None:
    """
    A date may be a little off.
    """
    throttled = export(ExportState.RETRYING, "ThrottledError")

    found = judged(trial(throttled, wait=wait), Fault.STATUS_429_DATE)
    assert objects == any("asks for 7 s" in each for each in found)


def test_a_date_is_nearer_for_who_reads_it_late() -> None:
    """
    A connector that counts the seconds to a date by its own clock is right on a slow machine too.
    """
    throttled = export(ExportState.RETRYING, "ThrottledError")

    assert [] == judged(trial(throttled, wait=2.0, took=5.0), Fault.STATUS_429_DATE)
    assert [] != judged(trial(throttled, wait=12.0, took=5.0), Fault.STATUS_429_DATE)
    assert [] != judged(trial(throttled, wait=None, took=5.0), Fault.STATUS_429_DATE)


def test_an_objection_tells_all_that_is_known() -> None:
    """
    Fault, place, state, requests.
    """
    told = trial(UNKNOWN, had=(RECEIVED,)).told("this is wrong")

    for part in (
        "this is wrong",
        "a fault",
        "POST /orders",
        "unknown",
        "UnknownOutcomeError",
        "R1",
    ):
        assert part in told
