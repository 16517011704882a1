"""
Rate limits.
"""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderferry.delivery import Rate
from orderferry.delivery._flow import BURST_SECONDS, Bucket

RATES = st.builds(Rate, st.floats(0.1, 5000, allow_nan=False), st.sampled_from([1.0, 60.0, 3600.0]))


def begun(bucket: Bucket, asked: Sequence[tuple[float, int]]) -> list[tuple[float, int]]:
    """
    When exports begin, and how many, where so many want to after so many seconds each.
    """
    found = []
    at = bucket.at
    for pause, wanted in asked:
        at += pause
        bucket = bucket.filled(at)
        count = min(wanted, bucket.available)
        bucket = bucket.taken(count)
        found.append((at, count))
    return found


@given(
    rate=RATES,
    start=st.floats(0, 1e7),
    asked=st.lists(st.tuples(st.floats(0, 10), st.integers(0, 200)), max_size=40),
)
def test_never_more_begin_in_any_window_than_its_time_and_one_burst_allow(
    rate: Rate, start: float, asked: list[tuple[float, int]]
) -> None:
    """
    From any export to any later one.
    """
    begins = begun(Bucket.full(rate, start), asked)
    burst = max(1.0, rate.per_second * BURST_SECONDS)

    for first in range(len(begins)):
        count = 0
        for at, more in begins[first:]:
            count += more
            allowed = (at - begins[first][0]) * rate.per_second + burst
            assert count <= allowed + 1e-4


@given(rate=RATES, start=st.floats(0, 1e7), taken=st.integers(0, 200))
def test_one_may_begin_after_the_wait_and_none_before(rate: Rate, start: float, taken: int) -> None:
    """
    So a lane need not look more often.
    """
    bucket = Bucket.full(rate, start)
    bucket = bucket.taken(min(taken, bucket.available))
    wait = bucket.wait

    assert (wait == 0.0) == (bucket.tokens >= 1.0)
    assert bucket.filled(start + wait + 1e-3).available >= 1
    if wait > 1e-3:
        assert 0 == bucket.filled(start + wait * 0.99).available


@pytest.mark.parametrize(
    ("rate", "burst"),
    [(Rate(100), 10), (Rate(6000, 60), 10), (Rate(25), 2), (Rate(10), 1), (Rate(1, 3600), 1)],
)
def test_a_bucket_begins_full(rate: Rate, burst: int) -> None:
    """
    With what may begin in a tenth of a second, and at least one.
    """
    assert burst == Bucket.full(rate, 0.0).available


def test_a_bucket_does_not_overflow() -> None:
    """
    A lane that idled does not make up for it.
    """
    assert 10 == Bucket.full(Rate(100), 0.0).taken(10).filled(3600.0).available


def test_time_that_goes_back_fills_nothing() -> None:
    """
    Nor does it count twice.
    """
    empty = Bucket.full(Rate(100), 100.0).taken(10)

    assert empty == empty.filled(50.0)
    assert 5 == empty.filled(50.0).filled(100.05).available


@pytest.mark.parametrize(("rate", "seconds"), [(Rate(10), 0.1), (Rate(1, 60), 60.0)])
def test_an_empty_bucket_says_how_long_to_wait(rate: Rate, seconds: float) -> None:
    """
    Until one more may begin.
    """
    bucket = Bucket.full(rate, 0.0)

    assert seconds == pytest.approx(bucket.taken(bucket.available).wait)
