"""
Time and chance, as arguments.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime

from attrs import frozen

__all__ = ["Backoff", "Clock"]


def _utc_now() -> datetime:
    return datetime.now(UTC)


@frozen(kw_only=True)
class Clock:
    """
    The time, and waiting for it.

    Attributes:
        now: The time of day, in UTC.
        monotonic: Seconds that never go back.
        wait: Wait so many seconds.
    """

    now: Callable[[], datetime] = _utc_now
    monotonic: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep


@frozen(kw_only=True)
class Backoff:
    """
    How long to wait before the next attempt: exponential, with full jitter.

    Attributes:
        first: The most that the first wait lasts, in seconds.
        factor: What each further wait may grow by.
        most: What no wait exceeds, in seconds.
        chance: A number from 0 to 1.
    """

    first: float = 0.5
    factor: float = 2.0
    most: float = 300.0
    chance: Callable[[], float] = random.random

    def after(self, attempts: int) -> float:
        """
        Seconds to wait after so many attempts.
        """
        steps = min(max(attempts - 1, 0), 64)
        return self.chance() * min(self.most, self.first * self.factor**steps)
