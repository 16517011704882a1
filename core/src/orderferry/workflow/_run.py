"""
Running the steps of a status, top to bottom.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from attrs import field, frozen

from orderferry.exports import Clock, OrderChange, apply_changes
from orderferry.orders import Order, Shipment
from orderferry.steps import Condition, Exports, Outcome, Step, StepCall, StepConfig, StepResult
from orderferry.workflow._model import Status
from orderferry.workflow._result import StatusRun, StepReport

__all__ = ["Run"]

_log = logging.getLogger("orderferry.workflow")


@frozen(kw_only=True)
class Run:
    """
    One run of a status's steps for one order.

    Attributes:
        steps: The kinds of steps by key.
        foreign_steps: Steps that the host runs itself.
        exports: How steps have exports made.
        id: The run's id.
        shipment_id: The shipment, if the run is one shipment's.
        test: Whether nothing may leave the process.
        user: Who started it.
    """

    steps: Mapping[str, Step]
    foreign_steps: frozenset[str]
    exports: Exports
    id: str
    clock: Clock = field(factory=Clock)
    shipment_id: str | None = None
    test: bool = False
    user: str | None = None

    def enter(
        self, order: Order, status: Status, *, before: Sequence[OrderChange] = ()
    ) -> StatusRun:
        """
        Run the steps of a status.

        Args:
            order: The order, at that status already.
            status: The status and its steps.
            before: What has been changed on the order before the first step.
        """
        reports: list[StepReport] = []
        changes: list[OrderChange] = list(before)
        wishes: list[tuple[int, str]] = []
        for position, config in enumerate(status.steps):
            left_out = self._left_out(order, config, reports)
            if left_out is not None:
                reports.append(StepReport(name=config.name, skipped=True, reason=left_out))
                continue
            result, milliseconds = self._step(order, status.name, config, position, changes)
            order = apply_changes(order, result.changes)
            changes += result.changes
            reports.append(_report(config, result, milliseconds))
            if result.error_status is not None:
                wishes.append((result.outcome.rank, result.error_status))
            if result.cancel:
                unrun = tuple(step.name for step in status.steps[position + 1 :])
                return _ended(reports, changes, wishes, unrun, cancelled=True)
        return _ended(reports, changes, wishes, (), cancelled=False)

    def _step(
        self,
        order: Order,
        status: str,
        config: StepConfig,
        position: int,
        changes: list[OrderChange],
    ) -> tuple[StepResult, int]:
        if not self.test:
            self.exports.prepare(config, order)
        call = StepCall(
            order=order,
            shipment=self._shipment(order),
            config=config,
            status=status,
            test=self.test,
            exports=self.exports,
            now=self.clock.now(),
            position=position,
            run=self.id,
            user=self.user,
            changes=tuple(changes),
        )
        step = self.steps[config.name]
        began = self.clock.monotonic()
        try:
            result = step.run(call)
        except Exception as error:  # a step of another package may raise anything
            if type(step).__module__.startswith("orderferry."):
                raise
            _log.exception("step %s failed for order %s", config.name, order.id)
            text = f"step {config.name} raised {type(error).__name__}: {error}"
            result = StepResult(
                outcome=Outcome.ERROR,
                message=text,
                cancel=config.stop_on_error,
                error_status=config.error_status,
            )
        return result, round((self.clock.monotonic() - began) * 1000)

    def _shipment(self, order: Order) -> Shipment | None:
        return None if self.shipment_id is None else order.shipment(self.shipment_id)

    def _left_out(self, order: Order, config: StepConfig, before: list[StepReport]) -> str | None:
        """
        Why a step is not run, or `None` where it is.
        """
        if not config.active:
            return "not active"
        if config.name in self.foreign_steps:
            return "a foreign step: the host runs it"
        refusal = config.scope.refusal(order, self._shipment(order))
        if refusal is not None:
            return refusal
        if config.conditions and not any(_holds(each, before) for each in config.conditions):
            wanted = " or ".join(config.conditions)
            return f"condition {wanted} does not hold after the steps before it"
        return None


def _holds(condition: Condition, before: list[StepReport]) -> bool:
    outcomes = {step.outcome for step in before}
    if condition is Condition.SUCCESS:
        return not outcomes & {Outcome.WARNING, Outcome.ERROR}
    wanted = Outcome.WARNING if condition is Condition.WARNING else Outcome.ERROR
    return wanted in outcomes


def _report(config: StepConfig, result: StepResult, milliseconds: int) -> StepReport:
    return StepReport(
        name=config.name,
        outcome=result.outcome,
        skipped=result.skipped,
        reason=result.reason,
        message=result.message,
        duration_ms=milliseconds,
        deferred=result.deferred,
        exports=result.exports,
        not_found=result.not_found,
        stop_on_error=config.stop_on_error,
    )


def _ended(
    reports: list[StepReport],
    changes: list[OrderChange],
    wishes: list[tuple[int, str]],
    unrun: tuple[str, ...],
    *,
    cancelled: bool,
) -> StatusRun:
    """
    Of several statuses that failures set, the one of the worst outcome, then the earliest.
    """
    new_status = max(wishes, key=lambda wish: wish[0])[1] if wishes else None
    return StatusRun(
        steps=tuple(reports),
        unrun=unrun,
        cancelled=cancelled,
        new_status=new_status,
        changes=tuple(changes),
    )
