"""
What people and programs are shown of exports, without loading any connector.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen
from sqlalchemy import ColumnElement, RowMapping, func, select

from orderferry.connectors import ExportState, Properties
from orderferry.exports import Export, Operation, SkipCause
from orderferry.orders import Order
from orderferry.storage._conditions import is_overdue
from orderferry.storage._reading import Reader, last
from orderferry.storage._rows import key_from
from orderferry.storage._tables import exports
from orderferry.storage._values import failure_from, origin_from, results_from

__all__ = ["ExportFilter", "count_exports", "list_exports", "without_content"]


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


def list_exports(store: Reader, wanted: ExportFilter) -> tuple[Export, ...]:
    """
    Exports in the order in which they were made; without what they send.
    """
    query = select(exports).where(*_of_exports(wanted))
    found = last(query, (exports.c.seq,), wanted.limit, store)
    return tuple(without_content(row) for row in found)


def count_exports(store: Reader, wanted: ExportFilter) -> int:
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
