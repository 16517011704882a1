"""
Time and chance, passed as arguments.
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
    The time, and a way to wait.

    Attributes:
        now: The time of day, in UTC.
        monotonic: Seconds of a clock that is never set back.
        wait: Waits for a number of seconds.
    """

    now: Callable[[], datetime] = _utc_now
    monotonic: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep


@frozen(kw_only=True)
class Backoff:
    """
    How long to wait before the next attempt: exponential, with full jitter.

    Attributes:
        first: The longest first wait, in seconds.
        factor: The factor by which the longest wait grows with each attempt.
        most: The longest wait of all, in seconds.
        chance: Returns a number from 0 to 1.
    """

    first: float = 0.5
    factor: float = 2.0
    most: float = 300.0
    chance: Callable[[], float] = random.random

    def after(self, attempts: int) -> float:
        """
        The seconds to wait after a number of attempts.
        """
        steps = min(max(attempts - 1, 0), 64)
        return self.chance() * min(self.most, self.first * self.factor**steps)
