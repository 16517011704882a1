"""
Delivery of awaited exports: up to three attempts each, within one deadline.
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
    Sends exports while the caller waits.

    An export that still fails when its attempts or its time are used up ends `dead` with
    StopOnError, so that nothing is sent after the workflow was cancelled. Without StopOnError it is
    handed over to its lane, which tries it again.

    Attributes:
        ledger: Where the beginning and the end of each attempt are written.
        seconds: The time for all exports of one call together.
        attempts: The most attempts of one export.
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
        Send exports, those to different instances at the same time.

        Args:
            exports: Exports in state `queued`, each with the instance that it goes to. Those to one
                instance are sent one after the other, in this order.
            rows: All exports of their order, as the transaction that wrote these intents has read
                them; the first attempt of each instance does not read them again.

        Returns:
            The exports as they are recorded now, in the same order.
        """
        until = self.clock.monotonic() + self.seconds
        lanes: dict[object, list[tuple[Export, Exporter]]] = {}
        for export, exporter in exports:
            lanes.setdefault(export.key.instance, []).append((export, exporter))
        if len(lanes) < 2:
            delivered = [self._deliver_lane(lane, until, rows) for lane in lanes.values()]
        else:
            with ThreadPoolExecutor(len(lanes), thread_name_prefix="orderferry") as pool:
                delivered = list(
                    pool.map(lambda lane: self._deliver_lane(lane, until, rows), lanes.values())
                )
        by_key = {export.key: export for lane in delivered for export in lane}
        return tuple(by_key[export.key] for export, _ in exports)

    def _deliver_lane(
        self,
        lane: Sequence[tuple[Export, Exporter]],
        until: float,
        rows: Sequence[Export] | None,
    ) -> list[Export]:
        delivered = []
        for export, exporter in lane:
            delivered.append(self._deliver_one(export, exporter, until, rows))
            rows = None  # the connector gets the results of this export with the next one
        return delivered

    def _deliver_one(
        self, export: Export, exporter: Exporter, until: float, rows: Sequence[Export] | None
    ) -> Export:
        """
        Deliver an export, or return it as it is if another process has changed it.
        """
        try:
            return self._make_attempts(export, exporter, until, rows)
        except ConflictError:
            return self.ledger.find(export.key.id) or export

    def _make_attempts(
        self, export: Export, exporter: Exporter, until: float, rows: Sequence[Export] | None
    ) -> Export:
        number = 0
        while True:
            number += 1
            ended = attempt(
                export,
                exporter,
                ledger=self.ledger,
                clock=self.clock,
                seconds=max(until - self.clock.monotonic(), 0.0),
                rows=rows,
            )
            export, rows = ended.export, None
            if export.state is ExportState.UNKNOWN:
                left = max(until - self.clock.monotonic(), 0.0)
                export = settle(
                    export, exporter, ledger=self.ledger, clock=self.clock, seconds=left
                )
            if export.state is ExportState.UNKNOWN:
                return self._hand_over_unknown(export, exporter)
            if export.state is not ExportState.RETRYING:
                return export
            if number == self.attempts or not self._wait(ended, until):
                break
        if not export.origin.stop_on_error:
            return self._hand_over(export, ended)
        return self._give_up(export)

    def _wait(self, ended: Attempt, until: float) -> bool:
        """
        Wait before the next attempt; false if there is no next attempt.
        """
        failure = ended.answer.failure
        if failure is not None and failure.kind is FailureKind.AUTHENTICATION:
            return False
        pause = self.backoff.after(ended.export.attempts)
        if ended.answer.retry_after is not None:
            pause = ended.answer.retry_after
        if self.clock.monotonic() + pause >= until:
            return False
        self.clock.wait(pause)
        return True

    def _hand_over(self, export: Export, ended: Attempt) -> Export:
        """
        Leave further attempts to the lane.
        """
        pause = ended.answer.retry_after
        wait = self.backoff.after(export.attempts) if pause is None else pause
        deferred = evolve(
            export,
            origin=evolve(export.origin, deferred=True),
            due=self.clock.now() + timedelta(seconds=wait),
        )
        self.ledger.change(deferred, was=export)
        return deferred

    def _hand_over_unknown(self, export: Export, exporter: Exporter) -> Export:
        """
        Leave the questions to the lane; the workflow reacts to the failure at once.
        """
        origin = evolve(
            export.origin,
            deferred=True,
            error_status=None,
            cancelled=export.origin.stop_on_error,
        )
        due = self.clock.now() if can_ask(export, exporter) else None
        deferred = evolve(export, origin=origin, due=due)
        self.ledger.change(deferred, was=export)
        return deferred

    def _give_up(self, export: Export) -> Export:
        state = ExportState.UNKNOWN if export.unsettled else ExportState.DEAD
        ended = export.to(state, self.clock.now(), due=None, duration_ms=None)
        self.ledger.change(ended, was=export)
        return ended
