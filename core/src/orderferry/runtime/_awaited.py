"""
The ledger of exports that a caller waits for.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from attrs import frozen

from orderferry.exports import Export, Made, consequences
from orderferry.storage import Store

__all__ = ["AwaitedLedger"]


@frozen
class AwaitedLedger:
    """
    Writes each change of an export together with what it means for its order.

    The run that waits may die before it saves its results, and they would be missing on the order.
    """

    store: Store

    def add(self, exports: Iterable[Export]) -> None:
        """
        Write intents, all of them or none.
        """
        self.store.add(exports)

    def change(self, export: Export, *, was: Export, made: Made | None = None) -> None:
        """
        Replace a row by what became of it, with the event and the error that this is.
        """
        with self.store.transaction() as batch:
            batch.change(export, was=was, made=made)
            batch.apply(export.key.order_id, consequences([(was, export)]))

    def find(self, export_id: UUID) -> Export | None:
        """
        The export of that id, or `None`.
        """
        return self.store.find(export_id)

    def of_order(self, order_id: str) -> tuple[Export, ...]:
        """
        All exports of an order, in the order in which they were made.
        """
        return self.store.of_order(order_id)
