"""
What a lane decides after an attempt: section 4.
"""

from datetime import datetime

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from orderferry.connectors import Absent, CannotTell, ExportState, Found
from orderferry.delivery import Flow, after_asking, after_attempt, after_unknown
from orderferry.exports import FAILED, TAKEN, Backoff, Export, Failure

from .conftest import LONGEST, NOW, after, export

FLOW = Flow(deadline=3600.0, timeout=30.0, first=1.0, most=300.0)
AWAY = Failure(type="TransientError", message="the target is away")
LOST = Failure(type="UnknownOutcomeError", message="the answer was lost")


def attempted(made: Export, now: datetime, *, retry_after: float | None = None) -> Export:
    """
    An export after its attempt, with the longest waits.
    """
    return after_attempt(made, FLOW, retry_after=retry_after, now=now, backoff=LONGEST)


@pytest.mark.parametrize("state", [*sorted(TAKEN), ExportState.REJECTED, ExportState.DEAD])
def test_what_is_over_is_not_due(state: ExportState) -> None:
    """
    Taken, refused, or broken without a request.
    """
    done = export(state, due=after(5))

    assert evolve(done, due=None) == attempted(done, after(5))


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 1.0), (2, 2.0), (3, 4.0), (9, 256.0), (10, 300.0), (500, 300.0)]
)
def test_a_failure_that_may_pass_is_tried_again_ever_later(attempts: int, seconds: float) -> None:
    """
    Exponentially, up to the longest wait.
    """
    failed = export(ExportState.RETRYING, attempts=attempts, failure=AWAY)

    assert evolve(failed, due=after(10 + seconds)) == attempted(failed, after(10))


@given(chance=st.floats(0, 1), attempts=st.integers(1, 100))
def test_the_wait_has_full_jitter(chance: float, attempts: int) -> None:
    """
    From now to the longest, wherever chance puts it.
    """
    failed = export(ExportState.RETRYING, attempts=attempts, failure=AWAY)
    backoff = Backoff(first=1.0, factor=2.0, most=300.0, chance=lambda: chance)
    due = after_attempt(failed, FLOW, retry_after=None, now=NOW, backoff=backoff).due

    longest = attempted(failed, NOW).due
    assert due is not None
    assert longest is not None
    assert chance == pytest.approx((due - NOW) / (longest - NOW), abs=1e-5)


@pytest.mark.parametrize("seconds", [0.0, 0.5, 120.0, 7200.0])
def test_the_time_that_the_target_names_is_obeyed(seconds: float) -> None:
    """
    Instead of the backoff, and beyond the deadline too.
    """
    failed = export(ExportState.RETRYING, attempts=3, failure=AWAY)

    assert after(10 + seconds) == attempted(failed, after(10), retry_after=seconds).due


def test_the_last_try_is_made_when_the_deadline_comes() -> None:
    """
    No wait goes beyond it.
    """
    failed = export(ExportState.RETRYING, attempts=9, failure=AWAY)

    assert after(3600) == attempted(failed, after(3599)).due


@pytest.mark.parametrize("retry_after", [None, 5.0])
@pytest.mark.parametrize("seconds", [3600.0, 9000.0])
def test_a_failure_at_the_deadline_is_the_last(seconds: float, retry_after: float | None) -> None:
    """
    It ends dead, whatever the target asks to wait.
    """
    failed = export(ExportState.RETRYING, failure=AWAY)

    assert evolve(failed, state=ExportState.DEAD, changed=after(seconds), due=None) == attempted(
        failed, after(seconds), retry_after=retry_after
    )


def test_what_may_have_been_taken_ends_unknown_instead_of_dead() -> None:
    """
    Where an earlier attempt's outcome was never settled.
    """
    failed = export(ExportState.RETRYING, failure=AWAY, unsettled=True)
    ended = attempted(failed, after(3600))

    assert (ExportState.UNKNOWN, True, None) == (ended.state, ended.unsettled, ended.due)


def test_a_failed_sign_in_ends_no_export() -> None:
    """
    The lane's trouble is not the order's, however long it lasts.
    """
    failure = Failure(type="AuthenticationError", message="wrong password")
    failed = export(ExportState.RETRYING, attempts=0, failure=failure)

    assert evolve(failed, due=after(90_001)) == attempted(failed, after(90_000))


def test_an_unknown_outcome_is_looked_into_at_once() -> None:
    """
    Also after the deadline: the target is asked once at least.
    """
    lost = export(ExportState.UNKNOWN, failure=LOST, unsettled=True)

    assert evolve(lost, due=after(9000)) == attempted(lost, after(9000))


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
def test_an_unknown_outcome_is_asked_about_or_sent_again_or_a_persons(
    asks: bool, idempotent: bool, seconds: float, state: ExportState, due: float | None
) -> None:
    """
    A question beats a repeat; a repeat needs a target that drops it, and time.
    """
    lost = export(ExportState.UNKNOWN, failure=LOST, unsettled=True, changed=after(seconds))
    found = after_unknown(
        lost, FLOW, asks=asks, idempotent=idempotent, now=after(seconds), backoff=LONGEST
    )

    expected = evolve(lost, state=state, due=None if due is None else after(due))
    assert expected == found


@given(
    state=st.sampled_from([ExportState.RETRYING, ExportState.UNKNOWN, ExportState.DEAD]),
    seconds=st.floats(0, 10_000),
    retry_after=st.none() | st.floats(0, 10_000),
    unsettled=st.booleans(),
    asks=st.booleans(),
    idempotent=st.booleans(),
    answer=st.sampled_from([Found(), Absent(), CannotTell("no")]),
)
def test_whatever_is_decided_has_a_way_out(
    state: ExportState,
    seconds: float,
    retry_after: float | None,
    unsettled: bool,
    asks: bool,
    idempotent: bool,
    answer: Found | Absent | CannotTell,
) -> None:
    """
    It is due, or over, or a person's; what is not over is not due in the past.
    """
    now = after(seconds)
    made = export(state, failure=AWAY, changed=now, unsettled=unsettled, settles=after(seconds))
    found = attempted(made, now, retry_after=retry_after)
    if found.state is ExportState.UNKNOWN:
        found = after_unknown(
            found, FLOW, asks=asks, idempotent=idempotent, now=now, backoff=LONGEST
        )
    if found.state is ExportState.UNKNOWN and found.due is not None:
        found = after_asking(found, answer, FLOW, now)

    ended = found.state in FAILED | TAKEN
    assert ended or found.due is not None
    assert found.due is None or found.due >= now
    assert (found.state is ExportState.DEAD) <= (not found.unsettled or state is ExportState.DEAD)
