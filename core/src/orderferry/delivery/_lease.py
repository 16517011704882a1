"""
The lease of a lane: how long its owner may send without a commit that proves the ownership.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

__all__ = ["Lease", "boot_time", "lane_lock"]


def lane_lock(lane: str) -> str:
    """
    Return the name of the lock that the owner of a lane holds.
    """
    return f"lane:{lane}"


def boot_time() -> float:
    """
    Return the seconds since the machine started, including those in which it was suspended.
    """
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Lease:
    """
    A lease that each commit of the owner renews; safe between threads.

    A worker that was frozen, or lost its connection to the database, finds its lease expired when
    it resumes, and sends nothing more. The lease is counted from before the commit that proved the
    ownership.

    Args:
        seconds: How long it is valid after a renewal.
        clock: A clock, in seconds, that also advances while the process is frozen.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = boot_time) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = Lock()
        self._ends = float("-inf")

    def now(self) -> float:
        """
        Return the time to pass to `renew`, read before the commit.
        """
        return self._clock()

    def renew(self, before: float) -> None:
        """
        Renew the lease after the commit that proves the ownership.

        Args:
            before: What `now` returned before the commit.
        """
        with self._lock:
            self._ends = max(self._ends, before + self._seconds)

    def expire(self) -> None:
        """
        End the lease: the lane is lost or released.
        """
        with self._lock:
            self._ends = float("-inf")

    def is_valid(self) -> bool:
        """
        Return whether the owner may still send.
        """
        with self._lock:
            return self._clock() < self._ends
