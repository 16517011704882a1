"""
What wakes a lane.
"""

from __future__ import annotations

from threading import Condition, RLock

__all__ = ["Bell"]


class Bell:
    """
    Rings when a lane may have something to do, and once more when it is to stop.

    Attributes:
        lock: Guards all that the lane and its senders share.
        changed: The condition that everything which a lane waits for notifies.
    """

    def __init__(self) -> None:
        self.lock = RLock()
        self.changed = Condition(self.lock)
        self._rung = False
        self._stopping = False

    @property
    def stopping(self) -> bool:
        """
        Whether the lane is to stop.
        """
        return self._stopping

    @property
    def rung(self) -> bool:
        """
        Whether it has rung since it was last heard.
        """
        return self._rung

    def ring(self) -> None:
        """
        There may be something to do.
        """
        with self.changed:
            self._rung = True
            self.changed.notify_all()

    def stop(self) -> None:
        """
        The lane is to stop.
        """
        with self.changed:
            self._stopping = True
            self.changed.notify_all()

    def heard(self) -> bool:
        """
        What it rang for is being looked at; whether it had rung.
        """
        rung, self._rung = self._rung, False
        return rung
