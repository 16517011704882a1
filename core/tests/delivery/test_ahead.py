"""
How far a lane claims ahead: what its target answers in a moment.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderferry.delivery._flow import AHEAD_SECONDS, Ahead

FIRST = Ahead.first(concurrency=8, most=256, at=100.0)


def test_at_first_there_is_enough_for_all_senders_twice() -> None:
    """
    Nothing is known of the target yet.
    """
    assert 16 == FIRST.claims
    assert 8 == Ahead.first(concurrency=8, most=8, at=0.0).claims


@pytest.mark.parametrize(
    ("answers", "seconds", "claims"),
    [(8, 0.02, 100), (8, 0.001, 256), (8, 0.0, 256), (8, 1.0, 16), (0, 30.0, 16), (800, 2.0, 100)],
)
def test_as_many_are_claimed_as_are_answered_in_a_moment(
    answers: int, seconds: float, claims: int
) -> None:
    """
    Never fewer than the senders need, nor more than a batch.
    """
    assert claims == FIRST.after(answers, 100.0 + seconds).claims


def test_a_pause_of_the_target_halves_it() -> None:
    """
    One slow round is no slow target.
    """
    quick = FIRST.after(8, 100.001)
    slower = quick.after(1, 110.0)

    assert (256, 128, 64) == (quick.claims, slower.claims, slower.after(0, 120.0).claims)


@given(
    concurrency=st.integers(1, 256),
    most=st.integers(1, 10_000),
    rounds=st.lists(st.tuples(st.integers(0, 10_000), st.floats(0, 60))),
)
def test_it_keeps_its_bounds(concurrency: int, most: int, rounds: list[tuple[int, float]]) -> None:
    """
    Whatever the target does.
    """
    at, ahead = 0.0, Ahead.first(concurrency=concurrency, most=most, at=0.0)
    for answers, seconds in rounds:
        at += seconds
        ahead = ahead.after(answers, at)
        assert min(most, 2 * concurrency) <= ahead.claims <= most
        assert ahead.claims <= max(answers * AHEAD_SECONDS / max(seconds, 1e-3), most)
