"""
A lane's transactions: what came back is recorded and what is due is claimed, together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from attrs import frozen
from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    exists,
    func,
    or_,
    select,
)

from orderferry.connectors import Exchange, ExportState, Properties
from orderferry.exports import PENDING, Export, Made, Operation, OrderChange
from orderferry.orders import Order
from orderferry.storage._attempts import add_attempts
from orderferry.storage._ledger import rows
from orderferry.storage._many import update_many
from orderferry.storage._orders import apply_to_many
from orderferry.storage._rows import export_from, key_from, progress_values
from orderferry.storage._tables import exports, orders
from orderferry.storage._values import origin_from, results_from

__all__ = [
    "OrderHead",
    "Recorded",
    "due_rows",
    "has_due",
    "heads",
    "is_behind",
    "is_free",
    "next_due",
    "record",
    "related",
    "unknown_since",
    "write",
]


@frozen(kw_only=True)
class Recorded:
    """
    An attempt to be recorded.

    Attributes:
        export: The export as it is now.
        was: The state that it was in before.
        began: When the attempt began; `None` where nothing was attempted.
        exchanges: The requests and answers, secrets hidden.
    """

    export: Export
    was: Export
    began: datetime | None = None
    exchanges: tuple[Exchange, ...] = ()


@frozen(kw_only=True)
class OrderHead:
    """
    What a lane must know of an order before it sends.
    """

    id: str
    order_type: str | None
    status: str | None
    version: str | None


def due_rows(connection: Connection, lane: str, *, now: datetime, limit: int) -> tuple[Export, ...]:
    """
    What a lane may begin or ask about now, the oldest first.

    Rows that an earlier export of the same order holds back are not due, nor are those that a
    transition delivers itself.
    """
    query = (
        rows()
        .where(exports.c.lane == lane, exports.c.owner.is_(None), _is_due(now), is_free())
        .order_by(exports.c.seq)
        .limit(limit)
    )
    return tuple(export_from(row) for row in connection.execute(query).mappings())


def is_free() -> ColumnElement[bool]:
    """
    Whether no earlier export of the same order holds an export back.
    """
    return or_(exports.c.operation == Operation.ORDER_SAVED.value, ~is_behind(PENDING))


def is_behind(states: Collection[ExportState]) -> ColumnElement[bool]:
    """
    Whether an earlier export of the same order to the same instance is in one of some states.
    """
    earlier = exports.alias("earlier")
    return exists().where(
        earlier.c.order_id == exports.c.order_id,
        earlier.c.connector == exports.c.connector,
        earlier.c.connector_id == exports.c.connector_id,
        earlier.c.seq < exports.c.seq,
        earlier.c.state.in_(sorted(states)),
        earlier.c.operation != Operation.ORDER_SAVED.value,
        or_(
            earlier.c.shipment_id == exports.c.shipment_id,
            earlier.c.shipment_id.is_(None),
            exports.c.shipment_id.is_(None),
        ),
    )


def _is_due(now: datetime) -> Any:  # noqa: ANN401 - a clause
    queued = and_(
        exports.c.state == ExportState.QUEUED.value,
        or_(exports.c.due.is_(None), exports.c.due <= now),
    )
    waiting = (ExportState.RETRYING.value, ExportState.UNKNOWN.value)
    return or_(queued, and_(exports.c.state.in_(waiting), exports.c.due <= now))


def has_due(connection: Connection, lane: str, *, now: datetime) -> bool:
    """
    Whether a lane may have something to begin or to ask about; some of it may be held back.
    """
    query = select(exists().where(exports.c.lane == lane, exports.c.owner.is_(None), _is_due(now)))
    return bool(connection.execute(query).scalar_one())


def next_due(connection: Connection, lane: str) -> datetime | None:
    """
    When the next export of a lane is due, or `None` where none waits for a time.
    """
    waiting = (ExportState.RETRYING.value, ExportState.UNKNOWN.value, ExportState.QUEUED.value)
    query = select(func.min(exports.c.due)).where(
        exports.c.lane == lane, exports.c.owner.is_(None), exports.c.state.in_(waiting)
    )
    found: datetime | None = connection.execute(query).scalar_one()
    return found


def related(connection: Connection, order_ids: Iterable[str], lane: str) -> dict[str, list[Export]]:
    """
    All exports of orders in a lane, by order and in the order made; without what they send.
    """
    query = (
        select(exports)
        .where(exports.c.order_id.in_(sorted(set(order_ids))), exports.c.lane == lane)
        .order_by(exports.c.seq)
    )
    found: dict[str, list[Export]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        found[row["order_id"]].append(
            Export(
                key=key_from(row),
                order=Order(id=row["order_id"]),
                properties=Properties(),
                origin=origin_from(row["origin"]),
                created=row["created"],
                changed=row["changed"],
                state=ExportState(row["state"]),
                results=results_from(row["results"]),
                attempts=row["attempts"],
                unsettled=row["unsettled"],
            )
        )
    return found


def unknown_since(connection: Connection, export_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """
    Since when exports are of unknown outcome, by id; those that are not are left out.
    """
    query = select(exports.c.id, exports.c.changed).where(
        exports.c.id.in_(sorted(map(str, export_ids))),
        exports.c.state == ExportState.UNKNOWN.value,
    )
    return {UUID(row.id): row.changed for row in connection.execute(query)}


def heads(connection: Connection, order_ids: Iterable[str]) -> dict[str, OrderHead]:
    """
    Type, status and version of orders as they are stored now.
    """
    query = select(orders.c.id, orders.c.order_type, orders.c.status, orders.c.version)
    found = connection.execute(query.where(orders.c.id.in_(sorted(set(order_ids)))))
    return {row.id: OrderHead(**row._mapping) for row in found}  # noqa: SLF001 - SQLAlchemy's name


def write(connection: Connection, changed: Sequence[Export], *, fence: int) -> None:
    """
    Write exports of a lane as they are now.

    Args:
        fence: The fence under which the lane writes.
    """
    written = {"fence": fence, "owner": None}
    update_many(
        connection,
        exports,
        [{"id": str(e.key.id), **progress_values(e), **written} for e in changed],
    )


def record(
    connection: Connection,
    recorded: Sequence[Recorded],
    changes: Mapping[str, Sequence[OrderChange]],
    *,
    fence: int,
) -> None:
    """
    Record what came back: exports, attempts, documents, and what it means for the orders.

    Args:
        recorded: What came back.
        changes: What that means for each order, by its id.
        fence: The fence under which the lane writes.
    """
    write(connection, [each.export for each in recorded], fence=fence)
    add_attempts(
        connection,
        [
            (each.export, each.was, Made(began=each.began, exchanges=each.exchanges))
            for each in recorded
            if each.began is not None
        ],
    )
    apply_to_many(connection, changes)
