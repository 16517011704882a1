"""
Exports as JSON objects, for programs.
"""

from __future__ import annotations

from typing import Any

from orderferry.exports._export import Export, Failure

__all__ = ["export_document", "failure_document"]


def export_document(export: Export) -> dict[str, Any]:
    """
    An export as a JSON object, without the order that it sends; times are datetimes.
    """
    key = export.key
    return {
        "id": str(key.id),
        "orderId": key.order_id,
        "shipmentId": key.shipment_id,
        "connector": key.connector,
        "connectorId": key.connector_id,
        "operation": key.operation.value,
        "state": export.state.value,
        "attempts": export.attempts,
        "remoteIds": dict(export.remote_ids),
        "error": failure_document(export.failure),
        "reason": export.reason,
        "due": export.due,
        "created": export.created,
        "changed": export.changed,
        "generation": key.generation,
        "status": key.status,
        "version": key.version,
    }


def failure_document(failure: Failure | None) -> dict[str, Any] | None:
    """
    Why an export failed as a JSON object, or `None` if it did not.
    """
    if failure is None:
        return None
    return {
        "type": failure.type,
        "message": failure.message,
        "problems": [
            {
                "lineItemId": problem.line_item_id,
                "field": problem.field,
                "value": problem.value,
                "cause": problem.cause,
                "remedy": problem.remedy,
                "code": problem.code,
            }
            for problem in failure.problems
        ],
    }
