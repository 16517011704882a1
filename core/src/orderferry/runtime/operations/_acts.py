"""
Manual actions on exports and lanes, each in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from attrs import frozen

from orderferry.connectors import ExportState
from orderferry.delivery import PauseCause
from orderferry.errors import ConflictError, UsageError
from orderferry.exports import (
    Act,
    Export,
    act_changes,
    cancel,
    give_up,
    record_accepted,
    record_not_received,
    retry,
)
from orderferry.runtime._parts import Parts
from orderferry.runtime.operations._plan import Planned, plan_cancel, plan_exports
from orderferry.runtime.operations._reconcile import Missing, reconcile
from orderferry.runtime.operations._verify import Verified, verify
from orderferry.storage import Batch, ExportFilter, list_exports, list_lanes

__all__ = ["Acts"]

Decide = Callable[[Export, datetime], Export]
"""Returns an export as an operator leaves it, at a time in UTC."""


@frozen(kw_only=True)
class Acts:
    """
    The manual actions of operators on exports and lanes.

    An action has a user and a reason, and is written to the order's history. It sends nothing: the
    lanes send what it queues. `Ferry.acts` returns an object of this class.
    """

    _parts: Parts

    def find_export(self, export_id: UUID) -> Export:
        """
        Return an export.

        Args:
            export_id: The export's id.

        Raises:
            UsageError: There is no such export.
        """
        export = self._parts.store.find(export_id)
        if export is None:
            raise UsageError(f"there is no export {export_id}")
        return export

    def find_exports(self, criteria: ExportFilter) -> tuple[Export, ...]:
        """
        Return the exports that match a filter, the oldest first.

        Args:
            criteria: The filter.

        Returns:
            The exports, without the orders that they send.
        """
        return list_exports(self._parts.store, criteria)

    def lane_names(self) -> tuple[str, ...]:
        """
        Return the names of all lanes in the database, sorted.
        """
        return tuple(lane.row.name for lane in list_lanes(self._parts.store))

    def retry(self, export_id: UUID, act: Act, *, resend_unknown: bool = False) -> Export:
        """
        Queue a rejected or dead export to be sent again.

        Args:
            export_id: The export's id.
            act: Who acts, and why.
            resend_unknown: Also send an export of unknown outcome again; the operator asserts that
                the target did not receive it.

        Returns:
            The export as it is now.

        Raises:
            UsageError: There is no such export, or its state does not allow it.
        """

        def decide(export: Export, now: datetime) -> Export:
            if resend_unknown and export.state is ExportState.UNKNOWN:
                return record_not_received(export, act, now, resend=True)
            return retry(export, act, now)

        return self._decide(export_id, act, decide)

    def take(self, export_id: UUID, remote_ids: Mapping[str, str], act: Act) -> Export:
        """
        Record that the target has received an export of unknown outcome.

        Args:
            export_id: The export's id.
            remote_ids: The target's ids by kind, such as `{"order": "4711"}`; at least one.
            act: Who acts, and why.

        Returns:
            The export as it is now: `accepted`.

        Raises:
            UsageError: There is no such export, its outcome is not unknown, or no id is given.
        """
        return self._decide(export_id, act, lambda e, now: record_accepted(e, remote_ids, act, now))

    def refute(self, export_id: UUID, act: Act) -> Export:
        """
        Record that the target did not receive an export of unknown outcome; it is sent again.

        Args:
            export_id: The export's id.
            act: Who acts, and why.

        Returns:
            The export as it is now.

        Raises:
            UsageError: There is no such export, or its outcome is not unknown.
        """
        return self._decide(export_id, act, lambda e, now: record_not_received(e, act, now))

    def give_up(self, export_id: UUID, act: Act) -> Export:
        """
        Mark an export of unknown outcome as skipped: its outcome cannot be determined.

        Args:
            export_id: The export's id.
            act: Who acts, and why.

        Returns:
            The export as it is now: `skipped`.

        Raises:
            UsageError: There is no such export, or its outcome is not unknown.
        """
        return self._decide(export_id, act, lambda e, now: give_up(e, act, now))

    def cancel(self, export_id: UUID, act: Act) -> Export:
        """
        Cancel a waiting export, so that it is not sent.

        Args:
            export_id: The export's id.
            act: Who acts, and why.

        Returns:
            The export as it is now: `skipped`.

        Raises:
            UsageError: There is no such export, or it is not waiting.
        """
        return self._decide(export_id, act, lambda e, now: cancel(e, act, now))

    def plan_exports(
        self,
        order_id: str,
        connector: str,
        connector_id: str | None,
        act: Act,
        *,
        shipment_id: str | None = None,
    ) -> tuple[Planned, ...]:
        """
        Plan to export an order again, without writing anything.

        The plan has the next generation of each part of the order that was exported last, or a
        first export if there is none. `carry_out` writes it.

        Args:
            order_id: The order's id.
            connector: The connector's name.
            connector_id: The instance, or `None` for the only one that the order was exported to;
                for a first export, `None` selects by market.
            act: Who acts, and why.
            shipment_id: Only this shipment.

        Returns:
            The planned exports: one for the whole order, or one for each shipment.

        Raises:
            UsageError: The order is not stored, the instance is ambiguous, or the last export is
                not finished.
            ExporterNotFoundError: There is no exporter for a first export.
        """
        return plan_exports(
            self._parts, order_id, connector, connector_id, act, shipment_id=shipment_id
        )

    def plan_cancel(
        self,
        order_id: str,
        connector: str,
        connector_id: str | None,
        act: Act,
        *,
        shipment_id: str | None = None,
    ) -> Planned:
        """
        Plan to cancel an order at a target, without writing anything. `carry_out` writes the plan.

        Args:
            order_id: The order's id.
            connector: The connector's name.
            connector_id: The instance, or `None` if the order was exported to one instance only.
            act: Who acts, and why.
            shipment_id: Only this shipment.

        Returns:
            The planned cancellation.

        Raises:
            UsageError: The order is not stored or was not exported there, or the connector cannot
                cancel.
            LoadError: The connector cannot be loaded.
        """
        return plan_cancel(
            self._parts, order_id, connector, connector_id, act, shipment_id=shipment_id
        )

    def carry_out(self, planned: Planned, act: Act) -> Export:
        """
        Write a planned export; its lane sends it.

        If it repeats an export of unknown outcome, that one is marked as skipped.

        Args:
            planned: What `plan_exports` or `plan_cancel` returned.
            act: Who acts, and why.

        Returns:
            The new export: `queued`.

        Raises:
            ConflictError: The export that it repeats has changed since it was planned.
        """
        export, last = planned.export, planned.last
        with self._parts.store.transaction() as batch:
            if last is not None:
                batch.lanes.lock_lane_of(last.key.id)
                present = batch.ledger.find(last.key.id)
                if present is None or (present.state, present.changed) != (
                    last.state,
                    last.changed,
                ):
                    raise ConflictError(
                        f"export {last.key.id} has changed in the meantime: review it again"
                    )
                if present.state is ExportState.UNKNOWN:
                    self._write(batch, present, give_up(present, act, batch.now()), act)
            batch.ledger.add([export])
            batch.orders.apply(export.key.order_id, act_changes(None, export, act))
        return export

    def verify(self, since: datetime, act: Act) -> Iterator[Verified]:
        """
        Ask the targets about exports after the database was restored, and record the answers.

        The exports are those that are not finished in the restored database, and those that were
        accepted since a time.

        Args:
            since: When the backup was made, in UTC.
            act: Who acts, and why.

        Returns:
            The exports, one by one as the targets answer.

        Raises:
            UsageError: A lane of these exports may send; an operator has to pause it first.
        """
        return verify(self._parts, since, act)

    def reconcile(self, act: Act, *, enqueue: bool = False) -> Iterator[Missing]:
        """
        Find orders at a status whose workflow exports them, but which have no export.

        Args:
            act: Who acts, and why.
            enqueue: Create and queue the missing exports; their lanes send them.

        Returns:
            The missing exports, in the order of the orders' ids.
        """
        return reconcile(self._parts, act, enqueue=enqueue)

    def pause(self, lanes: Iterable[str], act: Act) -> None:
        """
        Pause lanes until an operator resumes them.

        Args:
            lanes: The lanes' names.
            act: Who acts, and why.
        """
        with self._parts.store.transaction() as batch:
            for lane in lanes:
                batch.lanes.pause(
                    lane, cause=PauseCause.PERSON.value, reason=act.describe("paused")
                )

    def resume(self, lanes: Iterable[str]) -> None:
        """
        Resume lanes, regardless of the cause of the pause.

        Args:
            lanes: The lanes' names.
        """
        with self._parts.store.transaction() as batch:
            for lane in lanes:
                batch.lanes.pause(lane, cause=None, reason=None)

    def _decide(self, export_id: UUID, act: Act, decide: Decide) -> Export:
        with self._parts.store.transaction() as batch:
            batch.lanes.lock_lane_of(export_id)
            before = batch.ledger.find(export_id)
            if before is None:
                raise UsageError(f"there is no export {export_id}")
            after = decide(before, batch.now())
            self._write(batch, before, after, act)
        return after

    @staticmethod
    def _write(batch: Batch, before: Export, after: Export, act: Act) -> None:
        batch.ledger.change(after, was=before)
        batch.orders.apply(after.key.order_id, act_changes(before, after, act))
