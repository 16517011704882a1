"""
The rows of exports and of their attempts, as an attempt writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from orderferry.errors import ConflictError
from orderferry.exports import PENDING, Export, Made
from orderferry.storage._dialects import insert_new
from orderferry.storage._engine import savepoint
from orderferry.storage._many import insert_many
from orderferry.storage._rows import changed_values, content_of, export_from, new_values
from orderferry.storage._shards import Shards
from orderferry.storage._tables import attempts, contents, documents, exports
from orderferry.storage._values import failure_text

__all__ = [
    "add",
    "add_attempts",
    "change",
    "find",
    "of_order",
    "owned_by",
    "owners",
    "pending_lanes",
    "rows",
    "write_contents",
]


def add_attempts(connection: Connection, made: Sequence[tuple[Export, Export, Made]]) -> None:
    """
    Keep attempts: each with the export after it, and as it was while it was under way.
    """
    insert_many(connection, attempts, [_attempt(*each) for each in made])
    insert_many(connection, documents, [row for each in made for row in _documents(*each)])


def _attempt(export: Export, was: Export, made: Made) -> dict[str, Any]:
    return {
        "export_id": export.key.id_text,
        "number": was.attempts,
        "began": made.began,
        "duration_ms": export.duration_ms,
        "state": export.state.value,
        "failure": failure_text(export.failure),
    }


def _documents(export: Export, was: Export, made: Made) -> Iterator[dict[str, Any]]:
    for exchange in made.exchanges:
        yield {
            "export_id": export.key.id_text,
            "attempt": was.attempts,
            "request": exchange.request,
            "response": exchange.response,
            "fault": exchange.fault,
            "began": exchange.began,
            "duration_ms": None if exchange.seconds is None else round(exchange.seconds * 1000),
        }


_ONE_LANE = Shards()


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


def add(
    connection: Connection,
    new: Iterable[Export],
    *,
    shards: Shards = _ONE_LANE,
    owner: str | None = None,
) -> None:
    """
    Write intents, all of them or none.

    Args:
        shards: In which lanes they wait.
        owner: The process that delivers those itself that are not deferred.

    Raises:
        ConflictError: One of the keys is there already.
    """
    values, wanted = [], {}
    for export in new:
        content_id, text = content_of(export.order)
        wanted[content_id] = text
        awaited_by = None if export.origin.deferred else owner
        values.append(
            {**new_values(export, content_id, shards.lane(export.key)), "owner": awaited_by}
        )
    if not values:
        return
    write_contents(connection, wanted)
    try:
        with savepoint(connection):
            connection.execute(insert(exports), values)
    except IntegrityError as error:
        keys = ", ".join(str(value["id"]) for value in values)
        raise ConflictError(f"one of the exports {keys} is in the ledger already") from error


def change(
    connection: Connection, export: Export, *, was: Export, owner: str | None = None
) -> None:
    """
    Replace a row by what became of it, if it is still in the state that it was in.

    Raises:
        ConflictError: Somebody else has it.
    """
    at = (
        (exports.c.id == str(export.key.id))
        & (exports.c.state == was.state.value)
        & (exports.c.changed == was.changed)
        & (exports.c.attempts == was.attempts)
    )
    values = {**changed_values(export), "owner": owner}
    if connection.execute(update(exports).where(at).values(values)).rowcount != 1:
        raise ConflictError(f"export {export.key} is not {was.state} any more: somebody has it")


def owners(connection: Connection) -> tuple[str, ...]:
    """
    The processes that await exports which are not finished.
    """
    query = select(exports.c.owner).where(exports.c.owner.is_not(None), _is_pending()).distinct()
    return tuple(connection.execute(query).scalars())


def owned_by(connection: Connection, owner: str) -> tuple[Export, ...]:
    """
    The unfinished exports that a process awaits.
    """
    query = rows().where(exports.c.owner == owner, _is_pending()).order_by(exports.c.seq)
    return tuple(export_from(row) for row in connection.execute(query).mappings())


def _is_pending() -> ColumnElement[bool]:
    return exports.c.state.in_(sorted(state.value for state in PENDING))


def pending_lanes(connection: Connection) -> tuple[str, ...]:
    """
    The lanes that have exports which are not finished.
    """
    query = select(exports.c.lane).where(exports.c.owner.is_(None), _is_pending()).distinct()
    return tuple(connection.execute(query).scalars())


def find(connection: Connection, export_id: UUID) -> Export | None:
    """
    The export of that id, or `None`.
    """
    found = connection.execute(rows().where(exports.c.id == str(export_id))).mappings().first()
    return None if found is None else export_from(found)


def of_order(connection: Connection, order_id: str) -> tuple[Export, ...]:
    """
    All exports of an order, in the order in which they were made.
    """
    query = rows().where(exports.c.order_id == order_id).order_by(exports.c.seq)
    found: Sequence[Any] = connection.execute(query).mappings().all()
    return tuple(export_from(row) for row in found)
