"""
One transition: from the order that came in to the last commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from uuid import uuid4

from attrs import evolve, frozen
from sqlalchemy import Connection

from orderferry.errors import ConflictError, LoadError, UnknownStatusError
from orderferry.exports import (
    Export,
    Operation,
    OrderChange,
    Origin,
    apply_changes,
    export_key,
    new_export,
    version_of,
)
from orderferry.orders import Order, digest
from orderferry.runtime._parts import Parts, status_changes
from orderferry.runtime.transition._exporting import TransitionExports
from orderferry.runtime.transition._unit import Unit, starting_order
from orderferry.steps import Exports, Outcome
from orderferry.storage import Batch, RunRow
from orderferry.workflow import Run, Status, StatusRun, TransitionResult

__all__ = ["Transition", "order_saved_intents"]


def order_saved_intents(
    parts: Parts, batch: Batch, order: Order, user: str | None
) -> tuple[Export, ...]:
    """
    Make an intent for every instance that is enabled for the order's market and offers the hook.

    A version that an instance has an intent for makes no second one.
    """
    existing = {row.key for row in batch.ledger.of_order(order.id)}
    now = parts.clock.now()
    intents = []
    for name in parts.instances.enabled(order.market_id):
        try:
            exporter = parts.instances.exporter(name)
        except LoadError:
            continue
        key = export_key(order, name, Operation.ORDER_SAVED)
        if exporter.offers(Operation.ORDER_SAVED) and key not in existing:
            origin = Origin(step="order_saved", deferred=True, user=user)
            intents.append(new_export(key, order, origin=origin, now=now))
    return tuple(intents)


def _new_id() -> str:
    return str(uuid4())


@frozen(kw_only=True)
class Transition:
    """
    One order entering one status, and the statuses that failures lead it to.

    Attributes:
        shipment_id: The shipment, if the transition is of one shipment.
        user: The user who started the transition.
        connection: The host's connection, whose transaction the transition joins.
        new_id: Makes the id of a run.
    """

    parts: Parts
    shipment_id: str | None = None
    user: str | None = None
    connection: Connection | None = None
    new_id: Callable[[], str] = _new_id

    def test(self, order: Order, status: str) -> TransitionResult:
        """
        Run the workflow with nothing sent, nothing saved and no status set.
        """
        entered = self.find_status(order, status)
        unit = Unit(transaction=self.parts.store.reading, order=order)
        run_id = self.new_id()
        run = self._run(TransitionExports(parts=self.parts, unit=unit), run_id, test=True)
        done = run.enter(evolve(order, status=status), entered)
        return _result(evolve(done, new_status=None), order, run_id, status)

    def enter(self, order: Order, status: str) -> TransitionResult:
        """
        Save the order at the status, run its workflow, and save the results.

        Raises:
            UnknownStatusError: There is no such order type, status or shipment.
            ConflictError: The same transition is in progress in another process, or another version
                of the order is stored; nothing was sent.
        """
        entered = self.find_status(order, status)
        with self._reading() as batch:
            stored = batch.orders.read(order.id)
            self._require_single(batch, order, status)
        base = starting_order(order, stored)
        row = self._row(order, status, frozenset({status}))
        changes = self._status(base, status, "entered")
        saved = apply_changes(base, changes)

        def first(batch: Batch) -> None:
            batch.runs.begin(row)
            batch.ledger.add(order_saved_intents(self.parts, batch, saved, self.user))

        unit = Unit(
            transaction=self._transaction,
            order=base,
            revision=0 if stored is None else stored.revision,
            came_in=digest(order),
            first=first,
            joined=self.connection is not None,
        )
        return self._run_steps(unit, row, entered, changes)

    def follow(self, row: RunRow) -> TransitionResult | None:
        """
        Enter the status that a failure sets, with the order as it is stored.

        Args:
            row: The run, which this process owns.

        Returns:
            The run's result, or `None` if the order type has no such status to run.
        """
        with self._reading() as batch:
            stored = batch.orders.read(row.order_id)
        if stored is None:
            return None
        order = stored.order
        changes = self._status(order, row.status, "moved by a failed export to")
        unit = Unit(
            transaction=self._transaction,
            order=order,
            saved=True,
            joined=self.connection is not None,
        )
        entered = self.parts.workflow.order_type(order).status(row.status)
        if entered is None:
            unit.commit(changes, lambda batch: batch.runs.end(row.run, Outcome.SUCCESS))
            return None
        return self._run_steps(unit, row, entered, changes)

    def find_status(self, order: Order, status: str) -> Status:
        """
        Find the status that the order enters.
        """
        if self.shipment_id is not None and order.shipment(self.shipment_id) is None:
            known = ", ".join(shipment.shipment_id for shipment in order.shipments) or "none"
            raise UnknownStatusError(
                f"order {order.id} has no shipment {self.shipment_id!r}; it has {known}"
            )
        return self.parts.workflow.find_status(order, status)

    def _run_steps(
        self, unit: Unit, row: RunRow, status: Status, changes: tuple[OrderChange, ...]
    ) -> TransitionResult:
        """
        Run the steps, commit their results, and enter the status that a failure sets.
        """
        running, following = ExitStack(), None
        exports = TransitionExports(parts=self.parts, unit=unit)
        run = self._run(exports, row.run, test=False)
        with running:
            running.enter_context(self.parts.presence.running(row.run))
            done = run.enter(apply_changes(unit.order, changes), status, before=changes)
            new_status = done.new_status
            ending = done.changes
            if new_status is not None and new_status in row.visited:
                ending += self._status(unit.order, new_status, "moved by a failed export back to")
            elif new_status is not None:
                following = self._row(unit.order, new_status, row.visited | {new_status})
                running.enter_context(self.parts.presence.running(following.run))

            def last(batch: Batch) -> None:
                exports.write_deferred(batch)
                batch.runs.end(row.run, done.outcome)
                if following is not None:
                    batch.runs.begin(following)

            unit.commit(ending, last)
            followed = None if following is None else self.follow(following)
        with self._reading() as batch:
            stored = batch.orders.read(unit.order.id)
        order = unit.order if stored is None else stored.order
        result = _result(done, order, row.run, status.name)
        return evolve(result, followed=() if followed is None else (followed,))

    def _run(self, exports: Exports, run_id: str, *, test: bool) -> Run:
        return Run(
            steps=self.parts.steps,
            foreign_steps=self.parts.workflow.foreign_steps,
            exports=exports,
            id=run_id,
            clock=self.parts.clock,
            shipment_id=self.shipment_id,
            test=test,
            user=self.user,
        )

    def _row(self, order: Order, status: str, visited: frozenset[str]) -> RunRow:
        return RunRow(
            run=self.new_id(),
            order_id=order.id,
            status=status,
            shipment_id=self.shipment_id,
            version=version_of(order),
            user=self.user,
            owner=self.parts.owner,
            visited=visited,
        )

    def _require_single(self, batch: Batch, order: Order, status: str) -> None:
        """
        Raise an error if the same transition is in progress in another process.
        """
        for row in batch.runs.in_progress(order.id):
            same = (row.status, row.shipment_id) == (status, self.shipment_id)
            elsewhere = row.owner not in (None, self.parts.owner)
            if same and elsewhere and self.parts.presence.is_alive(str(row.owner)):
                raise ConflictError(f"order {order.id} is already entering {status}")

    def _status(self, order: Order, status: str, message: str) -> tuple[OrderChange, ...]:
        return status_changes(
            status, before=order.status, clock=self.parts.clock, user=self.user, message=message
        )

    @contextmanager
    def _transaction(self) -> Iterator[Batch]:
        if self.connection is None:
            with self.parts.store.transaction() as batch:
                yield batch
        else:
            with self.parts.store.join(self.connection) as batch:
                yield batch

    @contextmanager
    def _reading(self) -> Iterator[Batch]:
        if self.connection is None:
            with self.parts.store.reading() as batch:
                yield batch
        else:
            with self.parts.store.join(self.connection) as batch:
                yield batch


def _result(done: StatusRun, order: Order, run: str, status: str) -> TransitionResult:
    return TransitionResult(
        order=order,
        run=run,
        status=status,
        outcome=done.outcome,
        new_status=done.new_status,
        cancelled=done.cancelled,
        steps=done.steps,
        unrun=done.unrun,
    )
