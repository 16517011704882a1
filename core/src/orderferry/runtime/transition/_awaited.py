"""
Awaited exports: their ledger, and their failure if the lane is paused.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from attrs import evolve, frozen

from orderferry.connectors import ExportState
from orderferry.errors import ConflictError, TransientError
from orderferry.exports import AttemptDetails, Export, Failure, Ledger, begin_attempt, consequences
from orderferry.storage import Store

__all__ = ["AwaitedLedger", "fail_paused"]


@frozen
class AwaitedLedger:
    """
    Writes each change of an export together with its changes on the order.

    The process that waits may die before it saves the results, which would be missing on the order.
    """

    store: Store

    def add(self, exports: Iterable[Export]) -> None:
        """
        Write intents, all of them or none.
        """
        self.store.add(exports)

    def change(self, export: Export, *, was: Export, details: AttemptDetails | None = None) -> None:
        """
        Replace an export by its later state, and write the event and the error on its order.
        """
        with self.store.transaction() as batch:
            batch.ledger.change(export, was=was, details=details)
            batch.orders.apply(export.key.order_id, consequences([(was, export)]))

    def find(self, export_id: UUID) -> Export | None:
        """
        The export with an id, or `None`.
        """
        return self.store.find(export_id)

    def of_order(self, order_id: str) -> tuple[Export, ...]:
        """
        All exports of an order, in the order in which they were created.
        """
        return self.store.of_order(order_id)


def fail_paused(ledger: Ledger, export: Export, reason: str, now: datetime) -> Export:
    """
    Fail an awaited export at once, without an attempt.

    Args:
        ledger: Where the export is.
        export: The export, `queued`.
        reason: Why its lane is paused.

    Returns:
        The export: `dead` with StopOnError, else `retrying` in its lane; as it is now, if
        another process has changed it.
    """
    failure = Failure.of(TransientError(f"the lane of {export.key.instance} is paused: {reason}"))
    sending = begin_attempt(export, now)
    try:
        ledger.change(sending, was=export)
    except ConflictError:
        return ledger.find(export.key.id) or export
    if export.origin.stop_on_error:
        ended = sending.to(ExportState.DEAD, now, failure=failure, attempts=export.attempts)
    else:
        origin = evolve(export.origin, deferred=True)
        ended = sending.to(
            ExportState.RETRYING,
            now,
            failure=failure,
            attempts=export.attempts,
            due=now,
            origin=origin,
        )
    ledger.change(ended, was=sending)
    return ended
