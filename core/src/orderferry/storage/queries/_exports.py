"""
Lists of exports, their progress and their details, without loading any connector.
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
from orderferry.storage._reading import Reader, select_last
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
    Which exports are listed; an attribute that is `None` or empty selects all exports.

    Attributes:
        order_id: Only exports of this order.
        connector: Only exports to instances of this connector, by its name.
        connector_id: Only exports to instances with this id.
        operation: Only exports of this operation.
        states: Only exports in one of these states.
        since: Only exports whose state has changed at or after this time.
        overdue_at: Only exports that at this time have been in their state for longer than
            `age_limits` allow.
        age_limits: The seconds that each state may last; a state without a limit is never overdue.
        limit: The greatest number of exports; those that were created last are listed.
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


def list_exports(store: Reader, export_filter: ExportFilter) -> tuple[Export, ...]:
    """
    List exports in the order in which they were created, without their contents: the order of each
    has an id only.
    """
    query = select(exports).where(*_conditions(export_filter))
    rows = select_last(query, (exports.c.seq,), export_filter.limit, store)
    return tuple(_export_without_content(row) for row in rows)


def count_exports(store: Reader, export_filter: ExportFilter) -> int:
    """
    Count the exports that a filter selects, without its limit.
    """
    with store.reading() as batch:
        query = select(func.count()).select_from(exports).where(*_conditions(export_filter))
        return int(batch.connection.execute(query).scalar_one())


def _export_without_content(row: RowMapping) -> Export:
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


def _conditions(export_filter: ExportFilter) -> list[ColumnElement[bool]]:
    values = {
        "order_id": export_filter.order_id,
        "connector": export_filter.connector,
        "connector_id": export_filter.connector_id,
        "operation": export_filter.operation,
    }
    conditions = [exports.c[name] == value for name, value in values.items() if value is not None]
    if export_filter.states:
        conditions.append(exports.c.state.in_(sorted(export_filter.states)))
    if export_filter.since is not None:
        conditions.append(exports.c.changed >= export_filter.since)
    if export_filter.overdue_at is not None:
        conditions.append(is_overdue(export_filter.overdue_at, export_filter.age_limits))
    return conditions


@frozen(kw_only=True)
class AttemptRecord:
    """
    One attempt of an export.

    Attributes:
        number: The number of the attempt, from 1.
        began: When the attempt began, in UTC.
        duration_ms: How long it took, in milliseconds; `None` if that is unknown.
        state: The state of the export after the attempt.
        failure: Why the attempt failed, or `None`.
    """

    number: int
    began: datetime
    duration_ms: int | None
    state: ExportState
    failure: Failure | None


@frozen(kw_only=True)
class DocumentRecord:
    """
    A request with its response, secrets hidden.

    Attributes:
        attempt: The number of the attempt that sent the request.
        request: The request as text.
        response: The response as text, or `None` if none was received.
        fault: Why no response was received, if that is known.
        began: When the request was begun, in UTC.
        duration_ms: How long the exchange took, in milliseconds; `None` if that is unknown.
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
    One export with its attempts, its documents and its history.

    Attributes:
        export: The export.
        attempts: The attempts, oldest first.
        documents: The requests and responses that have not been deleted yet, oldest first.
        history: The events of the order's history that are about the export.
        predecessor: The id of the export that this one repeats, or `None`.
    """

    export: Export
    attempts: tuple[AttemptRecord, ...]
    documents: tuple[DocumentRecord, ...]
    history: tuple[HistoryEvent, ...]
    predecessor: UUID | None


def export_details(store: Store, export_id: UUID) -> ExportDetails | None:
    """
    Return an export with its details, or `None` if there is none with that id.
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


_CHUNK_SIZE = 500


@frozen(kw_only=True)
class ExportProgress:
    """
    How far the delivery of an export is.

    Attributes:
        id: The export's id.
        state: The export's state.
        attempts: The number of attempts that have begun.
        due: When the next attempt may begin, in UTC; `None` if it has no such time.
        lane: The name of the export's lane.
        is_awaited: Whether its transition delivers the export.
        behind_unknown: Whether an earlier export of the order whose outcome is unknown holds the
            export back.
        behind_retrying: Whether an earlier export of the order that is retried holds the export
            back.
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
    Return the progress of exports, by id; exports that do not exist are left out.
    """
    can_wait = exports.c.operation != Operation.ORDER_SAVED
    query = select(
        exports.c.id,
        exports.c.state,
        exports.c.attempts,
        exports.c.due,
        exports.c.lane,
        exports.c.owner.is_not(None).label("is_awaited"),
        and_(can_wait, is_behind([ExportState.UNKNOWN])).label("behind_unknown"),
        and_(can_wait, is_behind([ExportState.RETRYING])).label("behind_retrying"),
    )
    by_id: dict[UUID, ExportProgress] = {}
    with store.reading() as batch:
        for chunk in _chunks(sorted(map(str, export_ids))):
            rows = batch.connection.execute(query.where(exports.c.id.in_(chunk)))
            for row in rows.mappings():
                values = {**row, "id": UUID(row["id"]), "state": ExportState(row["state"])}
                progress = ExportProgress(**values)
                by_id[progress.id] = progress
    return by_id


def _chunks(texts: list[str]) -> Iterable[list[str]]:
    return (texts[start : start + _CHUNK_SIZE] for start in range(0, len(texts), _CHUNK_SIZE))
