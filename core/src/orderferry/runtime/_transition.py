"""
An order enters a status.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from attrs import evolve, frozen

from orderferry.errors import UnknownStatusError
from orderferry.exports import OrderChange, apply_changes
from orderferry.orders import Order, digest
from orderferry.runtime._exporting import TransitionExports
from orderferry.runtime._orders import taken_in
from orderferry.runtime._parts import Parts, status_changes
from orderferry.runtime._saved import order_saved_intents
from orderferry.runtime._unit import Unit
from orderferry.workflow import Run, Status, StatusRun, TransitionResult

__all__ = ["Transition"]


@frozen(kw_only=True)
class Transition:
    """
    One order entering one status, and the statuses that failures lead it to.

    Attributes:
        shipment_id: The shipment, if the transition is one shipment's.
        user: Who started it.
        new_id: Makes the id of a run.
    """

    parts: Parts
    shipment_id: str | None = None
    user: str | None = None
    new_id: Callable[[], str] = lambda: str(uuid4())

    def test(self, order: Order, status: str) -> TransitionResult:
        """
        Run the workflow with nothing sent, nothing saved and no status set.
        """
        entered = self.entered(order, status)
        unit = Unit(orders=self.parts.orders, order=order, revision=0, came_in="", first=_nothing)
        run = self._run(unit, test=True)
        done = run.enter(evolve(order, status=status), entered)
        return _result(evolve(done, new_status=None), order, run.id, status)

    def enter(self, order: Order, status: str) -> TransitionResult:
        """
        Save the order at the status, run its workflow, and save what came of it.

        Raises:
            UnknownStatusError: There is no such order type, status or shipment.
            ConflictError: Another version of the order is stored; nothing was sent.
        """
        entered = self.entered(order, status)
        stored = self.parts.orders.read(order.id)
        base = taken_in(order, stored)
        unit = Unit(
            orders=self.parts.orders,
            order=apply_changes(base, self._status(base, status, "entered")),
            revision=0 if stored is None else stored.revision,
            came_in=digest(order),
            first=self._order_saved,
        )
        return self._through(unit, entered, frozenset({status}))

    def follow(self, order: Order, status: str, visited: frozenset[str]) -> TransitionResult | None:
        """
        Move a stored order to the status that a failure set, and run that status's workflow.

        Args:
            visited: The statuses of the chain so far; none of them is run again.

        Returns:
            The run, or `None` where the status has none to run.
        """
        unit = Unit(
            orders=self.parts.orders,
            order=order,
            revision=0,
            came_in="",
            first=_nothing,
            saved=True,
        )
        moved = unit.commit(self._status(order, status, "moved by a failed export to"))
        entered = self.parts.workflow.order_type(order).status(status)
        if entered is None or status in visited:
            return None
        fresh = Unit(
            orders=self.parts.orders,
            order=moved,
            revision=0,
            came_in="",
            first=_nothing,
            saved=True,
        )
        return self._through(fresh, entered, visited | {status})

    def _through(self, unit: Unit, status: Status, visited: frozenset[str]) -> TransitionResult:
        run = self._run(unit, test=False)
        done = run.enter(unit.order, status)
        exports = run.exports
        changes = done.changes
        if isinstance(exports, TransitionExports):
            changes += exports.write_deferred()
        order = unit.commit(changes)
        result = _result(done, order, run.id, status.name)
        if done.new_status is None:
            return result
        followed = self.follow(order, done.new_status, visited)
        stored = self.parts.orders.read(order.id)
        return evolve(
            result,
            order=order if stored is None else stored.order,
            followed=() if followed is None else (followed,),
        )

    def _run(self, unit: Unit, *, test: bool) -> Run:
        return Run(
            steps=self.parts.steps,
            foreign_steps=self.parts.workflow.foreign_steps,
            exports=TransitionExports(parts=self.parts, unit=unit),
            id=self.new_id(),
            clock=self.parts.clock,
            shipment_id=self.shipment_id,
            test=test,
            user=self.user,
        )

    def entered(self, order: Order, status: str) -> Status:
        """
        The status that the order enters.
        """
        if self.shipment_id is not None and order.shipment(self.shipment_id) is None:
            known = ", ".join(each.shipment_id for each in order.shipments) or "none"
            raise UnknownStatusError(
                f"order {order.id} has no shipment {self.shipment_id!r}; it has {known}"
            )
        return self.parts.workflow.entered(order, status)

    def _status(self, order: Order, status: str, why: str) -> tuple[OrderChange, ...]:
        return status_changes(
            status, before=order.status, clock=self.parts.clock, user=self.user, why=why
        )

    def _order_saved(self, order: Order) -> None:
        self.parts.ledger.add(order_saved_intents(self.parts, order, self.user))


def _nothing(order: Order) -> None:
    """
    For a run that is not the first to save its order.
    """


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
