"""
The engine: the threads that run lanes in this process.
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
    Runs lanes that no other process owns, each in a separate thread.

    The lock alone ensures that a lane has one owner. A missed or repeated wake-up has no effect,
    since each lane looks for work once a second.

    Args:
        lanes: The lanes by name.
        locks: The locks that all processes share; the owner of a lane holds its lock.
        grace: Seconds that a stop waits for exports in flight.
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
        The names of its lanes.
        """
        return tuple(self._lanes)

    def wake(self, lane: str | None = None) -> None:
        """
        Wake a lane, or every lane: it may have work.

        Args:
            lane: The lane's name; a name that it does not know is ignored.
        """
        for name in self._lanes if lane is None else (lane,):
            if name in self._lanes:
                self._lanes[name].wakeup.set()

    def run(self, lanes: Iterable[str] | None = None) -> None:
        """
        Start the threads of lanes; a thread that runs already continues.

        Args:
            lanes: The lanes' names; all lanes by default.
        """
        with self._lock:
            for name in self.names if lanes is None else lanes:
                if (
                    name in self._lanes
                    and name not in self._threads
                    and not self._stopping.is_set()
                ):
                    thread = Thread(target=self._run_lane, args=(name,), name=name, daemon=True)
                    self._threads[name] = thread
                    thread.start()

    def stop(self) -> None:
        """
        Stop claiming, wait for exports in flight, return unsent claims, and release the lanes.
        """
        self._stopping.set()
        with self._lock:
            threads = list(self._threads.values())
        for lane in self._lanes.values():
            lane.wakeup.stop()
        for thread in threads:
            thread.join(self._grace + 5.0)

    def _run_lane(self, name: str) -> None:
        lane = self._lanes[name]
        while not self._stopping.is_set():
            try:
                lock = self._locks.acquire(lane_lock(name))
                if lock is not None:
                    try:
                        lane.run(grace=self._grace)
                    finally:
                        lock.release()
            except SQLAlchemyError:
                _log.warning("lane %s: database connection lost", name, exc_info=True)
            except Exception:  # noqa: BLE001 - logged; the lane runs again under a new fence
                _log.exception("lane %s: failed; restarting it", name)
            self._stopping.wait(SWEEP_SECONDS)
