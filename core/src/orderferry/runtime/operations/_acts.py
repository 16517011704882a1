"""
What a person does to exports and lanes, each in one transaction.
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
    given_up,
    not_taken,
    retried,
    taken,
    withdrawn,
)
from orderferry.runtime._parts import Parts
from orderferry.runtime.operations._plan import Planned, plan_cancel, plan_exports
from orderferry.runtime.operations._reconcile import Missing, reconcile
from orderferry.runtime.operations._verify import Verified, verify
from orderferry.storage import Batch, ExportFilter, list_exports, list_lanes

__all__ = ["Acts"]

Decide = Callable[[Export, datetime], Export]


@frozen(kw_only=True)
class Acts:
    """
    A person's acts: each names who and why, is written to the order's history, and leaves the
    delivering to the lanes.
    """

    parts: Parts

    def find_export(self, export_id: UUID) -> Export:
        """
        The export of that id.

        Raises:
            UsageError: There is no such export.
        """
        export = self.parts.store.find(export_id)
        if export is None:
            raise UsageError(f"there is no export {export_id}")
        return export

    def find_exports(self, criteria: ExportFilter) -> tuple[Export, ...]:
        """
        The exports that match, in the order in which they were made; without what they send.
        """
        return list_exports(self.parts.store, criteria)

    def lane_names(self) -> tuple[str, ...]:
        """
        The names of all lanes in the database, sorted.
        """
        return tuple(lane.row.name for lane in list_lanes(self.parts.store))

    def retry(self, export_id: UUID, act: Act, *, resend_unknown: bool = False) -> Export:
        """
        Have a rejected or dead export tried again.

        Args:
            resend_unknown: An export of unknown outcome was not taken, and is sent again too.

        Raises:
            UsageError: There is no such export, or it cannot be sent again as it is.
        """

        def decide(export: Export, now: datetime) -> Export:
            if resend_unknown and export.state is ExportState.UNKNOWN:
                return not_taken(export, act, now, resend=True)
            return retried(export, act, now)

        return self._decide(export_id, act, decide)

    def take(self, export_id: UUID, remote_ids: Mapping[str, str], act: Act) -> Export:
        """
        Settle an export of unknown outcome: the target has it.

        Args:
            remote_ids: The target's ids by kind.

        Raises:
            UsageError: There is no such export, or its outcome is not unknown.
        """
        return self._decide(export_id, act, lambda e, now: taken(e, remote_ids, act, now))

    def refute(self, export_id: UUID, act: Act) -> Export:
        """
        Settle an export of unknown outcome: the target has not got it, so it is sent again.

        Raises:
            UsageError: There is no such export, or its outcome is not unknown.
        """
        return self._decide(export_id, act, lambda e, now: not_taken(e, act, now))

    def give_up(self, export_id: UUID, act: Act) -> Export:
        """
        Leave an export of unknown outcome unsettled for good.

        Raises:
            UsageError: There is no such export, or its outcome is not unknown.
        """
        return self._decide(export_id, act, lambda e, now: given_up(e, act, now))

    def cancel(self, export_id: UUID, act: Act) -> Export:
        """
        Have a waiting export not sent at all.

        Raises:
            UsageError: There is no such export, or it does not wait.
        """
        return self._decide(export_id, act, lambda e, now: withdrawn(e, act, now))

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
        What exporting an order again would make: the next generation of each part of it that was
        exported last; a first export, where there is none. Nothing is written yet.

        Raises:
            UsageError: The order is not stored, the instance is not clear, or what was exported
                last is not finished.
            ExporterNotFoundError: There is no exporter for a first export.
        """
        return plan_exports(
            self.parts, order_id, connector, connector_id, act, shipment_id=shipment_id
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
        What cancelling an order at a target would make. Nothing is written yet.

        Raises:
            UsageError: The order is not stored or was not exported there, or the connector cannot
                cancel.
            LoadError: The connector cannot be used.
        """
        return plan_cancel(
            self.parts, order_id, connector, connector_id, act, shipment_id=shipment_id
        )

    def carry_out(self, planned: Planned, act: Act) -> Export:
        """
        Write what was planned; its lane delivers it.

        What it repeats is given up, where nobody knows its outcome.

        Raises:
            ConflictError: What it repeats has changed since it was planned.
        """
        export, last = planned.export, planned.last
        with self.parts.store.transaction() as batch:
            if last is not None:
                batch.lanes.hold_still(last.key.id)
                present = batch.ledger.find(last.key.id)
                if present is None or (present.state, present.changed) != (
                    last.state,
                    last.changed,
                ):
                    raise ConflictError(
                        f"export {last.key.id} has changed meanwhile: look at it again"
                    )
                if present.state is ExportState.UNKNOWN:
                    self._write(batch, present, given_up(present, act, batch.now()), act)
            batch.ledger.add([export])
            batch.orders.apply(export.key.order_id, act_changes(None, export, act))
        return export

    def verify(self, since: datetime, act: Act) -> Iterator[Verified]:
        """
        Ask the targets about everything that may have been sent since a time, after the database
        was restored from a backup, and record what they have.

        Args:
            since: When the backup was made; what was accepted later is asked about too.

        Raises:
            UsageError: A lane that may send meanwhile is not paused by a person.
        """
        return verify(self.parts, since, act)

    def reconcile(self, act: Act, *, enqueue: bool = False) -> Iterator[Missing]:
        """
        Look for orders at a status whose workflow exports them, without an export.

        Args:
            enqueue: Make what is missing; its lane delivers it.
        """
        return reconcile(self.parts, act, enqueue=enqueue)

    def pause(self, lanes: Iterable[str], act: Act) -> None:
        """
        Have lanes send nothing until somebody resumes them.
        """
        with self.parts.store.transaction() as batch:
            for lane in lanes:
                batch.lanes.pause(lane, cause=PauseCause.PERSON.value, reason=act.told("paused"))

    def resume(self, lanes: Iterable[str]) -> None:
        """
        Have lanes go on, whoever has paused them.
        """
        with self.parts.store.transaction() as batch:
            for lane in lanes:
                batch.lanes.pause(lane, cause=None, reason=None)

    def _decide(self, export_id: UUID, act: Act, decide: Decide) -> Export:
        with self.parts.store.transaction() as batch:
            batch.lanes.hold_still(export_id)
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
