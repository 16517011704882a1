"""
Due exports, as a lane reads them: many rows in one query.
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
from orderferry.storage._rows import EXPORT_COLUMNS, export_of, export_without_content
from orderferry.storage._statements import among, texts
from orderferry.storage._tables import Moment, contents, exports, orders

__all__ = ["NOT_READ", "Due", "DueExport", "DueQuery", "OrderHead"]

_PACK_SIZE: Final = 32
"""Rows packed into one: with orders of the greatest size, well below SQLite's limit of a value."""

_SEPARATOR: Final = "\x1e"
"""Separates contents, which are JSON and so do not have this character."""

_decode = msgspec.json.Decoder(list[list[Any]]).decode


@frozen(kw_only=True)
class OrderHead:
    """
    What a lane checks of an order, as it is stored now, before it sends an export of it.

    Attributes:
        id: The order's id.
        order_type: The order's type, or `None`.
        status: The order's status, or `None`.
        version: The order's version as text, or `None`.
    """

    id: str
    order_type: str | None
    status: str | None
    version: str | None


@frozen(kw_only=True)
class DueExport:
    """
    An export that a lane may send, or whose outcome it may determine.

    Attributes:
        export: The export, with a placeholder in place of its order.
        content: The order as JSON, for `orders.read_stored`.
        head: The order as it is stored now, or `None` if it is not stored.
        alone: Whether the order has no other export to the same instance.
    """

    export: Export
    content: str
    head: OrderHead | None
    alone: bool


NOT_READ: Final = Order(id="not read")
"""The placeholder for an export's order that has not been decoded yet."""


@frozen
class DueQuery:
    """
    A query of due exports, and the same query with many rows packed into one.

    On SQLite each row releases the interpreter's lock, and waits to get it back behind all threads
    that send.
    """

    plain: Select[Any]
    packed: Select[Any]

    @classmethod
    def of(cls, query: Select[Any]) -> Self:
        """
        Make both forms of a query whose first column is `seq` and whose last is `content`.

        Between them are the export's columns, those of its order's head, and `alone`.
        """
        number = func.row_number().over(order_by=query.selected_columns.seq).label("number")
        numbered = query.add_columns(number).subquery()
        *columns, content, number_column = numbered.c
        packed = select(
            func.json_group_array(func.json_array(*columns)),
            func.group_concat(content, _SEPARATOR),
        ).group_by(number_column // _PACK_SIZE)
        return cls(query, packed)

    def rows(self, connection: Connection, values: Mapping[str, object]) -> tuple[DueExport, ...]:
        """
        Run the query, and return its exports in the order in which they were created.
        """
        if connection.dialect.name != "sqlite":
            result = connection.execute(self.plain, values)
            return tuple(_due_export(row[:-1], row[-1]) for row in result)
        rows: list[tuple[list[Any], str]] = []
        for text, packed in connection.execute(self.packed, values):
            rows += zip(_decode(text), packed.split(_SEPARATOR), strict=True)
        rows.sort(key=lambda row: row[0][0])
        return tuple(_due_export(row, content, _parse_moment) for row, content in rows)


def _due_export(
    row: Sequence[Any],
    content: str,
    parse_moment: Callable[[Any], datetime | None] = lambda value: value,
) -> DueExport:
    order_id, order_type, status, version, alone = row[-5:]
    head = None
    if order_id is not None:
        head = OrderHead(id=order_id, order_type=order_type, status=status, version=version)
    export = export_of(row[1:-5], NOT_READ, parse_moment)
    return DueExport(export=export, content=content, head=head, alone=bool(alone))


def _parse_moment(value: str | None) -> datetime | None:
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
"""The kinds of exports that may be due. The index finds the first of each kind at once."""

_IN_LANE: Final = and_(exports.c.lane == bindparam("lane"), exports.c.owner.is_(None))


def _first(kind: ColumnElement[bool]) -> Select[Any]:
    candidates = (
        select(exports.c.seq)
        .where(_IN_LANE, kind, is_free())
        .order_by(exports.c.due, exports.c.seq)
        .limit(bindparam("limit"))
    )
    return select(candidates.subquery().c.seq)


@cache
def _due_query() -> DueQuery:
    sibling = exports.alias("sibling")
    has_sibling = exists().where(
        sibling.c.order_id == exports.c.order_id,
        sibling.c.connector == exports.c.connector,
        sibling.c.connector_id == exports.c.connector_id,
        sibling.c.seq != exports.c.seq,
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
            (~has_sibling).label("alone"),
            contents.c.document.label("content"),
        )
        .select_from(joined)
        .where(exports.c.seq.in_(candidates))
        .order_by(exports.c.seq)
        .limit(bindparam("limit"))
    )


_HAS_DUE: Final = select(or_(*(exists().where(_IN_LANE, kind) for kind in _KINDS)))
_NEXT_DUE: Final = select(func.min(exports.c.due)).where(
    _IN_LANE, or_(_QUEUED, _RETRYING, _UNKNOWN)
)


@frozen
class Due:
    """
    The exports that the owner of a lane may send, or whose outcome it may determine, as one
    transaction sees them.
    """

    connection: Connection

    def rows(self, lane: str, *, now: datetime, limit: int) -> tuple[DueExport, ...]:
        """
        Return the exports of a lane that are due, in the order in which they were created.

        An export that an earlier export of the same order holds back is not due, nor is an awaited
        export, which its transition delivers.

        Args:
            now: The current time.
            limit: The greatest number of exports.
        """
        return _due_query().rows(self.connection, {"lane": lane, "now": now, "limit": limit})

    def has_any(self, lane: str, *, now: datetime) -> bool:
        """
        Whether a lane has exports whose time has come; earlier exports may hold them all back.
        """
        return bool(self.connection.execute(_HAS_DUE, {"lane": lane, "now": now}).scalar_one())

    def next(self, lane: str) -> datetime | None:
        """
        Return when the next export of a lane is due, or `None` if no export has a due time.
        """
        due: datetime | None = self.connection.execute(_NEXT_DUE, {"lane": lane}).scalar_one()
        return due

    def by_order(self, order_ids: Iterable[str], lane: str) -> dict[str, list[Export]]:
        """
        Return the exports of some orders in a lane, by the order's id and in the order in which
        they were created; their orders have an id only.
        """
        names = (exports.c[name] for name in (*EXPORT_COLUMNS, "lane"))
        of_orders = among(self.connection.dialect.name, exports.c.order_id)
        query = select(*names).where(of_orders).order_by(exports.c.seq)
        by_order: dict[str, list[Export]] = defaultdict(list)
        for row in self.connection.execute(query, texts(order_ids)).mappings():
            if row["lane"] != lane:
                continue  # with the lane in the query, some planners would read the whole lane
            by_order[row["order_id"]].append(export_without_content(row))
        return by_order

    def unknown_since(self, export_ids: Iterable[UUID]) -> dict[UUID, datetime]:
        """
        Return since when exports are `unknown`, by id; exports in another state are left out.
        """
        query = select(exports.c.id, exports.c.changed).where(
            among(self.connection.dialect.name, exports.c.id),
            exports.c.state == ExportState.UNKNOWN.value,
        )
        rows = self.connection.execute(query, texts(map(str, export_ids)))
        return {UUID(row.id): row.changed for row in rows}

    def heads(self, order_ids: Iterable[str]) -> dict[str, OrderHead]:
        """
        Return the heads of orders as they are stored now, by the order's id; orders that are not
        stored are left out.
        """
        query = select(orders.c.id, orders.c.order_type, orders.c.status, orders.c.version)
        query = query.where(among(self.connection.dialect.name, orders.c.id))
        rows = self.connection.execute(query, texts(order_ids))
        return {row.id: OrderHead(**row._mapping) for row in rows}  # noqa: SLF001 - SQLAlchemy's name
