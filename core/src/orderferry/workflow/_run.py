"""
Runs the steps of a status, top to bottom.
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
        foreign_steps: The keys of steps that the host runs itself.
        exports: Creates and sends the steps' exports.
        id: The run's id.
        clock: The clock.
        shipment_id: The shipment, if the run is of one shipment.
        test: Whether nothing may be sent or saved.
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
            order: The order, already at that status.
            status: The status and its steps.
            before: The changes of the order before the first step.

        Returns:
            The result of the run.
        """
        reports: list[StepReport] = []
        changes: list[OrderChange] = list(before)
        error_statuses: list[tuple[int, str]] = []
        for position, config in enumerate(status.steps):
            reason = self._skip_reason(order, config, reports)
            if reason is not None:
                reports.append(StepReport(name=config.name, skipped=True, reason=reason))
                continue
            result, milliseconds = self._run_step(order, status.name, config, position, changes)
            order = apply_changes(order, result.changes)
            changes += result.changes
            reports.append(_report(config, result, milliseconds))
            if result.error_status is not None:
                error_statuses.append((result.outcome.rank, result.error_status))
            if result.cancel:
                unrun = tuple(step.name for step in status.steps[position + 1 :])
                return _finish(reports, changes, error_statuses, unrun, cancelled=True)
        return _finish(reports, changes, error_statuses, (), cancelled=False)

    def _run_step(
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
            message = f"step {config.name} raised {type(error).__name__}: {error}"
            result = StepResult(
                outcome=Outcome.ERROR,
                message=message,
                cancel=config.stop_on_error,
                error_status=config.error_status,
            )
        return result, round((self.clock.monotonic() - began) * 1000)

    def _shipment(self, order: Order) -> Shipment | None:
        return None if self.shipment_id is None else order.shipment(self.shipment_id)

    def _skip_reason(
        self, order: Order, config: StepConfig, before: list[StepReport]
    ) -> str | None:
        """
        Return why a step is not run, or `None` if it is.
        """
        if not config.active:
            return "not active"
        if config.name in self.foreign_steps:
            return "a foreign step: the host runs it"
        refusal = config.scope.refusal(order, self._shipment(order))
        if refusal is not None:
            return refusal
        if config.conditions and not any(_is_met(c, before) for c in config.conditions):
            conditions = " or ".join(config.conditions)
            return f"condition {conditions} is not met by the earlier steps"
        return None


def _is_met(condition: Condition, before: list[StepReport]) -> bool:
    outcomes = {step.outcome for step in before}
    if condition is Condition.SUCCESS:
        return not outcomes & {Outcome.WARNING, Outcome.ERROR}
    outcome = Outcome.WARNING if condition is Condition.WARNING else Outcome.ERROR
    return outcome in outcomes


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


def _finish(
    reports: list[StepReport],
    changes: list[OrderChange],
    error_statuses: list[tuple[int, str]],
    unrun: tuple[str, ...],
    *,
    cancelled: bool,
) -> StatusRun:
    """
    Return the result; of several error statuses, that of the worst outcome, then the earliest.
    """
    new_status = max(error_statuses, key=lambda pair: pair[0])[1] if error_statuses else None
    return StatusRun(
        steps=tuple(reports),
        unrun=unrun,
        cancelled=cancelled,
        new_status=new_status,
        changes=tuple(changes),
    )
