"""
Where exports are kept: the port, and a ledger in this process's memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from threading import Lock
from typing import Protocol
from uuid import UUID

from attrs import frozen

from orderferry.connectors import Exchange
from orderferry.errors import ConflictError
from orderferry.exports._export import Export

__all__ = ["AttemptDetails", "Change", "Journal", "Ledger", "MemoryLedger"]


@frozen(kw_only=True)
class AttemptDetails:
    """
    What is kept of an attempt, next to the export that it changed.

    Attributes:
        began: When the attempt began.
        exchanges: The requests and answers, secrets hidden.
    """

    began: datetime
    exchanges: tuple[Exchange, ...] = ()


class Ledger(Protocol):
    """
    All exports, each under its key. Every call is safe between threads.
    """

    def add(self, exports: Iterable[Export]) -> None:
        """
        Write intents, all of them or none.

        Raises:
            ConflictError: One of the keys is there already.
        """

    def change(self, export: Export, *, was: Export, details: AttemptDetails | None = None) -> None:
        """
        Replace a row by what became of it.

        Args:
            details: The attempt that changed it, where one did.

        Raises:
            ConflictError: The row is not as it was: somebody else has it.
        """

    def find(self, export_id: UUID) -> Export | None:
        """
        The export of that id, or `None`.
        """

    def of_order(self, order_id: str) -> tuple[Export, ...]:
        """
        All exports of an order, in the order in which they were made.
        """


class MemoryLedger:
    """
    A ledger that lasts as long as its process. It shows no crash and no second process.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._rows: dict[UUID, Export] = {}
        self._by_order: dict[str, list[UUID]] = {}

    def add(self, exports: Iterable[Export]) -> None:
        """
        Write intents, all of them or none.
        """
        exports = tuple(exports)
        with self._lock:
            for export in exports:
                if export.key.id in self._rows:
                    raise ConflictError(f"export {export.key} is in the ledger already")
            for export in exports:
                self._rows[export.key.id] = export
                self._by_order.setdefault(export.key.order_id, []).append(export.key.id)

    def change(self, export: Export, *, was: Export, details: AttemptDetails | None = None) -> None:
        """
        Replace a row by what became of it; the attempt is forgotten.
        """
        with self._lock:
            present = self._rows.get(export.key.id)
            if present != was:
                state = "gone" if present is None else present.state
                raise ConflictError(f"export {export.key} is {state} now: somebody else has it")
            self._rows[export.key.id] = export

    def find(self, export_id: UUID) -> Export | None:
        """
        The export of that id, or `None`.
        """
        with self._lock:
            return self._rows.get(export_id)

    def of_order(self, order_id: str) -> tuple[Export, ...]:
        """
        All exports of an order, in the order in which they were made.
        """
        with self._lock:
            return tuple(self._rows[each] for each in self._by_order.get(order_id, ()))


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

    def change(self, export: Export, *, was: Export, details: AttemptDetails | None = None) -> None:
        """
        Replace a row by what became of it, and remember the change.
        """
        self._ledger.change(export, was=was, details=details)
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
            changes, self._changes = tuple(self._changes), []
        return changes
