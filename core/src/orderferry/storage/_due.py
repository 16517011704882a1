"""
What a lane may begin or ask about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
)

from orderferry.connectors import ExportState
from orderferry.exports import Export
from orderferry.orders import Order
from orderferry.storage._conditions import is_free
from orderferry.storage._due_rows import DueExport, DueQuery, OrderHead
from orderferry.storage._many import among, texts
from orderferry.storage._rows import EXPORT_COLUMNS, bare_export_from
from orderferry.storage._tables import contents, exports, orders
from orderferry.storage._types import Moment

__all__ = [
    "due_rows",
    "has_due",
    "heads",
    "next_due",
    "related",
    "unknown_since",
]


_NOW: Final = bindparam("now", type_=Moment)
_QUEUED, _RETRYING, _UNKNOWN = (
    exports.c.state == state.value
    for state in (ExportState.QUEUED, ExportState.RETRYING, ExportState.UNKNOWN)
)
_KINDS: Final = (
    and_(_QUEUED, exports.c.due.is_(None)),
    and_(_QUEUED, exports.c.due <= _NOW),
    and_(_RETRYING, exports.c.due <= _NOW),
    and_(_UNKNOWN, exports.c.due <= _NOW),
)
"""What may be due; of each, the index has the first at once, however many there are."""

_IN_LANE: Final = and_(exports.c.lane == bindparam("lane"), exports.c.owner.is_(None))


def _first(kind: ColumnElement[bool]) -> Select[Any]:
    some = (
        select(exports.c.seq)
        .where(_IN_LANE, kind, is_free())
        .order_by(exports.c.due, exports.c.seq)
        .limit(bindparam("most"))
    )
    return select(some.subquery().c.seq)


@cache
def _due_query() -> DueQuery:
    other = exports.alias("other")
    others = exists().where(
        other.c.order_id == exports.c.order_id,
        other.c.connector == exports.c.connector,
        other.c.connector_id == exports.c.connector_id,
        other.c.seq != exports.c.seq,
    )
    joined = exports.join(contents, exports.c.content_id == contents.c.id).outerjoin(
        orders, exports.c.order_id == orders.c.id
    )
    candidates = union_all(*map(_first, _KINDS))
    return DueQuery.of(
        select(
            exports.c.seq,
            *(exports.c[name] for name in EXPORT_COLUMNS),
            orders.c.id.label("head"),
            orders.c.order_type,
            orders.c.status.label("head_status"),
            orders.c.version.label("head_version"),
            (~others).label("alone"),
            contents.c.document.label("content"),
        )
        .select_from(joined)
        .where(exports.c.seq.in_(candidates))
        .order_by(exports.c.seq)
        .limit(bindparam("most"))
    )


_HAS_DUE: Final = select(or_(*(exists().where(_IN_LANE, kind) for kind in _KINDS)))
_NEXT_DUE: Final = select(func.min(exports.c.due)).where(
    _IN_LANE, or_(_QUEUED, _RETRYING, _UNKNOWN)
)


def due_rows(
    connection: Connection, lane: str, *, now: datetime, limit: int
) -> tuple[DueExport, ...]:
    """
    What a lane may begin or ask about now, in the order made.

    Rows that an earlier export of the same order holds back are not due, nor are those that a
    transition delivers itself.
    """
    return _due_query().rows(connection, {"lane": lane, "now": now, "most": limit})


def has_due(connection: Connection, lane: str, *, now: datetime) -> bool:
    """
    Whether a lane may have something to begin or to ask about; some of it may be held back.
    """
    return bool(connection.execute(_HAS_DUE, {"lane": lane, "now": now}).scalar_one())


def next_due(connection: Connection, lane: str) -> datetime | None:
    """
    When the next export of a lane is due, or `None` where none waits for a time.
    """
    found: datetime | None = connection.execute(_NEXT_DUE, {"lane": lane}).scalar_one()
    return found


def related(connection: Connection, order_ids: Iterable[str], lane: str) -> dict[str, list[Export]]:
    """
    All exports of orders in a lane, by order and in the order made; without what they send.
    """
    names = (exports.c[name] for name in (*EXPORT_COLUMNS, "lane"))
    at = among(connection.dialect.name, exports.c.order_id)
    query = select(*names).where(at).order_by(exports.c.seq)
    found: dict[str, list[Export]] = defaultdict(list)
    for row in connection.execute(query, texts(order_ids)).mappings():
        if row["lane"] != lane:
            continue  # a lane in the query would have some planners read the whole lane
        found[row["order_id"]].append(bare_export_from(row, Order(id=row["order_id"])))
    return found


def unknown_since(connection: Connection, export_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """
    Since when exports are of unknown outcome, by id; those that are not are left out.
    """
    query = select(exports.c.id, exports.c.changed).where(
        among(connection.dialect.name, exports.c.id), exports.c.state == ExportState.UNKNOWN.value
    )
    found = connection.execute(query, texts(map(str, export_ids)))
    return {UUID(row.id): row.changed for row in found}


def heads(connection: Connection, order_ids: Iterable[str]) -> dict[str, OrderHead]:
    """
    Type, status and version of orders as they are stored now.
    """
    query = select(orders.c.id, orders.c.order_type, orders.c.status, orders.c.version)
    at = among(connection.dialect.name, orders.c.id)
    found = connection.execute(query.where(at), texts(order_ids))
    return {row.id: OrderHead(**row._mapping) for row in found}  # noqa: SLF001 - SQLAlchemy's name
