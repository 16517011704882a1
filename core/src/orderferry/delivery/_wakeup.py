"""
The condition that a lane's thread waits on, and the lock that it shares with its senders.
"""

from __future__ import annotations

from threading import Condition, RLock

__all__ = ["Wakeup"]


class Wakeup:
    """
    Wakes a lane when it may have work, and when it has to stop.

    Attributes:
        lock: Guards everything that the lane and its senders share.
        changed: The condition that is notified of everything that the lane waits for.
    """

    def __init__(self) -> None:
        self.lock = RLock()
        self.changed = Condition(self.lock)
        self._is_set = False
        self._stopping = False

    @property
    def stopping(self) -> bool:
        """
        Whether the lane has to stop.
        """
        return self._stopping

    @property
    def is_set(self) -> bool:
        """
        Whether the lane was woken since the last `clear`.
        """
        return self._is_set

    def set(self) -> None:
        """
        Wake the lane: it may have work.
        """
        with self.changed:
            self._is_set = True
            self.changed.notify_all()

    def stop(self) -> None:
        """
        Wake the lane, and make it stop.
        """
        with self.changed:
            self._stopping = True
            self.changed.notify_all()

    def clear(self) -> bool:
        """
        Reset `is_set` before the lane looks for work.

        Returns:
            Whether it was set.
        """
        was_set, self._is_set = self._is_set, False
        return was_set
