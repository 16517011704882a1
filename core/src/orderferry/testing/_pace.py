"""
The time limits of the suite, which grow with the time that exports take on this machine.

On a busy machine the suite takes longer, and its result is the same: no limit is a fixed number of
seconds, and no limit counts the time in which this process does not run.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import isfinite
from statistics import median_high
from threading import Event, Thread
from typing import Final

from attrs import define, field

from orderferry.errors import UsageError

__all__ = ["STALL_SECONDS", "Pace", "Watchdog", "stall_seconds", "ticks", "watch_time"]

STALL_SECONDS: Final = "ORDERFERRY_STALL_SECONDS"
"""The environment variable for the minimum time of an attempt whose target stalls."""

TICK: Final = 0.05
"""The seconds between two looks at a condition that is awaited."""

_STALL: Final = 1.0
_MULTIPLES: Final = {"an attempt": 10, "a stall": 5, "a margin": 10, "patience": 20}
"""The minimum of each limit, as a multiple of the time of an undisturbed attempt."""

_PATIENCE: Final = 3.0
_REMEMBERED: Final = 3


def stall_seconds() -> float:
    """
    The minimum time of an attempt whose target stalls, in seconds: 1, or the value of the
    environment variable.

    Raises:
        UsageError: The variable's value is not a positive number.
    """
    text = os.environ.get(STALL_SECONDS) or str(_STALL)
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not (isfinite(seconds) and seconds > 0):
        raise UsageError(f"{STALL_SECONDS} is {text!r}; expected a positive number of seconds")
    return seconds


@define(eq=False)
class Pace:
    """
    The time of undisturbed attempts, and the limits that follow from it.

    Attributes:
        least: The minimum time of an attempt, in seconds.
        stall: The minimum time of an attempt whose target stalls, in seconds.
        factor: The factor by which the limits are extended now: more than 1 after a time ran out.
    """

    least: float
    stall: float = field(factory=stall_seconds)
    factor: float = field(default=1.0, init=False)
    _recent: deque[float] = field(factory=lambda: deque(maxlen=_REMEMBERED), init=False)

    def add(self, seconds: float) -> None:
        """
        Add the time of an undisturbed attempt.
        """
        self._recent.append(seconds)

    @property
    def undisturbed(self) -> float:
        """
        The median time of the last undisturbed attempts, in seconds; 0 before the first.
        """
        return median_high(self._recent) if self._recent else 0.0

    @property
    def attempt_seconds(self) -> float:
        """
        The time of an attempt.
        """
        return self._limit(self.least, "an attempt") * self.factor

    @property
    def stall_seconds(self) -> float:
        """
        The time of an attempt whose target stalls: enough to reach the stall, and little more.
        """
        return self._limit(self.stall, "a stall") * self.factor

    @property
    def margin_seconds(self) -> float:
        """
        The seconds by which an attempt may exceed its time.
        """
        return self._limit(2 * self.stall, "a margin")

    @property
    def patience_seconds(self) -> float:
        """
        The seconds to wait for something that normally happens at once.
        """
        return self._limit(_PATIENCE, "patience")

    @contextmanager
    def extended(self, factor: float) -> Iterator[None]:
        """
        Extend the limits while the block runs.
        """
        before, self.factor = self.factor, self.factor * factor
        try:
            yield
        finally:
            self.factor = before

    def _limit(self, least: float, name: str) -> float:
        return max(least, _MULTIPLES[name] * self.undisturbed)


def ticks(seconds: float) -> Iterator[float]:
    """
    The pauses in which to wait for a condition, for a number of seconds of this process.

    A pause counts as its intended length, even if it took longer.
    """
    for _ in range(max(1, round(seconds / TICK))):
        yield TICK


@define(eq=False)
class Watchdog:
    """
    Watches the time of a block.

    Attributes:
        expired: Whether the time was over while the block was still running.
    """

    expired: bool = field(default=False, init=False)


@contextmanager
def watch_time(seconds: float, on_expiry: Callable[[], None]) -> Iterator[Watchdog]:
    """
    Watch whether the block takes longer than its time.

    Args:
        seconds: The time of the block.
        on_expiry: Called in another thread when the time is over.
    """
    watchdog, done = Watchdog(), Event()

    def watch() -> None:
        if not any(done.wait(pause) for pause in ticks(seconds)):
            watchdog.expired = True
            on_expiry()

    thread = Thread(target=watch, name="conformance deadline", daemon=True)
    thread.start()
    try:
        yield watchdog
    finally:
        done.set()
        thread.join()
