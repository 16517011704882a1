"""
A process that delivers until it is told to stop, or until there is nothing left to do.
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

LOOK_SECONDS = 1.0
HOUSEKEEPING_SECONDS = 60.0

_log = logging.getLogger("orderferry.worker")


class Worker:
    """
    Runs all lanes that nobody else runs, and what their failures want.

    Args:
        age_limits: Seconds that an export may be in a state before it is reported.
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
        Have `run` return; a signal handler may call it.
        """
        self._news.put(True)

    def run(self, *, until_idle: bool = False) -> bool:
        """
        Deliver until `stop`.

        Args:
            until_idle: Return also when no export is under way or waits, but those that are held
                back, are in a paused lane, or wait for a connector. What dead processes left
                under way is recovered first.

        Returns:
            Whether it was told to stop.
        """
        listener = Listener(self._store.engine, self._deliveries.wake)
        self._deliveries.follow_failures()
        self._deliveries.start()
        listener.start()
        if until_idle:
            self._deliveries.progress.tell(lambda: self._news.put(False))
        try:
            return self._keep(until_idle=until_idle)
        finally:
            listener.stop()

    def _keep(self, *, until_idle: bool) -> bool:
        next_housekeeping = monotonic()
        while True:
            try:
                if monotonic() >= next_housekeeping:
                    next_housekeeping = monotonic() + HOUSEKEEPING_SECONDS
                    self._keep_house()
                if until_idle and self._is_idle():
                    return False
            except SQLAlchemyError as error:
                _log.warning("the database does not answer: %s", error)
            if self._is_told_to_stop():
                return True

    def _is_idle(self) -> bool:
        """
        Whether there is nothing left to do, once all that failures want has been run.
        """
        store, lanes = self._store, self._deliveries.lanes
        while not has_work(store, lanes):
            if not self._deliveries.follow_failures():
                return True
        return False

    def _is_told_to_stop(self) -> bool:
        """
        Wait for news; all that came since are one.
        """
        try:
            told = self._news.get(timeout=LOOK_SECONDS)
            while not told:
                told = self._news.get_nowait()
        except Empty:
            return False
        return told

    def _keep_house(self) -> None:
        self._deliveries.retention.keep(at_once=True)
        overdue = count_overdue(self._store, self._age_limits)
        if overdue != self._overdue:
            for (lane, state), count in sorted(overdue.items()):
                _log.warning("lane %s: %s exports are %s for too long", lane, count, state)
        self._overdue = overdue
