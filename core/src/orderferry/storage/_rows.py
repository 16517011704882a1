"""
Exports as rows of the database, in both directions.
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
from orderferry.orders import Order, read_stored, write_stored
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
    "changed_values",
    "content_of",
    "export_from",
    "export_of",
    "export_without_content",
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
"""The columns of an export, in this order; the first nine are its id and its key."""


def content_of(order: Order) -> tuple[str, str]:
    """
    Return the content of an export: the content's id, and the order as text.

    The order's errors and history are orderferry's own, and are not sent.
    """
    text = write_stored(order)
    return sha256(text.encode()).hexdigest(), text


def new_values(export: Export, content_id: str, lane: str) -> dict[str, Any]:
    """
    Return the values of a new row.

    Args:
        content_id: The id of the order's content.
        lane: The name of the lane in which the export waits.
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
    Return the values that change during the life of a row.
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
    Return the values that a lane changes: all of `changed_values` but the origin.
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
    Return the export key of a row; its id is read from the row, not computed.
    """
    return _key(*(row[name] for name in _KEY_COLUMNS))


def export_from(row: RowMapping) -> Export:
    """
    Return the export of a row that was read together with its content (the column `content`).
    """
    return export_of([row[name] for name in EXPORT_COLUMNS], read_stored(row["content"]))


def export_without_content(row: RowMapping) -> Export:
    """
    Return the export of a row without its content: its order has an id only.
    """
    return export_of([row[name] for name in EXPORT_COLUMNS], Order(id=row["order_id"]))


def export_of(
    values: Sequence[Any],
    order: Order,
    parse_moment: Callable[[Any], datetime | None] = lambda value: value,
) -> Export:
    """
    Return the export of a row's values, with an order from elsewhere.

    Args:
        values: The values of `EXPORT_COLUMNS`.
        order: The order that the export sends, or a placeholder.
        parse_moment: Converts the value of a column that is a time.
    """
    key_values, (properties, origin, created, changed, *progress) = values[:9], values[9:]
    state, results, failure, attempts, due, requested, settles, unsettled, reason, skip = progress
    export: Export = object.__new__(Export)
    vars(export).update(  # like `__init__`, in half the time
        key=_key(*key_values),
        order=order,
        properties=properties_from(properties),
        origin=origin_from(origin),
        created=parse_moment(created),
        changed=parse_moment(changed),
        state=_STATES[state],
        results=results_from(results),
        failure=failure_from(failure),
        attempts=attempts,
        due=parse_moment(due),
        requested=parse_moment(requested),
        settles=parse_moment(settles),
        unsettled=bool(unsettled),
        reason=reason,
        skip=None if skip is None else SkipCause(skip),
        duration_ms=None,
    )
    return export


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
