"""
What people and programs are shown: orders, exports and lanes, without loading any connector.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from attrs import field, frozen
from sqlalchemy import ColumnElement, RowMapping, Select, and_, false, func, or_, select

from orderferry.connectors import ExportState, Properties
from orderferry.exports import Export, Operation, SkipCause
from orderferry.orders import Order
from orderferry.storage._rows import key_from
from orderferry.storage._store import Store
from orderferry.storage._tables import errors, exports, orders
from orderferry.storage._values import failure_from, origin_from, results_from

__all__ = [
    "ExportFilter",
    "OrderFilter",
    "OrderSummary",
    "count_exports",
    "count_orders",
    "is_overdue",
    "list_exports",
    "list_orders",
    "without_content",
]


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


@frozen(kw_only=True)
class ExportFilter:
    """
    Which exports are listed; what is not given lets all through.

    Attributes:
        states: Any of these.
        since: Those whose state changed at or after this time.
        overdue_at: Those that at this time are in their state for longer than `age_limits` allow.
        limit: The most that are listed: those made last.
    """

    order_id: str | None = None
    connector: str | None = None
    connector_id: str | None = None
    operation: Operation | None = None
    states: frozenset[ExportState] = frozenset()
    since: datetime | None = None
    overdue_at: datetime | None = None
    age_limits: Mapping[ExportState, float] = field(factory=dict)
    limit: int | None = None


def list_orders(store: Store, wanted: OrderFilter) -> tuple[OrderSummary, ...]:
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
    found = _last(query, (orders.c.saved, orders.c.id), wanted.limit, store)
    return tuple(OrderSummary(**row) for row in found)


def count_orders(store: Store, wanted: OrderFilter) -> int:
    """
    How many orders there are, whatever the limit.
    """
    with store.reading() as batch:
        query = select(func.count()).select_from(orders).where(*_of_orders(wanted))
        return int(batch.connection.execute(query).scalar_one())


def list_exports(store: Store, wanted: ExportFilter) -> tuple[Export, ...]:
    """
    Exports in the order in which they were made; without what they send.
    """
    query = select(exports).where(*_of_exports(wanted))
    found = _last(query, (exports.c.seq,), wanted.limit, store)
    return tuple(without_content(row) for row in found)


def count_exports(store: Store, wanted: ExportFilter) -> int:
    """
    How many exports there are, whatever the limit.
    """
    with store.reading() as batch:
        query = select(func.count()).select_from(exports).where(*_of_exports(wanted))
        return int(batch.connection.execute(query).scalar_one())


def without_content(row: RowMapping) -> Export:
    """
    The export of a row, without what it sends: its order has an id only.
    """
    return Export(
        key=key_from(row),
        order=Order(id=row["order_id"]),
        properties=Properties(),
        origin=origin_from(row["origin"]),
        created=row["created"],
        changed=row["changed"],
        state=ExportState(row["state"]),
        results=results_from(row["results"]),
        failure=failure_from(row["failure"]),
        attempts=row["attempts"],
        due=row["due"],
        requested=row["requested"],
        settles=row["settles"],
        unsettled=row["unsettled"],
        reason=row["reason"],
        skip=None if row["skip"] is None else SkipCause(row["skip"]),
    )


def is_overdue(at: datetime, age_limits: Mapping[ExportState, float]) -> ColumnElement[bool]:
    """
    Whether an export is in its state for longer than it may.

    Args:
        at: The time.
        age_limits: Seconds that a state may last; a state without a limit is never overdue.
    """
    too_old = (
        and_(exports.c.state == state.value, exports.c.changed < at - timedelta(seconds=seconds))
        for state, seconds in age_limits.items()
    )
    return or_(false(), *too_old)


def _of_orders(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    given = {"status": wanted.status, "order_type": wanted.order_type, "market": wanted.market}
    clauses = [orders.c[name] == value for name, value in given.items() if value is not None]
    if wanted.with_errors:
        open_errors = select(errors.c.order_id).where(errors.c.open)
        clauses.append(orders.c.id.in_(open_errors))
    return clauses


def _of_exports(wanted: ExportFilter) -> list[ColumnElement[bool]]:
    given = {
        "order_id": wanted.order_id,
        "connector": wanted.connector,
        "connector_id": wanted.connector_id,
        "operation": wanted.operation,
    }
    clauses = [exports.c[name] == value for name, value in given.items() if value is not None]
    if wanted.states:
        clauses.append(exports.c.state.in_(sorted(wanted.states)))
    if wanted.since is not None:
        clauses.append(exports.c.changed >= wanted.since)
    if wanted.overdue_at is not None:
        clauses.append(is_overdue(wanted.overdue_at, wanted.age_limits))
    return clauses


def _last(
    query: Select[Any], order: tuple[ColumnElement[Any], ...], limit: int | None, store: Store
) -> list[RowMapping]:
    """
    The rows in an order; where there is a limit, the last of them.
    """
    with store.reading() as batch:
        if limit is None:
            return list(batch.connection.execute(query.order_by(*order)).mappings())
        backwards = query.order_by(*(column.desc() for column in order)).limit(limit)
        return list(batch.connection.execute(backwards).mappings())[::-1]
