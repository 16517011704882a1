"""
All that is known of one export: its attempts, what was said, and what happened to it.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from attrs import evolve, frozen
from sqlalchemy import Connection, select

from orderferry.connectors import ExportState
from orderferry.exports import Export, Failure
from orderferry.orders import HistoryEvent
from orderferry.storage._store import Store
from orderferry.storage._tables import attempts, documents
from orderferry.storage._values import failure_from

__all__ = ["AttemptRecord", "DocumentRecord", "ExportDetails", "export_details"]


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
