"""
Whether an export may be sent now, decided from rows before anything is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import frozen

from orderferry.connectors import ExportState
from orderferry.exports._export import PENDING, RECEIVED, Export, SkipCause
from orderferry.exports._key import Operation

__all__ = ["Held", "Skip", "admission"]

_SUPERSEDES_NOT = frozenset({ExportState.REJECTED, ExportState.DEAD, ExportState.SKIPPED})


@frozen
class Skip:
    """
    The export is not sent at all.

    Attributes:
        cause: Why, as a closed set.
        reason: Why, in one sentence.
        accepted: The earlier export that was accepted, if that is the cause.
    """

    cause: SkipCause
    reason: str
    accepted: Export | None = None

    def of(self, export: Export, now: datetime) -> Export:
        """
        The skipped export; one that was accepted before gets the recorded results.
        """
        results = export.results if self.accepted is None else self.accepted.results
        return export.to(
            ExportState.SKIPPED, now, reason=self.reason, skip=self.cause, results=results, due=None
        )


@frozen
class Held:
    """
    The export waits for an earlier one of the same order to the same instance.
    """

    behind: Export

    @property
    def reason(self) -> str:
        """
        What the export waits for, in one sentence.
        """
        key = self.behind.key
        return f"waits for export {key.id} of status {key.status}, which is {self.behind.state}"


def _earlier(export: Export, rows: Iterable[Export]) -> tuple[Export, ...]:
    """
    The rows before an export, given all rows of its order in the order in which they were created.
    """
    before = []
    for row in rows:
        if row.key == export.key:
            break
        before.append(row)
    return tuple(before)


def admission(
    export: Export, rows: Iterable[Export], *, cancelled: bool, updates: bool
) -> Skip | Held | None:
    """
    Why an export is not sent now, or `None` if it may be.

    Args:
        export: The export, `queued` or `retrying`.
        rows: All exports of the order in the order in which they were created, this one among them.
        cancelled: The stored order is at a cancelled status at which the export was not made.
        updates: The instance declares that it accepts an order again as a change of it.
    """
    rows = tuple(rows)
    before = _earlier(export, rows)
    if not export.unsettled:
        skip = _skip(export, before, rows[len(before) + 1 :], cancelled, updates)
        if skip is not None:
            return skip
    if export.key.operation is Operation.ORDER_SAVED:
        return None
    for row in before:
        pending = row.state in PENDING and row.key.operation is not Operation.ORDER_SAVED
        if pending and row.key.touches(export.key):
            return Held(row)
    return None


def _skip(
    export: Export,
    before: tuple[Export, ...],
    after: tuple[Export, ...],
    cancelled: bool,
    updates: bool,
) -> Skip | None:
    key = export.key
    if cancelled and key.operation is not Operation.CANCEL_ORDER:
        return Skip(SkipCause.ORDER_CANCELLED, "the order has since been cancelled")
    for row in after:
        if _supersedes(row, export):
            reason = f"superseded by export {row.key.id} of version {row.key.version}"
            return Skip(SkipCause.SUPERSEDED, reason)
    if key.operation is not Operation.EXPORT_ORDER or updates or key.generation:
        return None
    for row in before:
        covers = row.key.shipment_id in (None, key.shipment_id)
        same = row.key.operation is key.operation and row.key.touches(key)
        if covers and same and (row.state in RECEIVED):
            ids = ", ".join(f"{kind} {value}" for kind, value in row.remote_ids.items())
            reason = f"{key.instance} has accepted this order already ({ids or 'no id'})"
            return Skip(SkipCause.ACCEPTED, reason, row)
    return None


def _supersedes(newer: Export, older: Export) -> bool:
    a, b = newer.key, older.key
    same = (a.order_id, a.shipment_id, a.instance, a.operation, a.status) == (
        b.order_id,
        b.shipment_id,
        b.instance,
        b.operation,
        b.status,
    )
    if not same or newer.state in _SUPERSEDES_NOT or a.version == b.version:
        return False
    if a.version.isdecimal() and b.version.isdecimal():
        return int(a.version) > int(b.version)
    return True
