"""
How long an owner may believe that a lane is its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

__all__ = ["Lease", "boot_time", "lane_lock"]


def lane_lock(lane: str) -> str:
    """
    The name of the lock that the owner of a lane holds.
    """
    return f"lane:{lane}"


def boot_time() -> float:
    """
    Seconds since the machine started, those that it slept among them.
    """
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Lease:
    """
    A lease that each commit of the owner renews; safe between threads.

    A worker that was frozen, or cut off from the database, finds its lease over when it goes on,
    and sends nothing more. Its end is counted from before the commit that proved the ownership.

    Args:
        seconds: How long it lasts.
        clock: A clock that goes on while the process is frozen.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = boot_time) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = Lock()
        self._ends = float("-inf")

    def now(self) -> float:
        """
        The time to give to `renewed`, taken before the commit.
        """
        return self._clock()

    def renewed(self, before: float) -> None:
        """
        The commit that proves the ownership has succeeded; `before` was taken before it.
        """
        with self._lock:
            self._ends = max(self._ends, before + self._seconds)

    def over(self) -> None:
        """
        The lane is lost, or given up.
        """
        with self._lock:
            self._ends = float("-inf")

    def holds(self) -> bool:
        """
        Whether the owner may still send.
        """
        with self._lock:
            return self._clock() < self._ends
