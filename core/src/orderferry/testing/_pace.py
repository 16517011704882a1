"""
How fast this machine is at the moment, and how much time a connector is given because of that.

A machine that is busy makes the suite slow, never wrong: no limit is a number of seconds alone, and
none counts the time in which this process does not run.
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

__all__ = ["STALL_SECONDS", "Overdue", "Pace", "overdue", "stall_seconds", "ticks"]

STALL_SECONDS: Final = "ORDERFERRY_STALL_SECONDS"
"""The variable with the fewest seconds that an attempt gets where the target stalls."""

TICK: Final = 0.05
"""Seconds between two looks at something that is awaited."""

_STALL: Final = 1.0
_TIMES: Final = {"an attempt": 10, "a stall": 5, "a margin": 10, "patience": 20}
"""How many times as long as an undisturbed attempt each of these lasts, at least."""

_PATIENCE: Final = 3.0
_REMEMBERED: Final = 3


def stall_seconds() -> float:
    """
    The fewest seconds that an attempt gets where the target stalls: a second, or what the
    environment says.

    Raises:
        UsageError: The environment says something else than seconds.
    """
    given = os.environ.get(STALL_SECONDS) or str(_STALL)
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not (isfinite(seconds) and seconds > 0):
        raise UsageError(f"{STALL_SECONDS} is {given!r}; expected seconds, more than 0")
    return seconds


@define(eq=False)
class Pace:
    """
    How long undisturbed attempts take, and the limits that follow from it.

    Attributes:
        least: The fewest seconds of an attempt.
        stall: The fewest seconds of an attempt where the target stalls.
        factor: How many times as much time is given as usual: more, where it has run out.
    """

    least: float
    stall: float = field(factory=stall_seconds)
    factor: float = field(default=1.0, init=False)
    _recent: deque[float] = field(factory=lambda: deque(maxlen=_REMEMBERED), init=False)

    def add(self, seconds: float) -> None:
        """
        Remember how long an undisturbed attempt took.
        """
        self._recent.append(seconds)

    @property
    def undisturbed(self) -> float:
        """
        Seconds of the last undisturbed attempts, the median; 0 before the first.
        """
        return median_high(self._recent) if self._recent else 0.0

    @property
    def attempt_seconds(self) -> float:
        """
        How long an attempt may take.
        """
        return self._limit(self.least, "an attempt") * self.factor

    @property
    def stall_seconds(self) -> float:
        """
        How long an attempt may take where the target stalls: enough to get there, and little more.
        """
        return self._limit(self.stall, "a stall") * self.factor

    @property
    def margin_seconds(self) -> float:
        """
        How much later than its time an attempt may end.
        """
        return self._limit(2 * self.stall, "a margin")

    @property
    def patience_seconds(self) -> float:
        """
        How long what happens at once may take to be seen.
        """
        return self._limit(_PATIENCE, "patience")

    @contextmanager
    def with_more(self, factor: float) -> Iterator[None]:
        """
        Give more time to what is tried meanwhile.
        """
        before, self.factor = self.factor, self.factor * factor
        try:
            yield
        finally:
            self.factor = before

    def _limit(self, least: float, what: str) -> float:
        return max(least, _TIMES[what] * self.undisturbed)


def ticks(seconds: float) -> Iterator[float]:
    """
    The pauses in which to wait for something, until so many seconds have passed for this process.

    However long a pause turns out to be, it counts as no more than it was meant to be.
    """
    for _ in range(max(1, round(seconds / TICK))):
        yield TICK


@define(eq=False)
class Overdue:
    """
    Whether something takes longer than it may.

    Attributes:
        passed: Its time had passed while it was still at work.
    """

    passed: bool = field(default=False, init=False)


@contextmanager
def overdue(seconds: float, then: Callable[[], None]) -> Iterator[Overdue]:
    """
    Look whether what is done meanwhile takes longer than it may.

    Args:
        seconds: How long it may take.
        then: Called, in another thread, when its time has passed.
    """
    found, done = Overdue(), Event()

    def look() -> None:
        if not any(done.wait(pause) for pause in ticks(seconds)):
            found.passed = True
            then()

    thread = Thread(target=look, name="conformance deadline", daemon=True)
    thread.start()
    try:
        yield found
    finally:
        done.set()
        thread.join()
