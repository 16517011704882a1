"""
One export run through the exports room to its end; time passes by the suite's clock.
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

__all__ = ["Voyage", "sent", "suite_clock"]


def suite_clock() -> Clock:
    """
    A clock that goes as all clocks do, and whose `wait` sets it forward at once.
    """
    start, began = datetime.now(UTC), monotonic()
    skipped = [0.0]

    def seconds() -> float:
        return monotonic() - began + skipped[0]

    def wait(more: float) -> None:
        skipped[0] += more

    return Clock(now=lambda: start + timedelta(seconds=seconds()), monotonic=seconds, wait=wait)


MOST_ATTEMPTS = 6
SETTLE_SECONDS = 20.0
"""How long the target is asked about an unknown outcome, at least."""

PAUSE_SECONDS = 1.0


@define(eq=False)
class Voyage:
    """
    An export of an order, from its intent to its end.

    Attributes:
        bench: Where the target is.
        order: The order.
        exporter: The instance; another one may go on with it, as after a restart.
        operation: What is asked.
        version: The order's version.
        clock: The suite's clock.
        export: The export as it is recorded now.
        took: Real seconds that the last attempt took.
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
            seconds: How long it may take; by default as long as any.
            disturbed: Whether something is in its way, so that it does not show how fast the
                machine is.

        Raises:
            AssertionError: The export may not be sent now.
        """
        rows = self.bench.ledger.of_order(self.order.id)
        updates = self.exporter.capabilities.updates
        held = admission(self.export, rows, cancelled=False, updates=updates)
        if held is not None:
            raise AssertionError(f"the export is not sent: {held}")
        began, hurried = monotonic(), self.bench.hurried
        made = attempt(
            self.export,
            self.exporter,
            ledger=self.bench.ledger,
            clock=self.clock,
            seconds=self.bench.pace.attempt_seconds if seconds is None else seconds,
        )
        self.took = monotonic() - began
        if not disturbed and self.bench.hurried == hurried:
            self.bench.pace.add(self.took)
        self.export = made.export
        return made

    def repeat(self) -> Export:
        """
        Send what was sent already once more, under the same key, as if its answer had been lost.

        Returns:
            What came of it; the ledger keeps the first.
        """
        sent = evolve(self.export, state=ExportState.RETRYING, results=(), unsettled=True)
        sending = begin_attempt(sent, self.clock.now())
        return make_attempt(
            sending,
            self.exporter,
            was=sent,
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
        Go on until the export has ended: time passes, it is settled, and tried again.

        Args:
            pause: Seconds until the next attempt.
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
        Whether the target took it, as far as is recorded.
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


def sent(
    bench: Bench, through: Callable[[Instance], Exporter] = lambda instance: instance.exporter
) -> Voyage:
    """
    A new order, sent once over an instance of its own.

    Args:
        bench: Where the target is.
        through: What of the instance is called.
    """
    with bench.instance() as instance:
        voyage = Voyage(bench, bench.new_order(), through(instance))
        voyage.attempt()
    return voyage
