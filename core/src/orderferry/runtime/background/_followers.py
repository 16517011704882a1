"""
What follows a delivery: runs of another status, orphaned exports, retention.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from threading import Event, Lock, Thread

from attrs import evolve
from sqlalchemy.exc import SQLAlchemyError

from orderferry.connectors import ExportState
from orderferry.errors import ConflictError, OrderferryError
from orderferry.exports import (
    MARGIN_SECONDS,
    Change,
    Clock,
    Export,
    Failure,
    FailureKind,
    consequences,
)
from orderferry.runtime._parts import Parts
from orderferry.runtime.transition._transition import Transition
from orderferry.storage import Store, TransitionRow, forget_documents
from orderferry.workflow import TransitionResult

__all__ = ["Followers", "Retention", "adopt_orphans"]


def adopt_orphans(parts: Parts) -> int:
    """
    Hand exports that a dead process awaited to their lanes, and those of this process's runs that
    have failed.

    What was under way may have been sent: its lane asks the target, or leaves it `unknown`.

    Returns:
        How many there were.
    """
    with parts.store.reading() as batch:
        owners = [
            e for e in batch.ledger.owners() if e == parts.owner or not parts.presence.is_alive(e)
        ]
    count = 0
    for owner in owners:
        with suppress(ConflictError):  # another worker adopts them
            count += _adopt(parts, owner)
    return count


def _adopt(parts: Parts, owner: str) -> int:
    with parts.store.transaction() as batch:
        changes: list[Change] = []
        for export in batch.ledger.owned_by(owner):
            if parts.presence.is_running(owner, export.origin.run):
                continue
            adopted = _adopted(export, parts)
            batch.ledger.change(adopted, was=export)
            changes.append((export, adopted))
        for change in changes:
            batch.orders.apply(change[1].key.order_id, consequences([change]))
    return len(changes)


def _adopted(export: Export, parts: Parts) -> Export:
    origin = evolve(export.origin, deferred=True)
    if export.state is ExportState.QUEUED:
        return evolve(export, origin=origin)
    if export.state is not ExportState.SENDING:
        return evolve(export, origin=origin, due=export.changed)
    failure = Failure(
        type=FailureKind.UNKNOWN_OUTCOME,
        message="the process ended while the export was under way; it may have been sent",
    )
    return export.to(
        ExportState.UNKNOWN,
        export.changed,
        origin=origin,
        unsettled=True,
        failure=failure,
        due=export.changed,
        settles=export.changed + timedelta(seconds=parts.inline_deadline + MARGIN_SECONDS),
    )


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
            rows = [row for row in batch.runs.unended() if self._is_wanted(row)]
        ran = 0
        for row in rows:
            with self._parts.store.transaction() as batch:
                if not batch.runs.take_over(row, self._parts.owner):
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
