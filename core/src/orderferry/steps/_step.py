"""
What a step is given, and what it answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol

from attrs import frozen

from orderferry.connectors import Exporter
from orderferry.errors import ExporterNotFoundError
from orderferry.exports import Export, Operation, OrderChange
from orderferry.orders import Order, Shipment
from orderferry.steps._config import ConnectorReference, StepConfig
from orderferry.steps._rules import StepRules

__all__ = ["ExportRequest", "Exports", "Outcome", "Sent", "Step", "StepCall", "StepResult"]


class Outcome(StrEnum):
    """
    What a step came to.
    """

    SUCCESS = "Success"
    WARNING = "Warning"
    ERROR = "Error"

    @property
    def rank(self) -> int:
        """
        0 for a success, and more the worse it is.
        """
        return list(Outcome).index(self)


@frozen(kw_only=True)
class ExportRequest:
    """
    An export that a step asks for.
    """

    exporter: Exporter
    operation: Operation
    shipment_id: str | None


@frozen(kw_only=True)
class Sent:
    """
    What became of the exports that a step asked for.

    Attributes:
        exports: One for each request, in the same order.
        changes: What they mean for the order.
    """

    exports: tuple[Export, ...]
    changes: tuple[OrderChange, ...] = ()


class Exports(Protocol):
    """
    How a step has exports made, without knowing how they are sent.
    """

    def prepare(self, config: StepConfig, order: Order) -> None:
        """
        Load what the step will select, so that loading is no part of its time.
        """

    def select(self, reference: ConnectorReference, order: Order) -> Exporter:
        """
        The exporter for a reference and the order's market.

        Raises:
            ExporterNotFoundError: There is none, or more than one.
        """

    def send(self, call: StepCall, requests: Sequence[ExportRequest]) -> Sent:
        """
        Have exports sent, and wait for what comes of them.
        """

    def send_after_save(self, call: StepCall, requests: Sequence[ExportRequest]) -> Sent:
        """
        Have exports sent once the order is saved and readable.
        """


@frozen(kw_only=True)
class StepCall:
    """
    One run of a step.

    Attributes:
        order: The order with all that earlier steps changed, at the status that it entered.
        shipment: The shipment, if the transition is one shipment's.
        config: The step's configuration.
        status: The status that was entered.
        test: Whether nothing may leave the process.
        exports: How exports are made.
        now: When the step began, in UTC.
        position: The step's place in the run, from 0.
        run: The run's id.
        user: Who started the run.
        changes: All that earlier steps of the run changed on the order.
    """

    order: Order
    shipment: Shipment | None
    config: StepConfig
    status: str
    test: bool
    exports: Exports
    now: datetime
    position: int = 0
    run: str = ""
    user: str | None = None
    changes: tuple[OrderChange, ...] = ()


@frozen(kw_only=True)
class StepResult:
    """
    What a step came to.

    Attributes:
        message: One sentence, or one for each failure.
        skipped: It did nothing, because the run is a test.
        deferred: Something of it runs after the order is saved.
        cancel: The rest of the workflow is not run.
        error_status: The status that its failure sets once the workflow has ended.
        exports: The exports that it made.
        not_found: The connectors for which no exporter was found.
        changes: What it changes on the order.
    """

    outcome: Outcome
    message: str = ""
    skipped: bool = False
    reason: str | None = None
    deferred: bool = False
    cancel: bool = False
    error_status: str | None = None
    exports: tuple[Export, ...] = ()
    not_found: tuple[ExporterNotFoundError, ...] = ()
    changes: tuple[OrderChange, ...] = ()


class Step(Protocol):
    """
    A kind of step, found by its key under the entry-point group `orderferry.steps`.
    """

    rules: ClassVar[StepRules]

    def run(self, call: StepCall) -> StepResult:
        """
        Do what the step is for.
        """
