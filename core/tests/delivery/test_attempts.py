"""
Decisions of a lane after an attempt.
"""

from datetime import datetime

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from orderferry.connectors import Absent, CannotTell, ExportState, Found
from orderferry.delivery import Flow, after_asking, after_attempt, after_unknown
from orderferry.exports import FAILED, RECEIVED, Backoff, Export, Failure

from .conftest import LONGEST, NOW, after, export

FLOW = Flow(deadline=3600.0, timeout=30.0, first=1.0, most=300.0)
AWAY = Failure(type="TransientError", message="the target is away")
LOST = Failure(type="UnknownOutcomeError", message="the response was lost")


def attempt(before: Export, now: datetime, *, retry_after: float | None = None) -> Export:
    """
    Return an export after its attempt, with the longest waits.
    """
    return after_attempt(before, FLOW, retry_after=retry_after, now=now, backoff=LONGEST)


@pytest.mark.parametrize("state", [*sorted(RECEIVED), ExportState.REJECTED, ExportState.DEAD])
def test_an_ended_export_is_not_due(state: ExportState) -> None:
    """
    An export that is accepted, rejected or dead is not due.
    """
    done = export(state, due=after(5))

    assert evolve(done, due=None) == attempt(done, after(5))


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 1.0), (2, 2.0), (3, 4.0), (9, 256.0), (10, 300.0), (500, 300.0)]
)
def test_a_transient_failure_is_retried_at_growing_intervals(attempts: int, seconds: float) -> None:
    """
    The waits after transient failures grow exponentially, up to the longest.
    """
    failed = export(ExportState.RETRYING, attempts=attempts, failure=AWAY)

    assert evolve(failed, due=after(10 + seconds)) == attempt(failed, after(10))


@given(chance=st.floats(0, 1), attempts=st.integers(1, 100))
def test_the_wait_has_full_jitter(chance: float, attempts: int) -> None:
    """
    A wait is a random share of the longest, from none to all of it.
    """
    failed = export(ExportState.RETRYING, attempts=attempts, failure=AWAY)
    backoff = Backoff(first=1.0, factor=2.0, most=300.0, chance=lambda: chance)
    due = after_attempt(failed, FLOW, retry_after=None, now=NOW, backoff=backoff).due

    longest = attempt(failed, NOW).due
    assert due is not None
    assert longest is not None
    assert chance == pytest.approx((due - NOW) / (longest - NOW), abs=1e-5)


@pytest.mark.parametrize("seconds", [0.0, 0.5, 120.0, 7200.0])
def test_retry_after_replaces_the_backoff(seconds: float) -> None:
    """
    Retry-After replaces the backoff, also beyond the deadline.
    """
    failed = export(ExportState.RETRYING, attempts=3, failure=AWAY)

    assert after(10 + seconds) == attempt(failed, after(10), retry_after=seconds).due


def test_the_last_attempt_is_made_at_the_deadline() -> None:
    """
    A wait does not exceed the deadline, so the last attempt is made then.
    """
    failed = export(ExportState.RETRYING, attempts=9, failure=AWAY)

    assert after(3600) == attempt(failed, after(3599)).due


@pytest.mark.parametrize("retry_after", [None, 5.0])
@pytest.mark.parametrize("seconds", [3600.0, 9000.0])
def test_a_failure_at_the_deadline_is_the_last(seconds: float, retry_after: float | None) -> None:
    """
    A failure at the deadline ends the export as dead, whatever Retry-After says.
    """
    failed = export(ExportState.RETRYING, failure=AWAY)

    assert evolve(failed, state=ExportState.DEAD, changed=after(seconds), due=None) == attempt(
        failed, after(seconds), retry_after=retry_after
    )


def test_an_unsettled_export_ends_unknown_instead_of_dead() -> None:
    """
    An export with an unsettled earlier attempt ends unknown instead of dead.
    """
    failed = export(ExportState.RETRYING, failure=AWAY, unsettled=True)
    ended = attempt(failed, after(3600))

    assert ExportState.UNKNOWN is ended.state
    assert ended.unsettled
    assert ended.due is None


def test_failed_authentication_ends_no_export() -> None:
    """
    Failed authentication ends no export, however long it lasts.
    """
    failure = Failure(type="AuthenticationError", message="wrong password")
    failed = export(ExportState.RETRYING, attempts=0, failure=failure)

    assert evolve(failed, due=after(90_001)) == attempt(failed, after(90_000))


def test_the_target_is_asked_about_an_unknown_outcome_at_once() -> None:
    """
    The target is asked about an unknown outcome at once, also after the deadline.
    """
    lost = export(ExportState.UNKNOWN, failure=LOST, unsettled=True)

    assert evolve(lost, due=after(9000)) == attempt(lost, after(9000))


@pytest.mark.parametrize(
    ("asks", "idempotent", "seconds", "state", "due"),
    [
        (True, False, 10.0, ExportState.UNKNOWN, 10.0),
        (True, True, 10.0, ExportState.UNKNOWN, 10.0),
        (True, False, 9000.0, ExportState.UNKNOWN, 9000.0),
        (False, True, 10.0, ExportState.RETRYING, 11.0),
        (False, True, 3599.5, ExportState.RETRYING, 3600.0),
        (False, True, 3600.0, ExportState.UNKNOWN, None),
        (False, False, 10.0, ExportState.UNKNOWN, None),
    ],
)
def test_an_unknown_outcome_is_asked_about_or_sent_again_or_left_to_an_operator(
    asks: bool, idempotent: bool, seconds: float, state: ExportState, due: float | None
) -> None:
    """
    A question is preferred to a repeat, which needs a target that discards it, and time.
    """
    lost = export(ExportState.UNKNOWN, failure=LOST, unsettled=True, changed=after(seconds))
    decided = after_unknown(
        lost, FLOW, asks=asks, idempotent=idempotent, now=after(seconds), backoff=LONGEST
    )

    expected = evolve(lost, state=state, due=None if due is None else after(due))
    assert expected == decided


@given(
    state=st.sampled_from([ExportState.RETRYING, ExportState.UNKNOWN, ExportState.DEAD]),
    seconds=st.floats(0, 10_000),
    retry_after=st.none() | st.floats(0, 10_000),
    unsettled=st.booleans(),
    asks=st.booleans(),
    idempotent=st.booleans(),
    answer=st.sampled_from([Found(), Absent(), CannotTell("no")]),
)
def test_no_decision_leaves_an_export_without_a_next_step(
    state: ExportState,
    seconds: float,
    retry_after: float | None,
    unsettled: bool,
    asks: bool,
    idempotent: bool,
    answer: Found | Absent | CannotTell,
) -> None:
    """
    An export is due, over or an operator's, and one that is not over is due in the future.
    """
    now = after(seconds)
    before = export(state, failure=AWAY, changed=now, unsettled=unsettled, settles=after(seconds))
    decided = attempt(before, now, retry_after=retry_after)
    if decided.state is ExportState.UNKNOWN:
        decided = after_unknown(
            decided, FLOW, asks=asks, idempotent=idempotent, now=now, backoff=LONGEST
        )
    if decided.state is ExportState.UNKNOWN and decided.due is not None:
        decided = after_asking(decided, answer, FLOW, now)

    ended = decided.state in FAILED | RECEIVED
    assert ended or decided.due is not None
    assert decided.due is None or decided.due >= now
    assert (decided.state is ExportState.DEAD) <= (
        not decided.unsettled or state is ExportState.DEAD
    )
