"""
The worker: runs lanes until it is stopped, or until there is no work left.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from queue import Empty, SimpleQueue
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from orderferry.connectors import ExportState
from orderferry.runtime.background._deliveries import Deliveries
from orderferry.storage import Listener, Store, count_overdue, has_work

__all__ = ["Worker"]

POLL_SECONDS = 1.0
"""How long to wait for news before the database is asked again whether there is work."""

HOUSEKEEPING_SECONDS = 60.0
"""The time between two deletions of old documents and reports of overdue exports."""

_log = logging.getLogger("orderferry.worker")


class Worker:
    """
    Runs all lanes that no other process runs, and the follow-up runs of their failures.

    `Ferry.worker` returns one.

    Args:
        store: The store.
        deliveries: The lanes.
        age_limits: Seconds that an export may be in a state before the worker logs a warning.
    """

    def __init__(
        self,
        store: Store,
        deliveries: Deliveries,
        *,
        age_limits: Mapping[ExportState, float],
    ) -> None:
        self._store = store
        self._deliveries = deliveries
        self._age_limits = age_limits
        self._news: SimpleQueue[bool] = SimpleQueue()
        self._overdue: Mapping[tuple[str, ExportState], int] = {}

    def stop(self) -> None:
        """
        Make `run` return. A signal handler may call it.
        """
        self._news.put(True)

    def run(self, *, until_idle: bool = False) -> bool:
        """
        Send deferred exports until `stop` is called.

        Args:
            until_idle: Also return when no export is in flight or waiting, except those that are
                held back, are in a paused lane, or wait for a connector. The exports that ended
                processes left in flight are recovered first.

        Returns:
            Whether `stop` was called.
        """
        listener = Listener(self._store.engine, self._deliveries.wake)
        self._deliveries.follow_failures()
        self._deliveries.start()
        listener.start()
        if until_idle:
            self._deliveries.progress.subscribe(lambda: self._news.put(False))
        try:
            return self._wait(until_idle=until_idle)
        finally:
            listener.stop()

    def _wait(self, *, until_idle: bool) -> bool:
        next_housekeeping = monotonic()
        while True:
            try:
                if monotonic() >= next_housekeeping:
                    next_housekeeping = monotonic() + HOUSEKEEPING_SECONDS
                    self._do_housekeeping()
                if until_idle and self._is_idle():
                    return False
            except SQLAlchemyError as error:
                _log.warning("database error: %s", error)
            if self._must_stop():
                return True

    def _is_idle(self) -> bool:
        """
        Return whether there is no work left, after all follow-up runs.
        """
        store, lanes = self._store, self._deliveries.lanes
        while not has_work(store, lanes):
            if not self._deliveries.follow_failures():
                return True
        return False

    def _must_stop(self) -> bool:
        """
        Wait for a round of a lane or a call of `stop`; return whether it was `stop`.
        """
        try:
            stops = self._news.get(timeout=POLL_SECONDS)
            while not stops:
                stops = self._news.get_nowait()
        except Empty:
            return False
        return stops

    def _do_housekeeping(self) -> None:
        self._deliveries.retention.delete_expired(at_once=True)
        overdue = count_overdue(self._store, self._age_limits)
        if overdue != self._overdue:
            for (lane, state), count in sorted(overdue.items()):
                _log.warning("lane %s: %s overdue exports in state %s", lane, count, state)
        self._overdue = overdue
