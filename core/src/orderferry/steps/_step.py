"""
The protocol of a step: its rules, its call, its result, and how it creates exports.
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

__all__ = [
    "ExportRequest",
    "Exports",
    "Outcome",
    "Sent",
    "Step",
    "StepCall",
    "StepResult",
    "StepRules",
]


@frozen(kw_only=True)
class StepRules:
    """
    Where a kind of step may be placed, and what it requires.

    Attributes:
        key: The step's key, such as `ExportOrder`.
        statuses: The statuses that it applies to; `None` means all.
        required: The properties that it requires, such as `Connector`.
        accepts_connectors: Whether it may name connectors.
        operation: The operation that it calls on its connectors, or `None`; `check` verifies that
            they offer it.
    """

    key: str
    statuses: frozenset[str] | None = None
    required: frozenset[str] = frozenset()
    accepts_connectors: bool = False
    operation: Operation | None = None


class Outcome(StrEnum):
    """
    The outcome of a step.
    """

    SUCCESS = "Success"
    WARNING = "Warning"
    ERROR = "Error"

    @property
    def rank(self) -> int:
        """
        0 for a success, and a higher number for a worse outcome.
        """
        return list(Outcome).index(self)


@frozen(kw_only=True)
class ExportRequest:
    """
    An export that a step requests.

    Attributes:
        exporter: The instance to export to.
        operation: The operation.
        shipment_id: The shipment, or `None` for the whole order.
    """

    exporter: Exporter
    operation: Operation
    shipment_id: str | None


@frozen(kw_only=True)
class Sent:
    """
    The exports that a step requested, after they were sent or deferred.

    Attributes:
        exports: One export per request, in the same order.
        changes: The changes of the order that follow from them.
    """

    exports: tuple[Export, ...]
    changes: tuple[OrderChange, ...] = ()


class Exports(Protocol):
    """
    Creates and sends the exports of a step.
    """

    def prepare(self, config: StepConfig, order: Order) -> None:
        """
        Load the connectors that the step will select, so that loading does not count as its time.
        """

    def select(self, reference: ConnectorReference, order: Order) -> Exporter:
        """
        Return the exporter for a reference and the order's market.

        Raises:
            ExporterNotFoundError: There is no exporter, or more than one.
        """

    def send(self, call: StepCall, requests: Sequence[ExportRequest]) -> Sent:
        """
        Send exports, and wait for their outcomes.
        """

    def send_after_save(self, call: StepCall, requests: Sequence[ExportRequest]) -> Sent:
        """
        Defer exports until the order is saved and can be read back.
        """


@frozen(kw_only=True)
class StepCall:
    """
    The arguments of one run of a step.

    Attributes:
        order: The order with the changes of earlier steps, at the status that it entered.
        shipment: The shipment, if the transition is of one shipment.
        config: The step's configuration.
        status: The status that was entered.
        test: Whether nothing may be sent or saved.
        exports: Creates and sends exports.
        now: When the step began, in UTC.
        position: The step's place in the run, from 0.
        run: The run's id.
        user: Who started the run.
        changes: The changes of the order by earlier steps of the run.
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
    The result of a step.

    Attributes:
        outcome: Its outcome.
        message: One sentence, or one line per failure.
        skipped: Whether it did nothing, because the run is a test.
        reason: Why it did nothing.
        deferred: Whether some of its exports run after the order is saved.
        cancel: Whether the rest of the workflow is not run.
        error_status: The status that its failure sets once the workflow has ended.
        exports: The exports that it created.
        not_found: The connectors for which no exporter was found.
        changes: Its changes of the order.
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
    A kind of step. Packages register it by its key as an entry point of `orderferry.steps`.

    Attributes:
        rules: Where it may be placed, and what it requires.
    """

    rules: ClassVar[StepRules]

    def run(self, call: StepCall) -> StepResult:
        """
        Run the step for one order.

        An exception of a step of another package is reported as an `Error` of that step.
        """
