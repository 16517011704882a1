"""
What people and programs are shown of orders, without reading any of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from attrs import frozen
from sqlalchemy import ColumnElement, func, select

from orderferry.storage._reading import Reader, Reading, last
from orderferry.storage._tables import errors, orders, transitions

__all__ = ["OrderFilter", "OrderSummary", "count_orders", "list_orders", "order_ids_at", "was_run"]


@frozen(kw_only=True)
class OrderFilter:
    """
    Which orders are listed; what is not given lets all through.

    Attributes:
        with_errors: Only those with open errors.
        limit: The most that are listed: those saved last.
    """

    status: str | None = None
    order_type: str | None = None
    market: str | None = None
    with_errors: bool = False
    limit: int | None = None


@frozen(kw_only=True)
class OrderSummary:
    """
    An order in a list.

    Attributes:
        open_errors: How many errors are open on it.
        saved: When it last came in.
    """

    id: str
    order_type: str | None
    status: str | None
    market: str | None
    version: str | None
    open_errors: int
    saved: datetime


def list_orders(store: Reader, wanted: OrderFilter) -> tuple[OrderSummary, ...]:
    """
    Orders, those that were saved first at the top.
    """
    opened = (
        select(func.count())
        .where(errors.c.order_id == orders.c.id, errors.c.open)
        .scalar_subquery()
    )
    columns = [orders.c[name] for name in ("id", "order_type", "status", "market", "version")]
    query = select(*columns, orders.c.saved, opened.label("open_errors"))
    query = query.where(*_of_orders(wanted))
    found = last(query, (orders.c.saved, orders.c.id), wanted.limit, store)
    return tuple(OrderSummary(**row) for row in found)


def count_orders(store: Reader, wanted: OrderFilter) -> int:
    """
    How many orders there are, whatever the limit.
    """
    with store.reading() as batch:
        query = select(func.count()).select_from(orders).where(*_of_orders(wanted))
        return int(batch.connection.execute(query).scalar_one())


def _of_orders(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    given = {"status": wanted.status, "order_type": wanted.order_type, "market": wanted.market}
    clauses = [orders.c[name] == value for name, value in given.items() if value is not None]
    if wanted.with_errors:
        open_errors = select(errors.c.order_id).where(errors.c.open)
        clauses.append(orders.c.id.in_(open_errors))
    return clauses


_AT_ONCE = 500


def order_ids_at(store: Reader, statuses: Collection[str]) -> Iterator[str]:
    """
    The ids of all orders at some statuses, in the order of the ids.
    """
    last = ""
    while True:
        query = (
            select(orders.c.id)
            .where(orders.c.status.in_(sorted(statuses)), orders.c.id > last)
            .order_by(orders.c.id)
            .limit(_AT_ONCE)
        )
        with store.reading() as batch:
            found = batch.connection.execute(query).scalars().all()
        yield from found
        if len(found) < _AT_ONCE:
            return
        last = found[-1]


def was_run(reading: Reading, order_id: str, status: str) -> bool:
    """
    Whether the workflow of a status was ever run for an order.
    """
    query = (
        select(transitions.c.run)
        .where(transitions.c.order_id == order_id, transitions.c.status == status)
        .limit(1)
    )
    return reading.connection.execute(query).first() is not None
