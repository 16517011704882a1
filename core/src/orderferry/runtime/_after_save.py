"""
Exports that run after their order is saved, within this process.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from attrs import evolve, frozen

from orderferry.connectors import Exporter, ExportState
from orderferry.errors import LoadError, TransientError
from orderferry.exports import (
    FAILED,
    Export,
    Failure,
    Held,
    Journal,
    Skip,
    SkipCause,
    admission,
    consequences,
)
from orderferry.runtime._orders import StoredOrder
from orderferry.runtime._parts import Parts
from orderferry.runtime._saving import apply_to_stored
from orderferry.runtime._transition import Transition
from orderferry.workflow import TransitionResult

__all__ = ["AfterSave", "deliver_deferred"]

_log = logging.getLogger("orderferry.runtime")


class AfterSave:
    """
    Threads that deliver deferred exports, one order's at a time and several orders' at once.

    It lasts as long as its process: `close` waits until all is delivered that can be.
    """

    def __init__(self, parts: Parts, *, threads: int = 4) -> None:
        self._parts = parts
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="orderferry-after-save")
        self._lock = Lock()
        self._under_way: dict[str, Future[None]] = {}
        self._again: set[str] = set()
        self._followed: defaultdict[str, list[TransitionResult]] = defaultdict(list)

    def wake(self, order_id: str) -> None:
        """
        Look at an order's deferred exports; waking it twice changes nothing.
        """
        with self._lock:
            if order_id in self._under_way:
                self._again.add(order_id)
            else:
                self._under_way[order_id] = self._pool.submit(self._work, order_id)

    def drain(self) -> None:
        """
        Wait until everything is delivered that can be now.
        """
        while True:
            with self._lock:
                waiting = list(self._under_way.values())
            if not waiting:
                return
            for future in waiting:
                future.result()

    def followed(self, run: str) -> tuple[TransitionResult, ...]:
        """
        The runs that failures of a run's deferred exports have led to.
        """
        with self._lock:
            return tuple(self._followed[run])

    def close(self) -> None:
        """
        Deliver what can be, and end the threads.
        """
        self.drain()
        self._pool.shutdown()

    def _work(self, order_id: str) -> None:
        try:
            while True:
                for run, result in deliver_deferred(self._parts, order_id):
                    with self._lock:
                        self._followed[run].append(result)
                with self._lock:
                    if order_id not in self._again:
                        del self._under_way[order_id]
                        return
                    self._again.discard(order_id)
        except Exception:
            _log.exception("deferred exports of order %s were interrupted", order_id)
            with self._lock:
                self._under_way.pop(order_id, None)
            raise


def deliver_deferred(parts: Parts, order_id: str) -> list[tuple[str, TransitionResult]]:
    """
    Deliver the deferred exports of an order, in the order in which they were made.

    Returns:
        The runs that failures led to, each with the id of the run whose export failed.
    """
    followed = []
    for row in parts.ledger.of_order(order_id):
        present = parts.ledger.find(row.key.id)
        if present is None or not present.origin.deferred:
            continue
        if present.state is ExportState.QUEUED:
            result = _Delivery(parts=parts, export=present).deliver()
            if result is not None:
                followed.append((present.origin.run, result))
    return followed


@frozen(kw_only=True)
class _Delivery:
    """
    One deferred export.
    """

    parts: Parts
    export: Export

    def deliver(self) -> TransitionResult | None:
        try:
            exporter = self.parts.instances.exporter(self.export.key.instance)
        except LoadError as error:
            self._note(f"waits for its connector: {error}")
            return None
        journal = Journal(self.parts.ledger)
        stored = self.parts.orders.read(self.export.key.order_id)
        if stored is not None and self._is_readable(stored):
            done = self._send(journal, exporter, stored)
        else:
            done = self._unreadable(journal)
        if done is None:
            return None
        changes = consequences(journal.take())
        if done.state in FAILED and done.origin.stop_on_error:
            changes += consequences(self._stop_run(journal))
        apply_to_stored(self.parts.orders, done.key.order_id, changes)
        return self._error_status(done)

    def _is_readable(self, stored: StoredOrder) -> bool:
        wanted, there = self.export.order.version_id, stored.order.version_id
        return wanted is None or (there is not None and int(there) >= int(wanted))

    def _unreadable(self, journal: Journal) -> Export:
        key = self.export.key
        error = TransientError(
            f"order {key.order_id} is not available through the API at version {key.version};"
            " nothing was sent"
        )
        now = self.parts.clock.now()
        sending = self.export.to(ExportState.SENDING, now, attempts=self.export.attempts + 1)
        journal.change(sending, was=self.export)
        dead = sending.to(ExportState.DEAD, now, failure=Failure.of(error))
        journal.change(dead, was=sending)
        return dead

    def _send(self, journal: Journal, exporter: Exporter, stored: StoredOrder) -> Export | None:
        decision = admission(
            self.export,
            journal.of_order(self.export.key.order_id),
            cancelled=self._is_cancelled(stored),
            updates=exporter.capabilities.updates,
        )
        match decision:
            case Held():
                self._note(decision.reason)
                return None
            case Skip():
                skipped = decision.of(self.export, self.parts.clock.now())
                journal.change(skipped, was=self.export)
                return skipped
        return self.parts.deliverer(journal).deliver([(self.export, exporter)])[0]

    def _is_cancelled(self, stored: StoredOrder) -> bool:
        kind = self.parts.workflow.order_type(stored.order)
        now = kind.status(stored.order.status or "")
        made = kind.status(self.export.key.status)
        return now is not None and now.cancels and not (made is not None and made.cancels)

    def _note(self, reason: str) -> None:
        if self.export.reason != reason:
            self.parts.ledger.change(evolve(self.export, reason=reason), was=self.export)

    def _stop_run(self, journal: Journal) -> tuple[tuple[Export, Export], ...]:
        """
        Later steps' exports of the run that are not begun are not sent any more.
        """
        origin = self.export.origin
        reason = f"export {self.export.key.id} failed, and its step has StopOnError"
        for row in journal.of_order(self.export.key.order_id):
            later = row.origin.run == origin.run and row.origin.position > origin.position
            if later and row.state is ExportState.QUEUED:
                skip = Skip(SkipCause.WORKFLOW, reason)
                journal.change(skip.of(row, self.parts.clock.now()), was=row)
        return journal.take()

    def _error_status(self, done: Export) -> TransitionResult | None:
        """
        The status that the failure sets, while the order is still where the export was made.
        """
        wanted = done.origin.error_status
        stored = self.parts.orders.read(done.key.order_id)
        if done.state not in FAILED or wanted is None or stored is None:
            return None
        if stored.order.status != done.key.status:
            return None
        transition = Transition(
            parts=self.parts, shipment_id=done.key.shipment_id, user=done.origin.user
        )
        return transition.follow(stored.order, wanted, frozenset({done.key.status}))
