"""
Exports as rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping

from orderferry.connectors import ExportState
from orderferry.exports import Export, ExportKey, Operation, SkipCause
from orderferry.orders import Order, read_kept, write_kept
from orderferry.storage._values import (
    failure_from,
    failure_text,
    origin_from,
    origin_text,
    properties_from,
    properties_text,
    results_from,
    results_text,
)

__all__ = [
    "EXPORT_COLUMNS",
    "bare_export_from",
    "changed_values",
    "content_of",
    "export_from",
    "export_of",
    "key_from",
    "new_values",
    "progress_values",
]


EXPORT_COLUMNS: Final = (
    "id",
    "order_id",
    "shipment_id",
    "connector",
    "connector_id",
    "operation",
    "status",
    "version",
    "generation",
    "properties",
    "origin",
    "created",
    "changed",
    "state",
    "results",
    "failure",
    "attempts",
    "due",
    "requested",
    "settles",
    "unsettled",
    "reason",
    "skip",
)
"""What an export is made of, in this order; the first nine are its id and its key."""


def content_of(order: Order) -> tuple[str, str]:
    """
    An order as an export sends it: the id of that content, and its text.

    Errors and history are ours, and are not sent.
    """
    text = write_kept(order)
    return sha256(text.encode()).hexdigest(), text


def new_values(export: Export, content_id: str, lane: str) -> dict[str, Any]:
    """
    The columns of a new row.

    Args:
        content_id: Of the order as it is sent.
        lane: Where it waits.
    """
    key = export.key
    return {
        "id": key.id_text,
        "order_id": key.order_id,
        "shipment_id": key.shipment_id,
        "connector": key.connector,
        "connector_id": key.connector_id,
        "operation": key.operation.value,
        "status": key.status,
        "version": key.version,
        "generation": key.generation,
        "lane": lane,
        "content_id": content_id,
        "properties": properties_text(export.properties),
        "created": export.created,
        **changed_values(export),
    }


def changed_values(export: Export) -> dict[str, Any]:
    """
    The columns that change in the life of a row.
    """
    return {
        "origin": origin_text(export.origin),
        "run": export.origin.run,
        "position": export.origin.position,
        "deferred": export.origin.deferred,
        **progress_values(export),
    }


def progress_values(export: Export) -> dict[str, Any]:
    """
    The columns that change while a lane has it: all but its origin.
    """
    return {
        "state": export.state.value,
        "due": export.due,
        "results": results_text(export.results),
        "failure": failure_text(export.failure),
        "attempts": export.attempts,
        "changed": export.changed,
        "requested": export.requested,
        "settles": export.settles,
        "unsettled": export.unsettled,
        "reason": export.reason,
        "skip": None if export.skip is None else export.skip.value,
    }


def key_from(row: RowMapping) -> ExportKey:
    """
    The key of a row; its id is known, and not worked out again.
    """
    return _key(*(row[name] for name in _KEY_COLUMNS))


def export_from(row: RowMapping) -> Export:
    """
    The export of a row that was read together with its content (`content`).
    """
    return bare_export_from(row, read_kept(row["content"]))


def bare_export_from(row: RowMapping, order: Order) -> Export:
    """
    The export of a row, with an order that was not read with it.
    """
    return export_of([row[name] for name in EXPORT_COLUMNS], order)


def export_of(
    values: Sequence[Any],
    order: Order,
    moment: Callable[[Any], datetime | None] = lambda value: value,
) -> Export:
    """
    The export of a row's values, with an order that was not read with it.

    Args:
        values: As `EXPORT_COLUMNS` names them.
        moment: Gives the time that a value stands for.
    """
    of_key, (properties, origin, created, changed, *progress) = values[:9], values[9:]
    state, results, failure, attempts, due, requested, settles, unsettled, reason, skip = progress
    made: Export = object.__new__(Export)
    vars(made).update(  # as its `__init__` does, in half of its time
        key=_key(*of_key),
        order=order,
        properties=properties_from(properties),
        origin=origin_from(origin),
        created=moment(created),
        changed=moment(changed),
        state=_STATES[state],
        results=results_from(results),
        failure=failure_from(failure),
        attempts=attempts,
        due=moment(due),
        requested=moment(requested),
        settles=moment(settles),
        unsettled=bool(unsettled),
        reason=reason,
        skip=None if skip is None else SkipCause(skip),
        duration_ms=None,
    )
    return made


_KEY_COLUMNS: Final = EXPORT_COLUMNS[:9]
_STATES: Final = {state.value: state for state in ExportState}
_OPERATIONS: Final = {operation.value: operation for operation in Operation}


def _key(
    text: str,
    order_id: str,
    shipment_id: str | None,
    connector: str,
    connector_id: str,
    operation: str,
    status: str,
    version: str,
    generation: int,
) -> ExportKey:
    key = ExportKey(
        order_id=order_id,
        shipment_id=shipment_id,
        connector=connector,
        connector_id=connector_id,
        operation=_OPERATIONS[operation],
        status=status,
        version=version,
        generation=generation,
    )
    vars(key).update(id=UUID(text), id_text=text)
    return key
