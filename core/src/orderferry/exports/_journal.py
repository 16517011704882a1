"""
What happened to exports while a run was under way.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from uuid import UUID

from orderferry.exports._export import Export
from orderferry.exports._ledger import Ledger, Made

__all__ = ["Change", "Journal"]

Change = tuple[Export, Export]
"""An export before and after one change of its state."""


class Journal:
    """
    A ledger that also remembers each change of state that goes through it, in order.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = Lock()
        self._changes: list[Change] = []

    def add(self, exports: Iterable[Export]) -> None:
        """
        Write intents, all of them or none.
        """
        self._ledger.add(exports)

    def change(self, export: Export, *, was: Export, made: Made | None = None) -> None:
        """
        Replace a row by what became of it, and remember the change.
        """
        self._ledger.change(export, was=was, made=made)
        with self._lock:
            self._changes.append((was, export))

    def find(self, export_id: UUID) -> Export | None:
        """
        The export of that id, or `None`.
        """
        return self._ledger.find(export_id)

    def of_order(self, order_id: str) -> tuple[Export, ...]:
        """
        All exports of an order, in the order in which they were made.
        """
        return self._ledger.of_order(order_id)

    def take(self) -> tuple[Change, ...]:
        """
        The changes since the last call.
        """
        with self._lock:
            taken, self._changes = tuple(self._changes), []
        return taken
