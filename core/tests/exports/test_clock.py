"""
Waits between attempts.
"""

import pytest

from orderferry.exports import Backoff


@pytest.mark.parametrize(
    ("attempts", "longest"), [(0, 1), (1, 1), (2, 3), (3, 9), (4, 20), (5000, 20)]
)
def test_waits_grow_with_full_jitter_up_to_the_longest(attempts: int, longest: float) -> None:
    """
    Every wait is between nothing and the longest, and many attempts cause no overflow.
    """
    rule = {"first": 1.0, "factor": 3.0, "most": 20.0}

    assert longest == Backoff(**rule, chance=lambda: 1.0).after(attempts)
    assert longest / 2 == Backoff(**rule, chance=lambda: 0.5).after(attempts)
    assert 0 == Backoff(**rule, chance=lambda: 0.0).after(attempts)
