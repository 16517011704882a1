"""
A round: one transaction of a lane, which records outcomes and claims the exports that are due.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid5

from attrs import evolve, frozen

from orderferry.connectors import Exporter, ExportState, InstanceName
from orderferry.delivery._claim import Claim
from orderferry.delivery._decisions import PauseCause, begin_asking, pause_after
from orderferry.delivery._flow import Flow
from orderferry.exports import (
    FAILED,
    RECEIVED,
    Change,
    Export,
    FailureKind,
    Held,
    OrderChange,
    Skip,
    SkipCause,
    accepted_results,
    admission,
    begin_attempt,
    consequences,
)
from orderferry.orders import Order
from orderferry.storage import Batch, DueExport, ExportUpdate, LaneRow, RunRow
from orderferry.workflow import Workflow

__all__ = ["RoundResult", "Rounds", "error_status_run"]

_ANSWERED = RECEIVED | {ExportState.REJECTED}
"""The states that show that the target responds."""


def error_status_run(export: Export) -> str:
    """
    Return the id of the run in which the order enters the `ErrorStatus` of a failed export.
    """
    return str(uuid5(export.key.id, f"{export.origin.error_status}/{export.attempts}"))


@frozen(kw_only=True)
class RoundResult:
    """
    The result of a round.

    Attributes:
        claims: The exports to send or to ask about now.
        lane: The lane after the round.
        failed: Exports whose failure sets another status on their order.
        due: When the next export of the lane is due; `None` without one, or if it was not read.
    """

    claims: tuple[Claim, ...]
    lane: LaneRow
    failed: tuple[Export, ...] = ()
    due: datetime | None = None


@frozen(kw_only=True)
class Rounds:
    """
    Runs the rounds of one lane.
    """

    name: str
    instance: InstanceName
    flow: Flow
    workflow: Workflow

    def run(
        self,
        batch: Batch,
        *,
        fence: int,
        owner: str,
        exporter: Exporter,
        recorded: Sequence[ExportUpdate],
        retry_after: Mapping[str, float],
        limit: int | None,
        probing: bool = False,
    ) -> RoundResult | None:
        """
        Record outcomes and claim exports in one transaction.

        Args:
            batch: The transaction.
            fence: The caller's fence.
            owner: The owner's id.
            exporter: The instance.
            recorded: The outcomes since the last round.
            retry_after: Seconds that the target asked to wait, by export id.
            limit: How many more exports may be claimed; `None` to claim none.
            probing: Whether claims are open already: a paused lane tries one export at a time.

        Returns:
            The result, or `None` if the lane has another owner: nothing was written.
        """
        lane = batch.lanes.renew_lease(self.name, fence=fence, owner=owner)
        if lane is None:
            return None
        now = lane.renewed or batch.now()
        failed = self._record(batch, recorded, fence)
        lane = self._pause(batch, lane, recorded, retry_after, now)
        if limit is None:
            return RoundResult(claims=(), lane=lane, failed=failed)
        most = 0 if lane.paused and probing else self._most_claims(lane, limit, now)
        claims: tuple[Claim, ...] = ()
        if most > 0:
            claims = self._claim(batch, exporter, most, fence, now)
        due = batch.due.next(self.name) if not claims else None
        return RoundResult(claims=claims, lane=lane, failed=failed, due=due)

    def _most_claims(self, lane: LaneRow, limit: int, now: datetime) -> int:
        """
        Return how many exports may be claimed: a paused lane tries one when its pause has ended.
        """
        if not lane.paused:
            return limit
        if lane.until is None or lane.until > now:
            return 0
        return min(limit, 1)

    def _record(
        self, batch: Batch, recorded: Sequence[ExportUpdate], fence: int
    ) -> tuple[Export, ...]:
        changes: defaultdict[str, list[OrderChange]] = defaultdict(list)
        failed = []
        recorded = self._drop_outdated(batch, recorded)
        for outcome in recorded:
            was, export = outcome.was, outcome.export
            changes[export.key.order_id] += consequences([(was, export)])
            ended = export.state in FAILED and export.due is None
            if ended and (was.state is not export.state or was.due is not None):
                changes[export.key.order_id] += self._skip_later_steps(batch, export, fence)
                if self._begin_error_status(batch, export):
                    failed.append(export)
        batch.lanes.record(recorded, changes, fence=fence)
        return tuple(failed)

    def _drop_outdated(self, batch: Batch, recorded: Sequence[ExportUpdate]) -> list[ExportUpdate]:
        """
        Drop answers about exports that an operator resolved while the target was asked.

        If the target was asked twice, because the first answer took long, one answer counts.
        """
        asked = [
            outcome.was.key.id for outcome in recorded if outcome.was.state is ExportState.UNKNOWN
        ]
        since = batch.due.unknown_since(asked) if asked else {}
        return [
            outcome
            for outcome in recorded
            if outcome.was.state is not ExportState.UNKNOWN
            or since.pop(outcome.was.key.id, None) == outcome.was.changed
        ]

    def _begin_error_status(self, batch: Batch, export: Export) -> bool:
        """
        Begin the run of the `ErrorStatus`, unless the order has left the status of the export.

        Returns:
            Whether a run was begun.
        """
        error_status = export.origin.error_status
        head = batch.due.heads([export.key.order_id]).get(export.key.order_id)
        if error_status is None or head is None or head.status != export.key.status:
            return False
        batch.runs.begin(
            RunRow(
                run=error_status_run(export),
                order_id=export.key.order_id,
                status=error_status,
                shipment_id=export.key.shipment_id,
                version=export.key.version,
                user=export.origin.user,
                owner=None,
                visited=frozenset({export.key.status, error_status}),
            )
        )
        return True

    def _skip_later_steps(
        self, batch: Batch, export: Export, fence: int
    ) -> tuple[OrderChange, ...]:
        """
        Skip the queued exports of later steps of a run that StopOnError ends.
        """
        origin = export.origin
        if not origin.stop_on_error:
            return ()
        reason = f"export {export.key.id} failed, and its step has StopOnError"
        changes: list[Change] = []
        for row in batch.ledger.of_order(export.key.order_id):
            later = row.origin.run == origin.run and row.origin.position > origin.position
            if later and row.state is ExportState.QUEUED:
                skipped = Skip(SkipCause.WORKFLOW, reason).of(row, export.changed)
                changes.append((row, skipped))
        batch.lanes.write([after for _, after in changes], fence=fence)
        return consequences(changes)

    def _pause(
        self,
        batch: Batch,
        lane: LaneRow,
        recorded: Sequence[ExportUpdate],
        retry_after: Mapping[str, float],
        now: datetime,
    ) -> LaneRow:
        """
        Pause or resume the lane according to the outcomes.
        """
        before, failures, pause = lane, lane.failures, None
        for outcome in recorded:
            export, failure = outcome.export, outcome.export.failure
            if outcome.began is None:
                continue
            if failure is None or export.state in _ANSWERED:
                failures, pause = 0, None
                if lane.paused and lane.cause != PauseCause.PERSON:
                    lane = evolve(lane, paused=False, cause=None, reason=None, until=None)
                continue
            failures += failure.kind is FailureKind.TRANSIENT
            wait = retry_after.get(export.key.id_text)
            latest = pause_after(export, self.flow, retry_after=wait, failures=failures, now=now)
            pause = latest or pause
        if pause is not None and not (lane.paused and lane.cause == PauseCause.PERSON):
            lane = evolve(
                lane, paused=True, cause=pause.cause.value, reason=pause.reason, until=pause.until
            )
        lane = evolve(lane, failures=failures)
        if lane != before:
            batch.lanes.write_pause(lane)
        return lane

    def _claim(
        self, batch: Batch, exporter: Exporter, limit: int, fence: int, now: datetime
    ) -> tuple[Claim, ...]:
        due = batch.due.rows(self.name, now=now, limit=limit)
        if not due:
            return ()
        shared = {row.export.key.order_id for row in due if not row.alone}
        related = batch.due.by_order(shared, self.name) if shared else {}
        claims, changes = [], []
        for row in due:
            export = row.export
            rows = related.get(export.key.order_id, (export,))
            asks = export.state is ExportState.UNKNOWN
            if asks:
                after = begin_asking(export, self.flow, now)
            else:
                decision = admission(
                    export,
                    rows,
                    cancelled=self._is_cancelled(row),
                    updates=exporter.capabilities.updates,
                )
                if isinstance(decision, Held):
                    continue
                if isinstance(decision, Skip):
                    changes.append((export, decision.of(export, now)))
                    continue
                after = begin_attempt(export, now)
            changes.append((export, after))
            accepted = accepted_results(rows, self.instance)
            claims.append(
                Claim(
                    export=after,
                    was=export,
                    accepted=accepted,
                    rows=tuple(rows) if asks else (),
                    content=row.content,
                    head=row.head,
                )
            )
        exports = [after for _, after in changes]
        batch.lanes.claim(
            [e for e in exports if e.state is ExportState.SENDING], now=now, fence=fence
        )
        batch.lanes.write([e for e in exports if e.state is not ExportState.SENDING], fence=fence)
        effects: defaultdict[str, list[OrderChange]] = defaultdict(list)
        for before, after in changes:
            effects[after.key.order_id] += consequences([(before, after)])
        batch.orders.apply_to_many(effects)
        return tuple(claims)

    def _is_cancelled(self, due: DueExport) -> bool:
        """
        Return whether the order has entered a cancelled status since the export was created.
        """
        head, status = due.head, due.export.key.status
        if head is None or head.status == status:
            return False
        order_type = self.workflow.order_type(Order(id=head.id, order_type=head.order_type))
        now, then = order_type.status(head.status or ""), order_type.status(status)
        return now is not None and now.cancels and not (then is not None and then.cancels)
