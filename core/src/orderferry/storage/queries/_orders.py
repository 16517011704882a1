"""
Lists of orders, from their columns, without decoding their documents.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from attrs import frozen
from sqlalchemy import ColumnElement, func, select

from orderferry.storage._reading import Reader, Reading, select_last
from orderferry.storage._tables import errors, orders, transitions

__all__ = ["OrderFilter", "OrderSummary", "count_orders", "list_orders", "order_ids_at", "was_run"]


@frozen(kw_only=True)
class OrderFilter:
    """
    Which orders are listed; an attribute that is `None` selects all orders.

    Attributes:
        status: Only orders with this status.
        order_type: Only orders of this type.
        market: Only orders of this market, by its id.
        with_errors: Only orders with open errors.
        limit: The greatest number of orders; those that were saved last are listed.
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
        id: The order's id.
        order_type: The order's type, or `None`.
        status: The order's status, or `None`.
        market: The id of the order's market, or `None`.
        version: The order's version as text, or `None`.
        open_errors: The number of open errors.
        saved: When the order was received last, in UTC.
    """

    id: str
    order_type: str | None
    status: str | None
    market: str | None
    version: str | None
    open_errors: int
    saved: datetime


def list_orders(store: Reader, order_filter: OrderFilter) -> tuple[OrderSummary, ...]:
    """
    List orders, sorted by the time at which they were saved.
    """
    open_errors = (
        select(func.count())
        .where(errors.c.order_id == orders.c.id, errors.c.open)
        .scalar_subquery()
    )
    columns = [orders.c[name] for name in ("id", "order_type", "status", "market", "version")]
    query = select(*columns, orders.c.saved, open_errors.label("open_errors"))
    query = query.where(*_conditions(order_filter))
    rows = select_last(query, (orders.c.saved, orders.c.id), order_filter.limit, store)
    return tuple(OrderSummary(**row) for row in rows)


def count_orders(store: Reader, order_filter: OrderFilter) -> int:
    """
    Count the orders that a filter selects, without its limit.
    """
    with store.reading() as batch:
        query = select(func.count()).select_from(orders).where(*_conditions(order_filter))
        return int(batch.connection.execute(query).scalar_one())


def _conditions(order_filter: OrderFilter) -> list[ColumnElement[bool]]:
    values = {
        "status": order_filter.status,
        "order_type": order_filter.order_type,
        "market": order_filter.market,
    }
    conditions = [orders.c[name] == value for name, value in values.items() if value is not None]
    if order_filter.with_errors:
        open_errors = select(errors.c.order_id).where(errors.c.open)
        conditions.append(orders.c.id.in_(open_errors))
    return conditions


_CHUNK_SIZE = 500


def order_ids_at(store: Reader, statuses: Collection[str]) -> Iterator[str]:
    """
    Return the ids of all orders that have one of some statuses, sorted.
    """
    last = ""
    while True:
        query = (
            select(orders.c.id)
            .where(orders.c.status.in_(sorted(statuses)), orders.c.id > last)
            .order_by(orders.c.id)
            .limit(_CHUNK_SIZE)
        )
        with store.reading() as batch:
            order_ids = batch.connection.execute(query).scalars().all()
        yield from order_ids
        if len(order_ids) < _CHUNK_SIZE:
            return
        last = order_ids[-1]


def was_run(reading: Reading, order_id: str, status: str) -> bool:
    """
    Whether the workflow of a status has ever run, or is to be run, for an order.
    """
    query = (
        select(transitions.c.run)
        .where(transitions.c.order_id == order_id, transitions.c.status == status)
        .limit(1)
    )
    return reading.connection.execute(query).first() is not None
