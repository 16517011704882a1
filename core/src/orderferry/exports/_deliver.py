"""
Delivering exports whose caller waits: up to three attempts each, within one deadline.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from attrs import evolve, field, frozen

from orderferry.connectors import Exporter, ExportState
from orderferry.errors import ConflictError
from orderferry.exports._attempt import Attempt, attempt
from orderferry.exports._clock import Backoff, Clock
from orderferry.exports._export import Export, FailureKind
from orderferry.exports._ledger import Ledger
from orderferry.exports._settle import can_ask, settle

__all__ = ["Deliverer"]


@frozen(kw_only=True)
class Deliverer:
    """
    Sends exports while somebody waits for them.

    What still fails when attempts or time are used up ends `dead` with StopOnError, so that nothing
    is exported behind the back of a cancelled workflow; else it is handed over to its lane, which
    goes on with it.

    Attributes:
        ledger: Where each step is written before and after it is taken.
        seconds: The time that all exports of one call have together.
        attempts: How many attempts one export has.
    """

    ledger: Ledger
    clock: Clock = field(factory=Clock)
    backoff: Backoff = field(factory=Backoff)
    seconds: float = 10.0
    attempts: int = 3

    def deliver(
        self,
        exports: Sequence[tuple[Export, Exporter]],
        *,
        rows: Sequence[Export] | None = None,
    ) -> tuple[Export, ...]:
        """
        Send exports, those of different instances at the same time.

        Args:
            exports: Exports in state `queued`, each with the instance that it goes to. Those of
                one instance leave one after the other, in this order.
            rows: All exports of their order, as the transaction that wrote these intents has read
                them: what each instance's first attempt need not read again.

        Returns:
            The exports as they are recorded now, in the same order.
        """
        until = self.clock.monotonic() + self.seconds
        lanes: dict[object, list[tuple[Export, Exporter]]] = {}
        for export, exporter in exports:
            lanes.setdefault(export.key.instance, []).append((export, exporter))
        if len(lanes) < 2:
            done = [self._lane(lane, until, rows) for lane in lanes.values()]
        else:
            with ThreadPoolExecutor(len(lanes), thread_name_prefix="orderferry") as pool:
                done = list(pool.map(lambda lane: self._lane(lane, until, rows), lanes.values()))
        by_key = {export.key: export for lane in done for export in lane}
        return tuple(by_key[export.key] for export, _ in exports)

    def _lane(
        self,
        lane: Sequence[tuple[Export, Exporter]],
        until: float,
        rows: Sequence[Export] | None,
    ) -> list[Export]:
        ended = []
        for export, exporter in lane:
            ended.append(self._or_as_it_is(export, exporter, until, rows))
            rows = None  # the next one is told what this one came to
        return ended

    def _or_as_it_is(
        self, export: Export, exporter: Exporter, until: float, rows: Sequence[Export] | None
    ) -> Export:
        try:
            return self._to_the_end(export, exporter, until, rows)
        except ConflictError:
            return self.ledger.find(export.key.id) or export

    def _to_the_end(
        self, export: Export, exporter: Exporter, until: float, rows: Sequence[Export] | None
    ) -> Export:
        number = 0
        while True:
            number += 1
            made = attempt(
                export,
                exporter,
                ledger=self.ledger,
                clock=self.clock,
                seconds=max(until - self.clock.monotonic(), 0.0),
                rows=rows,
            )
            export, rows = made.export, None
            if export.state is ExportState.UNKNOWN:
                left = max(until - self.clock.monotonic(), 0.0)
                export = settle(
                    export, exporter, ledger=self.ledger, clock=self.clock, seconds=left
                )
            if export.state is ExportState.UNKNOWN:
                return self._hand_over_unknown(export, exporter)
            if export.state is not ExportState.RETRYING:
                return export
            if number == self.attempts or not self._wait(made, until):
                break
        if not export.origin.stop_on_error:
            return self._hand_over(export, made)
        return self._give_up(export)

    def _wait(self, made: Attempt, until: float) -> bool:
        """
        Wait before the next attempt; false where there is none.
        """
        failure = made.answer.failure
        if failure is not None and failure.kind is FailureKind.AUTHENTICATION:
            return False
        pause = self.backoff.after(made.export.attempts)
        if made.answer.retry_after is not None:
            pause = made.answer.retry_after
        if self.clock.monotonic() + pause >= until:
            return False
        self.clock.wait(pause)
        return True

    def _hand_over(self, export: Export, made: Attempt) -> Export:
        """
        Leave the retries to the lane.
        """
        pause = made.answer.retry_after
        wait = self.backoff.after(export.attempts) if pause is None else pause
        handed = evolve(
            export,
            origin=evolve(export.origin, deferred=True),
            due=self.clock.now() + timedelta(seconds=wait),
        )
        self.ledger.change(handed, was=export)
        return handed

    def _hand_over_unknown(self, export: Export, exporter: Exporter) -> Export:
        """
        Leave asking to the lane; what the failure means for the workflow is acted on at once.
        """
        origin = evolve(
            export.origin,
            deferred=True,
            error_status=None,
            cancelled=export.origin.stop_on_error,
        )
        due = self.clock.now() if can_ask(export, exporter) else None
        handed = evolve(export, origin=origin, due=due)
        self.ledger.change(handed, was=export)
        return handed

    def _give_up(self, export: Export) -> Export:
        state = ExportState.UNKNOWN if export.unsettled else ExportState.DEAD
        dead = export.to(state, self.clock.now(), due=None, duration_ms=None)
        self.ledger.change(dead, was=export)
        return dead
