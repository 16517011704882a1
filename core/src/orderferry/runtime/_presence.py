"""
Which processes are at work on a database, and on what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock as Mutex

from orderferry.storage import Lock, Locks

__all__ = ["Presence"]


class Presence:
    """
    This process, as others see it, and others, as it sees them. Safe between threads.

    A process is alive as long as it holds a lock; which of its own runs are under way only it
    knows. A run that has failed, as where the database went away, is nobody's any more.

    Args:
        locks: The locks of the database.
        owner: This process's id.
    """

    def __init__(self, locks: Locks, owner: str) -> None:
        self._locks = locks
        self._owner = owner
        self._mutex = Mutex()
        self._lock: Lock | None = None
        self._runs: Counter[str] = Counter()

    def hold(self) -> None:
        """
        Be known to be alive, again where the database has ended the session that said so.
        """
        with self._mutex:
            if self._lock is None or not self._lock.alive():
                self._lock = self._locks.hold(_name(self._owner))

    def release(self) -> None:
        """
        Be known no more.
        """
        with self._mutex:
            lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()

    def is_alive(self, owner: str) -> bool:
        """
        Whether the process that is known as an owner still runs.
        """
        return owner == self._owner or self._locks.is_held(_name(owner))

    @contextmanager
    def running(self, run: str) -> Iterator[None]:
        """
        A run is under way here.
        """
        with self._mutex:
            self._runs[run] += 1
        try:
            yield
        finally:
            with self._mutex:
                self._runs[run] -= 1
                self._runs += Counter()

    def is_running(self, owner: str, run: str) -> bool:
        """
        Whether a run is under way in the process that has it; of another process it is known only
        whether it lives.
        """
        if owner != self._owner:
            return self.is_alive(owner)
        with self._mutex:
            return self._runs[run] > 0


def _name(owner: str) -> str:
    return f"process:{owner}"
