"""
Due exports as a lane reads them: many at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Self

import msgspec
from attrs import frozen
from sqlalchemy import Connection, Select, func, select

from orderferry.exports import Export
from orderferry.orders import Order
from orderferry.storage._rows import export_of

__all__ = ["NOT_READ", "DueExport", "DueQuery", "OrderHead"]

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
        for text, contents in connection.execute(self.packed, values):
            rows += zip(_decode(text), contents.split(_BETWEEN), strict=True)
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
