"""
The ledger of exports: the port, one in memory, and a journal of its changes.
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
        Replace an export by its later state.

        Args:
            details: The attempt that changed it, if any.

        Raises:
            ConflictError: The row differs from `was`: another process has changed it.
        """

    def find(self, export_id: UUID) -> Export | None:
        """
        The export with an id, or `None`.
        """

    def of_order(self, order_id: str) -> tuple[Export, ...]:
        """
        All exports of an order, in the order in which they were created.
        """


class MemoryLedger:
    """
    A ledger in memory, which ends with its process. It shows no crash and no second process.
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
        Replace an export by its later state; details of the attempt are not kept.
        """
        with self._lock:
            present = self._rows.get(export.key.id)
            if present != was:
                state = "gone" if present is None else present.state
                raise ConflictError(
                    f"export {export.key} is {state} now: another process has changed it"
                )
            self._rows[export.key.id] = export

    def find(self, export_id: UUID) -> Export | None:
        """
        The export with an id, or `None`.
        """
        with self._lock:
            return self._rows.get(export_id)

    def of_order(self, order_id: str) -> tuple[Export, ...]:
        """
        All exports of an order, in the order in which they were created.
        """
        with self._lock:
            return tuple(self._rows[export_id] for export_id in self._by_order.get(order_id, ()))


Change = tuple[Export, Export]
"""An export before and after one change of its state."""


class Journal:
    """
    A ledger that also lists the changes of state that go through it, in order.
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
        Replace an export by its later state, and list the change.
        """
        self._ledger.change(export, was=was, details=details)
        with self._lock:
            self._changes.append((was, export))

    def find(self, export_id: UUID) -> Export | None:
        """
        The export with an id, or `None`.
        """
        return self._ledger.find(export_id)

    def of_order(self, order_id: str) -> tuple[Export, ...]:
        """
        All exports of an order, in the order in which they were created.
        """
        return self._ledger.of_order(order_id)

    def take(self) -> tuple[Change, ...]:
        """
        Return the changes since the last call.
        """
        with self._lock:
            changes, self._changes = tuple(self._changes), []
        return changes
