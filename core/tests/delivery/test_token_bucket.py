"""
Rate limits.
"""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderferry.delivery import Rate
from orderferry.delivery._flow import BURST_SECONDS, TokenBucket

RATES = st.builds(Rate, st.floats(0.1, 5000, allow_nan=False), st.sampled_from([1.0, 60.0, 3600.0]))


def begin(bucket: TokenBucket, requests: Sequence[tuple[float, int]]) -> list[tuple[float, int]]:
    """
    Return when exports begin, and how many, if so many are requested after such pauses.
    """
    begins = []
    at = bucket.at
    for pause, requested in requests:
        at += pause
        bucket = bucket.refill(at)
        count = min(requested, bucket.available)
        bucket = bucket.take(count)
        begins.append((at, count))
    return begins


@given(
    rate=RATES,
    start=st.floats(0, 1e7),
    requests=st.lists(st.tuples(st.floats(0, 10), st.integers(0, 200)), max_size=40),
)
def test_exports_begin_within_the_rate_and_one_burst(
    rate: Rate, start: float, requests: list[tuple[float, int]]
) -> None:
    """
    The exports that begin between any two exports are what the rate and one burst allow.
    """
    begins = begin(TokenBucket.full(rate, start), requests)
    burst = max(1.0, rate.per_second * BURST_SECONDS)

    for first in range(len(begins)):
        count = 0
        for at, more in begins[first:]:
            count += more
            allowed = (at - begins[first][0]) * rate.per_second + burst
            assert count <= allowed + 1e-4


@given(rate=RATES, start=st.floats(0, 1e7), count=st.integers(0, 200))
def test_one_may_begin_after_the_wait_and_none_before(rate: Rate, start: float, count: int) -> None:
    """
    An export may begin after the wait and not before, so a lane need not look more often.
    """
    bucket = TokenBucket.full(rate, start)
    bucket = bucket.take(min(count, bucket.available))
    wait = bucket.wait

    assert (wait == 0.0) == (bucket.tokens >= 1.0)
    assert bucket.refill(start + wait + 1e-3).available >= 1
    if wait > 1e-3:
        assert 0 == bucket.refill(start + wait * 0.99).available


@pytest.mark.parametrize(
    ("rate", "burst"),
    [(Rate(100), 10), (Rate(6000, 60), 10), (Rate(25), 2), (Rate(10), 1), (Rate(1, 3600), 1)],
)
def test_a_bucket_begins_full(rate: Rate, burst: int) -> None:
    """
    A full bucket allows the exports of a tenth of a second, and at least one.
    """
    assert burst == TokenBucket.full(rate, 0.0).available


def test_a_bucket_does_not_overflow() -> None:
    """
    A bucket does not overflow: an idle lane does not catch up on its rate.
    """
    assert 10 == TokenBucket.full(Rate(100), 0.0).take(10).refill(3600.0).available


def test_a_clock_that_is_set_back_adds_no_tokens() -> None:
    """
    A clock that is set back adds no tokens, and does not count time twice.
    """
    empty = TokenBucket.full(Rate(100), 100.0).take(10)

    assert empty == empty.refill(50.0)
    assert 5 == empty.refill(50.0).refill(100.05).available


@pytest.mark.parametrize(("rate", "seconds"), [(Rate(10), 0.1), (Rate(1, 60), 60.0)])
def test_an_empty_bucket_says_how_long_to_wait(rate: Rate, seconds: float) -> None:
    """
    The wait of an empty bucket ends when one more export may begin.
    """
    bucket = TokenBucket.full(rate, 0.0)

    assert seconds == pytest.approx(bucket.take(bucket.available).wait)
