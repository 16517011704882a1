"""
Work that follows deliveries: runs that failures lead to, orphaned exports, retention.
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
from orderferry.storage import RunRow, Store, delete_documents
from orderferry.workflow import TransitionResult

__all__ = ["FollowUps", "Retention", "adopt_orphans"]

RETENTION_SECONDS = 60.0
"""The time between two deletions of old documents."""

SWEEP_SECONDS = 1.0
"""How long the thread waits, if it is not woken, before it looks for work."""

_log = logging.getLogger("orderferry.runtime")


def adopt_orphans(parts: Parts) -> int:
    """
    Hand awaited exports whose run has ended without a result to their lanes.

    They are those of processes that have ended, and of this process's failed runs. An export that
    was in flight may have been sent: its lane asks the target, or leaves it `unknown`.

    Returns:
        How many exports there were.
    """
    with parts.store.reading() as batch:
        owners = [
            owner
            for owner in batch.ledger.owners()
            if owner == parts.owner or not parts.presence.is_alive(owner)
        ]
    count = 0
    for owner in owners:
        with suppress(ConflictError):  # another process adopts them
            count += _adopt(parts, owner)
    return count


def _adopt(parts: Parts, owner: str) -> int:
    with parts.store.transaction() as batch:
        changes: list[Change] = []
        for export in batch.ledger.owned_by(owner):
            if parts.presence.is_running(owner, export.origin.run):
                continue
            adopted = _defer(export, parts)
            batch.ledger.change(adopted, was=export)
            changes.append((export, adopted))
        for change in changes:
            batch.orders.apply(change[1].key.order_id, consequences([change]))
    return len(changes)


def _defer(export: Export, parts: Parts) -> Export:
    """
    Return an awaited export as a deferred one; its outcome is unknown if it was in flight.
    """
    origin = evolve(export.origin, deferred=True)
    if export.state is ExportState.QUEUED:
        return evolve(export, origin=origin)
    if export.state is not ExportState.SENDING:
        return evolve(export, origin=origin, due=export.changed)
    failure = Failure(
        type=FailureKind.UNKNOWN_OUTCOME,
        message="the process ended while the export was in flight; it may have been sent",
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


class Retention:
    """
    Deletes old requests and responses once a minute.

    The first deletion is due after a minute, so that a short command spends no time on it.

    Args:
        store: The store.
        age: How long requests and responses are kept.
        clock: The clock.
    """

    def __init__(self, store: Store, age: timedelta, clock: Clock) -> None:
        self._store = store
        self._age = age
        self._clock = clock
        self._lock = Lock()
        self._next = clock.monotonic() + RETENTION_SECONDS

    def delete_expired(self, *, at_once: bool = False) -> None:
        """
        Delete what is too old, unless that was done within the last minute.

        Args:
            at_once: Delete it even then.
        """
        with self._lock:
            if self._clock.monotonic() < self._next and not at_once:
                return
            self._next = self._clock.monotonic() + RETENTION_SECONDS
        with self._store.reading() as batch:
            now = batch.now()
        delete_documents(self._store, now - self._age)


class FollowUps:
    """
    A thread that runs follow-up runs, adopts orphaned exports, and deletes old documents.

    A follow-up run is the run in which an order enters the `ErrorStatus` of a failed export.

    Args:
        parts: The parts of the ferry.
        retention: Deletes old requests and responses.
    """

    def __init__(self, parts: Parts, retention: Retention) -> None:
        self._parts = parts
        self._retention = retention
        self._lock = Lock()
        self._running = Lock()
        self._results: dict[str, TransitionResult] = {}
        self._is_started = False
        self._woken = Event()
        self._stopping = Event()
        self._thread = Thread(target=self._loop, name="orderferry-follow-ups", daemon=True)

    def start(self) -> None:
        """
        Start the thread: it looks for work now and once a second.
        """
        self._is_started = True
        self.adopt()

    def adopt(self) -> None:
        """
        Start the thread to adopt orphaned exports only, unless `start` was called.
        """
        with self._lock:
            if not self._thread.is_alive():
                self._thread.start()

    def wake(self) -> None:
        """
        Wake the thread: there may be a run.
        """
        self._woken.set()

    def stop(self) -> None:
        """
        Stop the thread after the run in progress.
        """
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def result(self, run: str) -> TransitionResult | None:
        """
        Return the result of a run, or `None` if this process did not run it.
        """
        with self._lock:
            return self._results.get(run)

    def run_all(self) -> int:
        """
        Run all follow-up runs that are due.

        Returns:
            How many runs there were.
        """
        with self._running:
            return self._run_all()

    def _run_all(self) -> int:
        self._parts.presence.hold()
        with self._parts.store.reading() as batch:
            rows = [row for row in batch.runs.in_progress() if self._is_due(row)]
        ran = 0
        for row in rows:
            with self._parts.store.transaction() as batch:
                if not batch.runs.take_over(row, self._parts.owner):
                    continue
            transition = Transition(parts=self._parts, shipment_id=row.shipment_id, user=row.user)
            try:
                result = transition.follow(row)
            except OrderferryError as error:  # the other runs continue; this one is retried
                _log.warning("order %s cannot enter %s: %s", row.order_id, row.status, error)
                continue
            ran += 1
            if result is not None:
                with self._lock:
                    self._results[row.run] = result
        return ran

    def _is_due(self, row: RunRow) -> bool:
        """
        Return whether it is a follow-up run that no running process owns.
        """
        if len(row.visited) < 2:
            return False
        return row.owner is None or not self._parts.presence.is_running(row.owner, row.run)

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._woken.wait(SWEEP_SECONDS)
            self._woken.clear()
            try:
                if self._is_started:
                    self.run_all()
                    self._retention.delete_expired()
                adopt_orphans(self._parts)
            except SQLAlchemyError:
                if self._stopping.is_set():
                    return
