"""
The rows of exports and of their attempts, as an attempt writes them.
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

__all__ = ["SqlLedger", "add_attempts", "rows", "write_contents"]


def add_attempts(
    connection: Connection, new: Sequence[tuple[Export, Export, AttemptDetails]]
) -> None:
    """
    Keep attempts: each with the export after it, and as it was while it was under way.
    """
    insert_many(connection, attempts, [_attempt(*each) for each in new])
    insert_many(connection, documents, [row for each in new for row in _documents(*each)])


def _attempt(export: Export, was: Export, details: AttemptDetails) -> dict[str, Any]:
    return {
        "export_id": export.key.id_text,
        "number": was.attempts,
        "began": details.began,
        "duration_ms": export.duration_ms,
        "state": export.state.value,
        "failure": failure_text(export.failure),
    }


def _documents(export: Export, was: Export, details: AttemptDetails) -> Iterator[dict[str, Any]]:
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


def rows() -> Select[Any]:
    """
    A query of exports with what they send.
    """
    joined = exports.join(contents, exports.c.content_id == contents.c.id)
    return select(exports, contents.c.document.label("content")).select_from(joined)


def write_contents(connection: Connection, wanted: dict[str, str]) -> None:
    """
    Keep contents that exports send, each once.

    Args:
        wanted: Texts by their id.
    """
    if not wanted:
        return
    values = [{"id": key, "document": text} for key, text in sorted(wanted.items())]
    connection.execute(insert_new(connection, contents), values)


def _is_pending() -> ColumnElement[bool]:
    return exports.c.state.in_(sorted(state.value for state in PENDING))


@frozen
class SqlLedger:
    """
    The exports of one transaction: a ledger, so that an attempt can be written in it.

    Attributes:
        shards: In which lanes exports wait.
        owner: The process that awaited exports belong to.
        touched: The lanes that have something new to do after the commit.
    """

    connection: Connection
    shards: Shards
    owner: str | None
    touched: set[str]

    def add(self, new: Iterable[Export]) -> None:
        """
        Write intents, all of them or none.

        Raises:
            ConflictError: One of the keys is there already.
        """
        values, wanted, lanes = [], {}, set()
        for export in new:
            content_id, text = content_of(export.order)
            wanted[content_id] = text
            lane = self.shards.lane(export.key)
            values.append({**new_values(export, content_id, lane), "owner": self._owner_of(export)})
            if export.origin.deferred:
                lanes.add(lane)
        if not values:
            return
        write_contents(self.connection, wanted)
        try:
            with savepoint(self.connection):
                self.connection.execute(insert(exports), values)
        except IntegrityError as error:
            keys = ", ".join(str(value["id"]) for value in values)
            raise ConflictError(f"one of the exports {keys} is in the ledger already") from error
        self.touched.update(lanes)

    def change(self, export: Export, *, was: Export, details: AttemptDetails | None = None) -> None:
        """
        Replace a row by what became of it, if it is still in the state that it was in.

        Args:
            details: The attempt that changed it, to be kept.

        Raises:
            ConflictError: Another process has changed it.
        """
        at = (
            (exports.c.id == str(export.key.id))
            & (exports.c.state == was.state.value)
            & (exports.c.changed == was.changed)
            & (exports.c.attempts == was.attempts)
        )
        values = {**changed_values(export), "owner": self._owner_of(export)}
        if self.connection.execute(update(exports).where(at).values(values)).rowcount != 1:
            raise ConflictError(f"export {export.key} is not {was.state} any more: somebody has it")
        if details is not None:
            add_attempts(self.connection, [(export, was, details)])
        if export.origin.deferred:
            self.touched.add(self.shards.lane(export.key))

    def find(self, export_id: UUID) -> Export | None:
        """
        The export of that id, or `None`.
        """
        found = (
            self.connection.execute(rows().where(exports.c.id == str(export_id))).mappings().first()
        )
        return None if found is None else export_from(found)

    def of_order(self, order_id: str) -> tuple[Export, ...]:
        """
        All exports of an order, in the order in which they were made.
        """
        query = rows().where(exports.c.order_id == order_id).order_by(exports.c.seq)
        found: Sequence[Any] = self.connection.execute(query).mappings().all()
        return tuple(export_from(row) for row in found)

    def owners(self) -> tuple[str, ...]:
        """
        The processes that await exports which are not finished.
        """
        query = (
            select(exports.c.owner).where(exports.c.owner.is_not(None), _is_pending()).distinct()
        )
        return tuple(self.connection.execute(query).scalars())

    def owned_by(self, owner: str) -> tuple[Export, ...]:
        """
        The unfinished exports that a process awaits.
        """
        query = rows().where(exports.c.owner == owner, _is_pending()).order_by(exports.c.seq)
        return tuple(export_from(row) for row in self.connection.execute(query).mappings())

    def pending_lanes(self) -> tuple[str, ...]:
        """
        The lanes that have exports which are not finished.
        """
        query = select(exports.c.lane).where(exports.c.owner.is_(None), _is_pending()).distinct()
        return tuple(self.connection.execute(query).scalars())

    def _owner_of(self, export: Export) -> str | None:
        return None if export.origin.deferred else self.owner
