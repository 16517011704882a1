"""
Runs one export from its start to its end with the core's own code, on the suite's clock.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

from attrs import define, evolve, field

from orderferry.connectors import (
    Absent,
    CannotTell,
    Exporter,
    ExportState,
    Found,
    InstanceName,
    Properties,
)
from orderferry.exports import (
    RECEIVED,
    Act,
    Attempt,
    Clock,
    Export,
    Operation,
    Origin,
    admission,
    ask,
    attempt,
    begin_attempt,
    export_key,
    make_attempt,
    new_export,
    reason_not_to_resend,
    retry,
    settle,
)
from orderferry.orders import Order
from orderferry.testing.trials._bench import INSTANCE, Bench, Instance

__all__ = ["ExportRun", "send_order", "suite_clock"]


def suite_clock() -> Clock:
    """
    A clock whose `wait` advances it at once, and which runs at normal speed otherwise.
    """
    start, began = datetime.now(UTC), monotonic()
    skipped = [0.0]

    def seconds() -> float:
        return monotonic() - began + skipped[0]

    def wait(pause: float) -> None:
        skipped[0] += pause

    return Clock(now=lambda: start + timedelta(seconds=seconds()), monotonic=seconds, wait=wait)


MOST_ATTEMPTS = 6
SETTLE_SECONDS = 20.0
"""The minimum time in which the target is asked about an unknown outcome."""

PAUSE_SECONDS = 1.0


@define(eq=False)
class ExportRun:
    """
    The export of one order, from its start to its end.

    Attributes:
        bench: The target and its proxy.
        order: The order.
        exporter: The instance; another one may continue the export, as after a restart.
        operation: The operation.
        version: The order's version.
        clock: The suite's clock.
        export: The export as the ledger has it now.
        took: The real seconds of the last attempt.
    """

    bench: Bench
    order: Order
    exporter: Exporter
    operation: Operation = Operation.EXPORT_ORDER
    version: str = "1"
    clock: Clock = field(factory=suite_clock)
    took: float = field(default=0.0, init=False)
    export: Export = field(init=False)

    def __attrs_post_init__(self) -> None:
        plan, now = self.bench.plan, self.clock.now()
        key = export_key(
            self.order,
            InstanceName(plan.connector, INSTANCE),
            self.operation,
            shipment_id=plan.shipment_id,
            status="New",
            version=self.version,
        )
        self.export = new_export(
            key,
            self.order,
            origin=Origin(step="ExportOrder", run="conformance"),
            now=now,
            properties=Properties(plan.properties),  # type: ignore[arg-type]
        )
        self.bench.ledger.add([self.export])

    def attempt(self, seconds: float | None = None, *, disturbed: bool = False) -> Attempt:
        """
        Make one attempt.

        Args:
            seconds: The time of the attempt; by default that of any attempt.
            disturbed: Whether a fault is injected, so that the attempt's time says nothing about
                the machine.

        Raises:
            AssertionError: The export may not be sent now.
        """
        rows = self.bench.ledger.of_order(self.order.id)
        updates = self.exporter.capabilities.updates
        obstacle = admission(self.export, rows, cancelled=False, updates=updates)
        if obstacle is not None:
            raise AssertionError(f"the export of order {self.order.id} is not sent: {obstacle}")
        began, slow_calls = monotonic(), self.bench.slow_calls
        result = attempt(
            self.export,
            self.exporter,
            ledger=self.bench.ledger,
            clock=self.clock,
            seconds=self.bench.pace.attempt_seconds if seconds is None else seconds,
        )
        self.took = monotonic() - began
        if not disturbed and self.bench.slow_calls == slow_calls:
            self.bench.pace.add(self.took)
        self.export = result.export
        return result

    def repeat(self) -> Export:
        """
        Send the order again under the same key, as after a lost response.

        Returns:
            The export after the second attempt; the ledger keeps the first.
        """
        retrying = evolve(self.export, state=ExportState.RETRYING, results=(), unsettled=True)
        sending = begin_attempt(retrying, self.clock.now())
        return make_attempt(
            sending,
            self.exporter,
            was=retrying,
            accepted=(),
            clock=self.clock,
            seconds=self.bench.pace.attempt_seconds,
        ).export

    def ask(self, seconds: float | None = None) -> Found | Absent | CannotTell:
        """
        Ask the target about the export, as after an unknown outcome.
        """
        return ask(
            self.export,
            self.exporter,
            rows=(),
            clock=self.clock,
            seconds=self.bench.pace.attempt_seconds if seconds is None else seconds,
        )

    def finish(self, pause: float | None = None) -> Export:
        """
        Continue until the export has ended: let time pass, determine an unknown outcome, retry.

        Args:
            pause: The seconds until the next attempt.
        """
        for _ in range(MOST_ATTEMPTS):
            state = self.export.state
            if state is ExportState.UNKNOWN:
                self._settle()
                if self.export.state is ExportState.UNKNOWN:
                    return self.export
            elif state is ExportState.RETRYING:
                self.clock.wait(PAUSE_SECONDS if pause is None else pause)
                self.attempt()
            elif state is ExportState.QUEUED:
                self.attempt()
            elif state is ExportState.REJECTED and reason_not_to_resend(self.export) is None:
                self._retry()
            else:
                return self.export
        return self.export

    @property
    def accepted(self) -> bool:
        """
        Whether the export is recorded as accepted.
        """
        return self.export.state in RECEIVED

    def _settle(self) -> None:
        settles = self.export.settles
        if settles is not None:
            self.clock.wait(max(0.0, (settles - self.clock.now()).total_seconds()))
        self.export = settle(
            self.export,
            self.exporter,
            ledger=self.bench.ledger,
            clock=self.clock,
            seconds=max(SETTLE_SECONDS, 2 * self.bench.pace.attempt_seconds),
        )

    def _retry(self) -> None:
        act = Act(user="conformance", reason="the fault has passed")
        queued = retry(self.export, act, self.clock.now())
        self.bench.ledger.change(queued, was=self.export)
        self.export = queued


def send_order(
    bench: Bench, select: Callable[[Instance], Exporter] = lambda instance: instance.exporter
) -> ExportRun:
    """
    Send a new order in one attempt, through a new instance.

    Args:
        bench: The target and its proxy.
        select: Returns the exporter of the instance that is called.
    """
    with bench.instance() as instance:
        run = ExportRun(bench, bench.new_order(), select(instance))
        run.attempt()
    return run
