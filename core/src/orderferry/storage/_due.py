"""
Due exports as a lane reads them: many at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, Self
from uuid import UUID

import msgspec
from attrs import frozen
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
from orderferry.storage._rows import EXPORT_COLUMNS, bare_export_from, export_of
from orderferry.storage._statements import among, texts
from orderferry.storage._tables import Moment, contents, exports, orders

__all__ = ["NOT_READ", "Due", "DueExport", "DueQuery", "OrderHead"]

_PACKED: Final = 32
"""Rows that come as one; with orders of the greatest size that is well below SQLite's limit."""

_BETWEEN: Final = "\x1e"
"""Stands between contents: they are JSON, which has no such character."""

_decode = msgspec.json.Decoder(list[list[Any]]).decode


@frozen(kw_only=True)
class OrderHead:
    """
    What a lane must know of an order before it sends.
    """

    id: str
    order_type: str | None
    status: str | None
    version: str | None


@frozen(kw_only=True)
class DueExport:
    """
    An export that a lane may begin or ask about.

    Attributes:
        export: The export; its order is `NOT_READ`.
        content: That order, as `read_kept` takes it.
        head: Its order as it is stored now, or `None` where there is none.
        alone: Whether the lane has no other export of the order.
    """

    export: Export
    content: str
    head: OrderHead | None
    alone: bool


NOT_READ: Final = Order(id="not read")
"""Stands for what an export sends, where that is not read yet."""


@frozen
class DueQuery:
    """
    A query of due exports, and the same with many rows packed into one.

    On SQLite each row gives up the interpreter's lock, and waits for it behind all threads that
    send.
    """

    plain: Select[Any]
    packed: Select[Any]

    @classmethod
    def of(cls, query: Select[Any]) -> Self:
        """
        A query whose first column is `seq` and whose last is `content`.

        Between them are the export's columns, its order's head, and whether it is alone.
        """
        place = func.row_number().over(order_by=query.selected_columns.seq).label("place")
        each = query.add_columns(place).subquery()
        *columns, content, number = each.c
        packed = select(
            func.json_group_array(func.json_array(*columns)),
            func.group_concat(content, _BETWEEN),
        ).group_by(number // _PACKED)
        return cls(query, packed)

    def rows(self, connection: Connection, values: Mapping[str, object]) -> tuple[DueExport, ...]:
        """
        What it finds, in the order made.
        """
        if connection.dialect.name != "sqlite":
            found = connection.execute(self.plain, values)
            return tuple(_due(row[:-1], row[-1]) for row in found)
        rows: list[tuple[list[Any], str]] = []
        for text, packed in connection.execute(self.packed, values):
            rows += zip(_decode(text), packed.split(_BETWEEN), strict=True)
        rows.sort(key=lambda row: row[0][0])
        return tuple(_due(row, content, _moment) for row, content in rows)


def _due(
    row: Sequence[Any],
    content: str,
    moment: Callable[[Any], datetime | None] = lambda value: value,
) -> DueExport:
    order_id, order_type, status, version, alone = row[-5:]
    head = None
    if order_id is not None:
        head = OrderHead(id=order_id, order_type=order_type, status=status, version=version)
    export = export_of(row[1:-5], NOT_READ, moment)
    return DueExport(export=export, content=content, head=head, alone=bool(alone))


def _moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


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


@frozen
class Due:
    """
    What the owner of a lane may begin or ask about, as one transaction sees it.
    """

    connection: Connection

    def rows(self, lane: str, *, now: datetime, limit: int) -> tuple[DueExport, ...]:
        """
        What a lane may begin or ask about now, in the order made.

        Rows that an earlier export of the same order holds back are not due, nor are those that a
        transition delivers itself.
        """
        return _due_query().rows(self.connection, {"lane": lane, "now": now, "most": limit})

    def has_any(self, lane: str, *, now: datetime) -> bool:
        """
        Whether a lane may have something to begin or to ask about; some of it may be held back.
        """
        return bool(self.connection.execute(_HAS_DUE, {"lane": lane, "now": now}).scalar_one())

    def next(self, lane: str) -> datetime | None:
        """
        When the next export of a lane is due, or `None` where none waits for a time.
        """
        found: datetime | None = self.connection.execute(_NEXT_DUE, {"lane": lane}).scalar_one()
        return found

    def by_order(self, order_ids: Iterable[str], lane: str) -> dict[str, list[Export]]:
        """
        All exports of orders in a lane, by order and in the order made; without what they send.
        """
        names = (exports.c[name] for name in (*EXPORT_COLUMNS, "lane"))
        at = among(self.connection.dialect.name, exports.c.order_id)
        query = select(*names).where(at).order_by(exports.c.seq)
        found: dict[str, list[Export]] = defaultdict(list)
        for row in self.connection.execute(query, texts(order_ids)).mappings():
            if row["lane"] != lane:
                continue  # a lane in the query would have some planners read the whole lane
            found[row["order_id"]].append(bare_export_from(row, Order(id=row["order_id"])))
        return found

    def unknown_since(self, export_ids: Iterable[UUID]) -> dict[UUID, datetime]:
        """
        Since when exports are of unknown outcome, by id; those that are not are left out.
        """
        query = select(exports.c.id, exports.c.changed).where(
            among(self.connection.dialect.name, exports.c.id),
            exports.c.state == ExportState.UNKNOWN.value,
        )
        found = self.connection.execute(query, texts(map(str, export_ids)))
        return {UUID(row.id): row.changed for row in found}

    def heads(self, order_ids: Iterable[str]) -> dict[str, OrderHead]:
        """
        Type, status and version of orders as they are stored now.
        """
        query = select(orders.c.id, orders.c.order_type, orders.c.status, orders.c.version)
        at = among(self.connection.dialect.name, orders.c.id)
        found = self.connection.execute(query.where(at), texts(order_ids))
        return {row.id: OrderHead(**row._mapping) for row in found}  # noqa: SLF001 - SQLAlchemy's name
