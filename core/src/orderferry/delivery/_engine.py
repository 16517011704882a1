"""
The engine that keeps lanes running in this process.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from threading import Event, Lock, Thread

from sqlalchemy.exc import SQLAlchemyError

from orderferry.delivery._lane import Lane
from orderferry.delivery._lease import lane_lock
from orderferry.delivery._owned import SWEEP_SECONDS
from orderferry.storage import Locks

__all__ = ["Engine"]

_log = logging.getLogger("orderferry.delivery")


class Engine:
    """
    Runs lanes, each in a thread of its own, as long as nobody else owns them.

    Exclusivity is the lock's; waking a lane twice or not at all changes nothing, since each looks
    for itself once a second.

    Args:
        lanes: The lanes by name.
        locks: Who owns a lane, among all processes.
        grace: Seconds that what is under way has to come back after a stop.
    """

    def __init__(self, lanes: Mapping[str, Lane], locks: Locks, *, grace: float = 20.0) -> None:
        self._lanes = dict(lanes)
        self._locks = locks
        self._grace = grace
        self._lock = Lock()
        self._threads: dict[str, Thread] = {}
        self._stopping = Event()

    @property
    def names(self) -> tuple[str, ...]:
        """
        The lanes that it can run.
        """
        return tuple(self._lanes)

    def wake(self, lane: str | None = None) -> None:
        """
        A lane, or every lane, may have something to do.
        """
        for name in self._lanes if lane is None else (lane,):
            if name in self._lanes:
                self._lanes[name].bell.ring()

    def run(self, lanes: Iterable[str] | None = None) -> None:
        """
        Begin to run lanes; those that run already go on.

        Args:
            lanes: Their names; all by default.
        """
        with self._lock:
            for name in self.names if lanes is None else lanes:
                if (
                    name in self._lanes
                    and name not in self._threads
                    and not self._stopping.is_set()
                ):
                    thread = Thread(target=self._keep, args=(name,), name=name, daemon=True)
                    self._threads[name] = thread
                    thread.start()

    def stop(self) -> None:
        """
        Claim no more, wait for what is under way, give back what was not begun, free the lanes.
        """
        self._stopping.set()
        with self._lock:
            threads = list(self._threads.values())
        for lane in self._lanes.values():
            lane.bell.stop()
        for thread in threads:
            thread.join(self._grace + 5.0)

    def _keep(self, name: str) -> None:
        lane = self._lanes[name]
        while not self._stopping.is_set():
            try:
                held = self._locks.hold(lane_lock(name))
                if held is not None:
                    try:
                        lane.run(grace=self._grace)
                    finally:
                        held.release()
            except SQLAlchemyError:
                _log.warning("lane %s has lost its database", name, exc_info=True)
            except Exception:  # noqa: BLE001 - told, and the lane goes on under a new fence
                _log.exception("lane %s has failed, and is taken anew", name)
            self._stopping.wait(SWEEP_SECONDS)
