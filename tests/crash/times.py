"""
Clocks of the tests' own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic

from orderferry.exports import Clock
from tests.crash.taken import PATIENCE


class Ahead:
    """
    The time of day, some seconds ahead of the machine's, and more whenever a test wants it.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds

    def now(self) -> datetime:
        """
        The time of day.
        """
        return datetime.now(UTC) + timedelta(seconds=self.seconds)

    @property
    def clock(self) -> Clock:
        """
        This time as a clock.
        """
        return Clock(now=self.now)

    def pass_until(self, holds: Callable[[], object], *, stride: float = 2.0) -> None:
        """
        Let time go by, much faster than it does, until something holds.
        """
        until = monotonic() + PATIENCE
        pause = Event()
        while not holds():
            assert monotonic() < until, f"not within {PATIENCE} s"
            pause.wait(0.02)
            self.seconds += stride
