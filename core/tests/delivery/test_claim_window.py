"""
How many claims a lane may have open.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderferry.delivery._flow import WINDOW_SECONDS, ClaimWindow

FIRST = ClaimWindow.initial(concurrency=8, most=256, at=100.0)


def test_the_first_window_has_two_claims_per_sender() -> None:
    """
    The first window has two claims per sender, as nothing is known of the target yet.
    """
    assert 16 == FIRST.claims
    assert 8 == ClaimWindow.initial(concurrency=8, most=8, at=0.0).claims


@pytest.mark.parametrize(
    ("responses", "seconds", "claims"),
    [(8, 0.02, 100), (8, 0.001, 256), (8, 0.0, 256), (8, 1.0, 16), (0, 30.0, 16), (800, 2.0, 100)],
)
def test_the_window_has_as_many_claims_as_are_answered_in_a_moment(
    responses: int, seconds: float, claims: int
) -> None:
    """
    The window has as many claims as the target answers in a moment, within its bounds.
    """
    assert claims == FIRST.adjust(responses, 100.0 + seconds).claims


def test_a_slow_round_halves_the_window() -> None:
    """
    A slow round halves the window, since one slow round does not make a slow target.
    """
    fast = FIRST.adjust(8, 100.001)
    slower = fast.adjust(1, 110.0)

    assert 256 == fast.claims
    assert 128 == slower.claims
    assert 64 == slower.adjust(0, 120.0).claims


@given(
    concurrency=st.integers(1, 256),
    most=st.integers(1, 10_000),
    rounds=st.lists(st.tuples(st.integers(0, 10_000), st.floats(0, 60))),
)
def test_the_window_keeps_its_bounds(
    concurrency: int, most: int, rounds: list[tuple[int, float]]
) -> None:
    """
    The window keeps its bounds, whatever the target does.
    """
    at, window = 0.0, ClaimWindow.initial(concurrency=concurrency, most=most, at=0.0)
    for responses, seconds in rounds:
        at += seconds
        window = window.adjust(responses, at)
        assert min(most, 2 * concurrency) <= window.claims <= most
        assert window.claims <= max(responses * WINDOW_SECONDS / max(seconds, 1e-3), most)
