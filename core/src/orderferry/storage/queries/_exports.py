"""
What people and programs are shown of exports, without loading any connector.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from attrs import evolve, field, frozen
from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, select

from orderferry.connectors import ExportState, Properties
from orderferry.exports import Export, Operation, SkipCause
from orderferry.orders import Order
from orderferry.storage._conditions import is_behind, is_overdue
from orderferry.storage._reading import Reader, last
from orderferry.storage._rows import key_from
from orderferry.storage._tables import attempts, documents, exports
from orderferry.storage._values import failure_from, origin_from, results_from

if TYPE_CHECKING:
    from orderferry.exports import Failure
    from orderferry.orders import HistoryEvent
    from orderferry.storage._store import Store

__all__ = [
    "AttemptRecord",
    "DocumentRecord",
    "ExportDetails",
    "ExportFilter",
    "ExportProgress",
    "count_exports",
    "export_details",
    "list_exports",
    "read_progress",
]


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


@frozen(kw_only=True)
class AttemptRecord:
    """
    One attempt of an export.

    Attributes:
        number: Which attempt it was, from 1.
        state: What it led to.
        failure: Why it failed.
    """

    number: int
    began: datetime
    duration_ms: int | None
    state: ExportState
    failure: Failure | None


@frozen(kw_only=True)
class DocumentRecord:
    """
    A request, and its answer where one came, with secrets hidden.

    Attributes:
        attempt: The attempt that it belongs to.
        fault: Why there is no answer, where that is known.
    """

    attempt: int
    request: str
    response: str | None
    fault: str | None
    began: datetime
    duration_ms: int | None


@frozen(kw_only=True)
class ExportDetails:
    """
    One export, and how it came to be as it is.

    Attributes:
        documents: Requests and answers, as far as they are kept.
        history: The events of it in its order's history.
        predecessor: The export that it repeats.
    """

    export: Export
    attempts: tuple[AttemptRecord, ...]
    documents: tuple[DocumentRecord, ...]
    history: tuple[HistoryEvent, ...]
    predecessor: UUID | None


def export_details(store: Store, export_id: UUID) -> ExportDetails | None:
    """
    All that is known of an export, or `None` where there is none of that id.
    """
    with store.reading() as batch:
        export = batch.ledger.find(export_id)
        if export is None:
            return None
        stored = batch.orders.read(export.key.order_id)
        history = () if stored is None else stored.order.history
        key = export.key
        return ExportDetails(
            export=export,
            attempts=_attempts(batch.connection, export_id),
            documents=_documents(batch.connection, export_id),
            history=tuple(event for event in history if event.export_id == str(export_id)),
            predecessor=evolve(key, generation=key.generation - 1).id if key.generation else None,
        )


def _attempts(connection: Connection, export_id: UUID) -> tuple[AttemptRecord, ...]:
    columns = [attempts.c[name] for name in ("number", "began", "duration_ms", "state", "failure")]
    query = select(*columns).where(attempts.c.export_id == str(export_id)).order_by(attempts.c.seq)
    return tuple(
        AttemptRecord(
            **{
                **row,
                "state": ExportState(row["state"]),
                "failure": failure_from(row["failure"]),
            }
        )
        for row in connection.execute(query).mappings()
    )


def _documents(connection: Connection, export_id: UUID) -> tuple[DocumentRecord, ...]:
    names = ("attempt", "request", "response", "fault", "began", "duration_ms")
    query = (
        select(*(documents.c[name] for name in names))
        .where(documents.c.export_id == str(export_id))
        .order_by(documents.c.seq)
    )
    return tuple(DocumentRecord(**row) for row in connection.execute(query).mappings())


_AT_ONCE = 500


@frozen(kw_only=True)
class ExportProgress:
    """
    How an export stands.

    Attributes:
        due: When its next attempt may begin.
        lane: The lane that it is in.
        is_awaited: Whether a transition delivers it itself.
        behind_unknown: An earlier one of the order, of unknown outcome, holds it back.
        behind_retrying: An earlier one of the order, that is tried again later, holds it back.
    """

    id: UUID
    state: ExportState
    attempts: int
    due: datetime | None
    lane: str
    is_awaited: bool
    behind_unknown: bool
    behind_retrying: bool


def read_progress(store: Reader, export_ids: Iterable[UUID]) -> Mapping[UUID, ExportProgress]:
    """
    How exports stand, by id; those that are not there are left out.
    """
    waits = exports.c.operation != Operation.ORDER_SAVED
    query = select(
        exports.c.id,
        exports.c.state,
        exports.c.attempts,
        exports.c.due,
        exports.c.lane,
        exports.c.owner.is_not(None).label("is_awaited"),
        and_(waits, is_behind([ExportState.UNKNOWN])).label("behind_unknown"),
        and_(waits, is_behind([ExportState.RETRYING])).label("behind_retrying"),
    )
    found: dict[UUID, ExportProgress] = {}
    with store.reading() as batch:
        for some in _chunks(sorted(map(str, export_ids))):
            rows = batch.connection.execute(query.where(exports.c.id.in_(some)))
            for row in rows.mappings():
                given = {**row, "id": UUID(row["id"]), "state": ExportState(row["state"])}
                standing = ExportProgress(**given)
                found[standing.id] = standing
    return found


def _chunks(texts: list[str]) -> Iterable[list[str]]:
    return (texts[start : start + _AT_ONCE] for start in range(0, len(texts), _AT_ONCE))
