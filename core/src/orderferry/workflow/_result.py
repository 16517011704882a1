"""
What a run of a workflow came to.
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
    One step of a run.

    Attributes:
        name: The step's key.
        outcome: What it came to, or `None` where it was left out.
        skipped: Whether it was left out, or did nothing because the run was a test.
        reason: Why it was left out.
        message: Its message for people.
        duration_ms: How long it took, without loading connectors.
        deferred: Whether some of it runs after the order is saved.
        exports: The exports that it made.
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
        Whether an export that was deferred has ended badly since.
        """
        return self.deferred and any(export.state in FAILED for export in self.exports)


@frozen(kw_only=True)
class StatusRun:
    """
    The steps of one status, run.

    Attributes:
        changes: What the run changes on the order, in order, with what was changed before it.
        new_status: The status that a failure sets now that the workflow has ended.
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
        return max(outcomes, key=lambda each: each.rank, default=Outcome.SUCCESS)


@frozen(kw_only=True)
class TransitionResult:
    """
    What entering a status came to.

    Attributes:
        order: The order with all that the run changed.
        run: The run's id.
        status: The status that was entered.
        outcome: The worst outcome of its steps.
        new_status: The status that a failure set, or `None`.
        cancelled: Whether a step cancelled the workflow.
        steps: What each step came to, top to bottom.
        unrun: The steps that a cancelled workflow did not reach.
        followed: The run of the status that a failure set, and of what that one set.
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
        Whether a step's outcome is Error, or a deferred export has ended badly since.
        """
        here = self.outcome is Outcome.ERROR or any(step.failed_later for step in self.steps)
        return here or any(result.failed for result in self.followed)

    def with_exports(self, present: Mapping[ExportKey, Export]) -> TransitionResult:
        """
        The result with its exports as they are now.

        Args:
            present: The exports by key.
        """
        steps = tuple(
            evolve(step, exports=tuple(present.get(e.key, e) for e in step.exports))
            for step in self.steps
        )
        return evolve(self, steps=steps)
