"""
Exports and their attempts, as they are added, changed and read in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from orderferry.errors import ConflictError
from orderferry.exports import PENDING, AttemptDetails, Export
from orderferry.storage._engine import savepoint
from orderferry.storage._lane_rows import Shards
from orderferry.storage._rows import changed_values, content_of, export_from, new_values
from orderferry.storage._statements import insert_many, insert_new
from orderferry.storage._tables import attempts, contents, documents, exports
from orderferry.storage._values import failure_text

__all__ = ["SqlLedger", "add_attempts", "select_exports"]


def add_attempts(
    connection: Connection, ended: Sequence[tuple[Export, Export, AttemptDetails]]
) -> None:
    """
    Add attempts and their documents.

    Args:
        ended: For each attempt, the export after it, the export during it, and the attempt.
    """
    insert_many(connection, attempts, [_attempt_row(*attempt) for attempt in ended])
    rows = [row for attempt in ended for row in _document_rows(*attempt)]
    insert_many(connection, documents, rows)


def _attempt_row(export: Export, was: Export, details: AttemptDetails) -> dict[str, Any]:
    return {
        "export_id": export.key.id_text,
        "number": was.attempts,
        "began": details.began,
        "duration_ms": export.duration_ms,
        "state": export.state.value,
        "failure": failure_text(export.failure),
    }


def _document_rows(
    export: Export, was: Export, details: AttemptDetails
) -> Iterator[dict[str, Any]]:
    for exchange in details.exchanges:
        yield {
            "export_id": export.key.id_text,
            "attempt": was.attempts,
            "request": exchange.request,
            "response": exchange.response,
            "fault": exchange.fault,
            "began": exchange.began,
            "duration_ms": None if exchange.seconds is None else round(exchange.seconds * 1000),
        }


def select_exports() -> Select[Any]:
    """
    Return a query of exports with their contents.
    """
    joined = exports.join(contents, exports.c.content_id == contents.c.id)
    return select(exports, contents.c.document.label("content")).select_from(joined)


def _write_contents(connection: Connection, texts: dict[str, str]) -> None:
    """
    Add contents of exports, except those that are already stored.

    Args:
        texts: Contents by their id.
    """
    values = [{"id": content_id, "document": text} for content_id, text in sorted(texts.items())]
    connection.execute(insert_new(connection, contents), values)


def _is_pending() -> ColumnElement[bool]:
    return exports.c.state.in_(sorted(state.value for state in PENDING))


@frozen
class SqlLedger:
    """
    The exports of one transaction, as a ledger in which an attempt can be written.

    Attributes:
        shards: The lanes in which exports wait.
        owner: The id of the process that delivers awaited exports.
        touched: The names of lanes that have new work after the commit; methods add to it.
    """

    connection: Connection
    shards: Shards
    owner: str | None
    touched: set[str]

    def add(self, new: Iterable[Export]) -> None:
        """
        Add exports before they are sent, all of them or none.

        Raises:
            ConflictError: An export with one of the keys exists already.
        """
        values, texts, lanes = [], {}, set()
        for export in new:
            content_id, text = content_of(export.order)
            texts[content_id] = text
            lane = self.shards.lane(export.key)
            values.append({**new_values(export, content_id, lane), "owner": self._owner_of(export)})
            if export.origin.deferred:
                lanes.add(lane)
        if not values:
            return
        _write_contents(self.connection, texts)
        try:
            with savepoint(self.connection):
                self.connection.execute(insert(exports), values)
        except IntegrityError as error:
            keys = ", ".join(str(value["id"]) for value in values)
            raise ConflictError(f"one of the exports {keys} is already in the ledger") from error
        self.touched.update(lanes)

    def change(self, export: Export, *, was: Export, details: AttemptDetails | None = None) -> None:
        """
        Change an export if it still is as it was read.

        Args:
            export: The export as it is now.
            was: The export as it was read; its state, its time of change and its number of attempts
                are compared.
            details: The attempt that changed the export, which is recorded; `None` if none did.

        Raises:
            ConflictError: Another process has changed the export.
        """
        unchanged = (
            (exports.c.id == str(export.key.id))
            & (exports.c.state == was.state.value)
            & (exports.c.changed == was.changed)
            & (exports.c.attempts == was.attempts)
        )
        values = {**changed_values(export), "owner": self._owner_of(export)}
        if self.connection.execute(update(exports).where(unchanged).values(values)).rowcount != 1:
            raise ConflictError(
                f"export {export.key} was changed by another process in the meantime"
            )
        if details is not None:
            add_attempts(self.connection, [(export, was, details)])
        if export.origin.deferred:
            self.touched.add(self.shards.lane(export.key))

    def find(self, export_id: UUID) -> Export | None:
        """
        Return the export with that id, or `None` if there is none.
        """
        query = select_exports().where(exports.c.id == str(export_id))
        row = self.connection.execute(query).mappings().first()
        return None if row is None else export_from(row)

    def of_order(self, order_id: str) -> tuple[Export, ...]:
        """
        Return all exports of an order, in the order in which they were created.
        """
        query = select_exports().where(exports.c.order_id == order_id).order_by(exports.c.seq)
        rows: Sequence[Any] = self.connection.execute(query).mappings().all()
        return tuple(export_from(row) for row in rows)

    def owners(self) -> tuple[str, ...]:
        """
        Return the ids of processes that own awaited exports which are not finished.
        """
        query = (
            select(exports.c.owner).where(exports.c.owner.is_not(None), _is_pending()).distinct()
        )
        return tuple(self.connection.execute(query).scalars())

    def owned_by(self, owner: str) -> tuple[Export, ...]:
        """
        Return the unfinished awaited exports of a process.
        """
        query = select_exports().where(exports.c.owner == owner, _is_pending())
        query = query.order_by(exports.c.seq)
        return tuple(export_from(row) for row in self.connection.execute(query).mappings())

    def pending_lanes(self) -> tuple[str, ...]:
        """
        Return the names of the lanes that have unfinished exports.
        """
        query = select(exports.c.lane).where(exports.c.owner.is_(None), _is_pending()).distinct()
        return tuple(self.connection.execute(query).scalars())

    def _owner_of(self, export: Export) -> str | None:
        return None if export.origin.deferred else self.owner
