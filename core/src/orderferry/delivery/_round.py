"""
One transaction of a lane: record what came back, and claim what is due.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid5

from attrs import evolve, frozen

from orderferry.connectors import Exporter, ExportState, InstanceName
from orderferry.delivery._claim import Claimed
from orderferry.delivery._decisions import PauseCause, asking, pause_after
from orderferry.delivery._flow import Flow
from orderferry.exports import (
    FAILED,
    TAKEN,
    Change,
    Export,
    FailureKind,
    Held,
    OrderChange,
    Skip,
    SkipCause,
    accepted_results,
    admission,
    begun,
    consequences,
)
from orderferry.orders import Order
from orderferry.storage import Batch, DueExport, LaneRow, Recorded, TransitionRow
from orderferry.workflow import Workflow

__all__ = ["Round", "Rounds", "wanted_run"]

_ANSWERED = TAKEN | {ExportState.REJECTED}


def wanted_run(export: Export) -> str:
    """
    The id of the run that the failure of an export wants.
    """
    return str(uuid5(export.key.id, f"{export.origin.error_status}/{export.attempts}"))


@frozen(kw_only=True)
class Round:
    """
    What a round came to.

    Attributes:
        claimed: What is to be sent or asked about now.
        lane: The lane as it stands after the round.
        failed: Exports whose failure wants its order to enter another status.
        due: When the next export of the lane is due, where it was looked for and nothing claimed.
    """

    claimed: tuple[Claimed, ...]
    lane: LaneRow
    failed: tuple[Export, ...] = ()
    due: datetime | None = None


@frozen(kw_only=True)
class Rounds:
    """
    The rounds of one lane.
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
        recorded: Sequence[Recorded],
        retry_after: Mapping[str, float],
        limit: int | None,
        probing: bool = False,
    ) -> Round | None:
        """
        Record and claim in one transaction.

        Args:
            fence: The fence that the caller took.
            owner: The owner's id.
            exporter: The instance.
            recorded: What came back since the last round.
            retry_after: Seconds that the target asked to wait, by export id.
            limit: How many more may be claimed; `None` where it is not looked for any.
            probing: Whether claims are open already: a paused lane tries one at a time.

        Returns:
            What it came to, or `None` where the lane has another owner: nothing was written.
        """
        lane = batch.lanes.hold_fence(self.name, fence=fence, owner=owner)
        if lane is None:
            return None
        now = lane.renewed or batch.now()
        failed = self._record(batch, recorded, fence)
        lane = self._pause(batch, lane, recorded, retry_after, now)
        if limit is None:
            return Round(claimed=(), lane=lane, failed=failed)
        most = 0 if lane.paused and probing else self._most(lane, limit, now)
        claimed: tuple[Claimed, ...] = ()
        if most > 0:
            claimed = self._claim(batch, exporter, most, fence, now)
        due = batch.due.next(self.name) if not claimed else None
        return Round(claimed=claimed, lane=lane, failed=failed, due=due)

    def _most(self, lane: LaneRow, limit: int, now: datetime) -> int:
        """
        A paused lane tries one export when its time has come.
        """
        if not lane.paused:
            return limit
        if lane.until is None or lane.until > now:
            return 0
        return min(limit, 1)

    def _record(self, batch: Batch, recorded: Sequence[Recorded], fence: int) -> tuple[Export, ...]:
        changes: defaultdict[str, list[OrderChange]] = defaultdict(list)
        failed = []
        recorded = self._not_settled_meanwhile(batch, recorded)
        for each in recorded:
            changes[each.export.key.order_id] += consequences([(each.was, each.export)])
            ended = each.export.state in FAILED and each.export.due is None
            if ended and (each.was.state is not each.export.state or each.was.due is not None):
                changes[each.export.key.order_id] += self._stop(batch, each.export, fence)
                if self._wants_status(batch, each.export):
                    failed.append(each.export)
        batch.lanes.record(recorded, changes, fence=fence)
        return tuple(failed)

    def _not_settled_meanwhile(self, batch: Batch, recorded: Sequence[Recorded]) -> list[Recorded]:
        """
        Leave out what a person has settled while the target was asked about it.

        Where it was asked twice, since the first answer took long, one answer counts.
        """
        asked = [each.was.key.id for each in recorded if each.was.state is ExportState.UNKNOWN]
        since = batch.due.unknown_since(asked) if asked else {}
        return [
            each
            for each in recorded
            if each.was.state is not ExportState.UNKNOWN
            or since.pop(each.was.key.id, None) == each.was.changed
        ]

    def _wants_status(self, batch: Batch, export: Export) -> bool:
        """
        Have the status that a failure sets entered, while the order is where the export was made.
        """
        wanted = export.origin.error_status
        head = batch.due.heads([export.key.order_id]).get(export.key.order_id)
        if wanted is None or head is None or head.status != export.key.status:
            return False
        batch.runs.begin(
            TransitionRow(
                run=wanted_run(export),
                order_id=export.key.order_id,
                status=wanted,
                shipment_id=export.key.shipment_id,
                version=export.key.version,
                user=export.origin.user,
                owner=None,
                visited=frozenset({export.key.status, wanted}),
            )
        )
        return True

    def _stop(self, batch: Batch, export: Export, fence: int) -> tuple[OrderChange, ...]:
        """
        Later steps' exports of a run that StopOnError ends are not sent any more.
        """
        origin = export.origin
        if not origin.stop_on_error:
            return ()
        reason = f"export {export.key.id} failed, and its step has StopOnError"
        changed: list[Change] = []
        for row in batch.ledger.of_order(export.key.order_id):
            later = row.origin.run == origin.run and row.origin.position > origin.position
            if later and row.state is ExportState.QUEUED:
                skipped = Skip(SkipCause.WORKFLOW, reason).of(row, export.changed)
                changed.append((row, skipped))
        batch.lanes.write([after for _, after in changed], fence=fence)
        return consequences(changed)

    def _pause(
        self,
        batch: Batch,
        lane: LaneRow,
        recorded: Sequence[Recorded],
        retry_after: Mapping[str, float],
        now: datetime,
    ) -> LaneRow:
        """
        Pause the lane, or let it go on, by what came back.
        """
        before, failures, pause = lane, lane.failures, None
        for each in recorded:
            if each.began is None:
                continue
            failure = each.export.failure
            if failure is None or each.export.state in _ANSWERED:
                failures, pause = 0, None
                if lane.paused and lane.cause != PauseCause.PERSON:
                    lane = evolve(lane, paused=False, cause=None, reason=None, until=None)
                continue
            failures += failure.kind is FailureKind.TRANSIENT
            wait = retry_after.get(each.export.key.id_text)
            found = pause_after(
                each.export, self.flow, retry_after=wait, failures=failures, now=now
            )
            pause = found or pause
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
    ) -> tuple[Claimed, ...]:
        due = batch.due.rows(self.name, now=now, limit=limit)
        if not due:
            return ()
        shared = {each.export.key.order_id for each in due if not each.alone}
        related = batch.due.related(shared, self.name) if shared else {}
        claimed, changed = [], []
        for each in due:
            export = each.export
            rows = related.get(export.key.order_id, (export,))
            asks = export.state is ExportState.UNKNOWN
            if asks:
                after = asking(export, self.flow, now)
            else:
                decision = admission(
                    export,
                    rows,
                    cancelled=self._is_cancelled(each),
                    updates=exporter.capabilities.updates,
                )
                if isinstance(decision, Held):
                    continue
                if isinstance(decision, Skip):
                    changed.append((export, decision.of(export, now)))
                    continue
                after = begun(export, now)
            changed.append((export, after))
            accepted = accepted_results(rows, self.instance)
            claimed.append(
                Claimed(
                    export=after,
                    was=export,
                    accepted=accepted,
                    rows=tuple(rows) if asks else (),
                    content=each.content,
                    head=each.head,
                )
            )
        afters = [after for _, after in changed]
        batch.lanes.claim(
            [each for each in afters if each.state is ExportState.SENDING], now=now, fence=fence
        )
        batch.lanes.write(
            [each for each in afters if each.state is not ExportState.SENDING], fence=fence
        )
        effects: defaultdict[str, list[OrderChange]] = defaultdict(list)
        for before, after in changed:
            effects[after.key.order_id] += consequences([(before, after)])
        batch.orders.apply_to_many(effects)
        return tuple(claimed)

    def _is_cancelled(self, due: DueExport) -> bool:
        """
        Whether its order is at a cancelled status now, and was not when the export was made.
        """
        head, status = due.head, due.export.key.status
        if head is None or head.status == status:
            return False
        order_type = self.workflow.order_type(Order(id=head.id, order_type=head.order_type))
        at, made = order_type.status(head.status or ""), order_type.status(status)
        return at is not None and at.cancels and not (made is not None and made.cancels)
