"""
Requests and answers are forgotten when they are old enough, by whoever runs lanes.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Lock

from orderferry.exports import Clock
from orderferry.storage import Store, forget_documents

__all__ = ["Retention"]

INTERVAL_SECONDS = 60.0


class Retention:
    """
    Looks for old requests and answers once a minute; the first time after one, so that a command
    that runs for a moment does not spend it on that.

    Args:
        age: How long they are kept.
    """

    def __init__(self, store: Store, age: timedelta, clock: Clock) -> None:
        self._store = store
        self._age = age
        self._clock = clock
        self._lock = Lock()
        self._next = clock.monotonic() + INTERVAL_SECONDS

    def keep(self, *, at_once: bool = False) -> None:
        """
        Forget what is too old, unless that was done within the last minute.

        Args:
            at_once: However long that is ago.
        """
        with self._lock:
            if self._clock.monotonic() < self._next and not at_once:
                return
            self._next = self._clock.monotonic() + INTERVAL_SECONDS
        with self._store.reading() as batch:
            now = batch.now()
        forget_documents(self._store, now - self._age)
