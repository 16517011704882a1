"""
The results of a run: its steps' reports, and the result of the transition.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, frozen

from orderferry.errors import ExporterNotFoundError
from orderferry.exports import FAILED, Export, ExportKey, OrderChange
from orderferry.orders import Order
from orderferry.steps import Outcome

__all__ = ["StatusRun", "StepReport", "TransitionResult"]


@frozen(kw_only=True)
class StepReport:
    """
    The report of one step of a run.

    Attributes:
        name: The step's key.
        outcome: Its outcome, or `None` if it was not run.
        skipped: Whether it was not run, or did nothing because the run was a test.
        reason: Why it was not run.
        message: Its message for operators; may have several lines.
        duration_ms: How long it took in milliseconds, without loading connectors.
        deferred: Whether some of its exports run after the order is saved.
        exports: The exports that it created.
        not_found: The connectors for which no exporter was found.
        stop_on_error: Whether its failure cancels the workflow.
    """

    name: str
    outcome: Outcome | None = None
    skipped: bool = False
    reason: str | None = None
    message: str = ""
    duration_ms: int = 0
    deferred: bool = False
    exports: tuple[Export, ...] = ()
    not_found: tuple[ExporterNotFoundError, ...] = ()
    stop_on_error: bool = False

    @property
    def failed_later(self) -> bool:
        """
        Whether a deferred export has failed since the step ended.
        """
        return self.deferred and any(export.state in FAILED for export in self.exports)


@frozen(kw_only=True)
class StatusRun:
    """
    The result of running the steps of one status.

    Attributes:
        steps: The steps' reports, top to bottom.
        unrun: The names of the steps that a cancelled workflow did not reach.
        cancelled: Whether a step cancelled the workflow.
        new_status: The status that a failure sets now that the workflow has ended, or `None`.
        changes: The changes of the order, in order, including those before the first step.
    """

    steps: tuple[StepReport, ...] = ()
    unrun: tuple[str, ...] = ()
    cancelled: bool = False
    new_status: str | None = None
    changes: tuple[OrderChange, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """
        The worst outcome of its steps.
        """
        outcomes = [step.outcome for step in self.steps if step.outcome is not None]
        return max(outcomes, key=lambda outcome: outcome.rank, default=Outcome.SUCCESS)


@frozen(kw_only=True)
class TransitionResult:
    """
    The result of a transition: of an order that entered a status.

    Attributes:
        order: The order with all changes of the run.
        run: The run's id.
        status: The status that was entered.
        outcome: The worst outcome of its steps.
        new_status: The status that a failure set, or `None`.
        cancelled: Whether a step cancelled the workflow.
        steps: The steps' reports, top to bottom.
        unrun: The names of the steps that a cancelled workflow did not reach.
        followed: The results of follow-up runs: of the status that a failure set.
    """

    order: Order
    run: str
    status: str
    outcome: Outcome = Outcome.SUCCESS
    new_status: str | None = None
    cancelled: bool = False
    steps: tuple[StepReport, ...] = ()
    unrun: tuple[str, ...] = ()
    followed: tuple[TransitionResult, ...] = ()

    @property
    def order_id(self) -> str:
        """
        The order's id.
        """
        return self.order.id

    @property
    def failed(self) -> bool:
        """
        Whether a step's outcome is `Error`, or a deferred export has failed since, here or in a
        follow-up run.
        """
        here = self.outcome is Outcome.ERROR or any(step.failed_later for step in self.steps)
        return here or any(result.failed for result in self.followed)

    def with_exports(self, present: Mapping[ExportKey, Export]) -> TransitionResult:
        """
        Return the result with its exports as they are now.

        Args:
            present: The present exports by key; an export that is not among them stays as it is.
        """
        steps = tuple(
            evolve(step, exports=tuple(present.get(export.key, export) for export in step.exports))
            for step in self.steps
        )
        return evolve(self, steps=steps)
