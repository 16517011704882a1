"""
Runs that failures of deferred exports want, and exports whose process has died.
"""

from __future__ import annotations

import logging
from threading import Event, Lock, Thread

from sqlalchemy.exc import SQLAlchemyError

from orderferry.errors import OrderferryError
from orderferry.runtime._orphans import adopt_orphans
from orderferry.runtime._parts import Parts
from orderferry.runtime._retention import Retention
from orderferry.runtime._transition import Transition
from orderferry.storage import TransitionRow
from orderferry.workflow import TransitionResult

__all__ = ["Followers"]

SWEEP_SECONDS = 1.0

_log = logging.getLogger("orderferry.runtime")


class Followers:
    """
    A thread that runs what failures want, adopts what dead processes left, and forgets old
    requests and answers.
    """

    def __init__(self, parts: Parts, retention: Retention) -> None:
        self._parts = parts
        self._retention = retention
        self._lock = Lock()
        self._running = Lock()
        self._results: dict[str, TransitionResult] = {}
        self._runs = False
        self._rung = Event()
        self._stopping = Event()
        self._thread = Thread(target=self._keep, name="orderferry-followers", daemon=True)

    def start(self) -> None:
        """
        Begin to look, now and once a second.
        """
        self._runs = True
        self.adopt()

    def adopt(self) -> None:
        """
        Begin to look for what nobody has any more; run nothing, unless that has begun too.
        """
        with self._lock:
            if not self._thread.is_alive():
                self._thread.start()

    def ring(self) -> None:
        """
        There may be something to run.
        """
        self._rung.set()

    def stop(self) -> None:
        """
        End once what is being run has ended.
        """
        self._stopping.set()
        self._rung.set()
        if self._thread.is_alive():
            self._thread.join()

    def result(self, run: str) -> TransitionResult | None:
        """
        What a run came to, if it was this process that ran it.
        """
        with self._lock:
            return self._results.get(run)

    def run_all(self) -> int:
        """
        Run everything that is wanted now.

        Returns:
            How many runs there were.
        """
        with self._running:
            return self._run_all()

    def _run_all(self) -> int:
        self._parts.presence.hold()
        with self._parts.store.reading() as batch:
            rows = [row for row in batch.unended() if self._is_wanted(row)]
        ran = 0
        for row in rows:
            with self._parts.store.transaction() as batch:
                if not batch.take_over(row, self._parts.owner):
                    continue
            transition = Transition(parts=self._parts, shipment_id=row.shipment_id, user=row.user)
            try:
                result = transition.follow(row)
            except OrderferryError as error:  # the others are run, and this one again later
                _log.warning("order %s cannot enter %s: %s", row.order_id, row.status, error)
                continue
            ran += 1
            if result is not None:
                with self._lock:
                    self._results[row.run] = result
        return ran

    def _is_wanted(self, row: TransitionRow) -> bool:
        """
        A run that a failure wants, and that no living process has.
        """
        if len(row.visited) < 2:
            return False
        return row.owner is None or not self._parts.presence.is_running(row.owner, row.run)

    def _keep(self) -> None:
        while not self._stopping.is_set():
            self._rung.wait(SWEEP_SECONDS)
            self._rung.clear()
            try:
                if self._runs:
                    self.run_all()
                    self._retention.keep()
                adopt_orphans(self._parts)
            except SQLAlchemyError:
                if self._stopping.is_set():
                    return
