"""
The JSON document of a result: what `orderferry run --json` prints for an order.
"""

from __future__ import annotations

from typing import Any

from orderferry.errors import ExporterNotFoundError
from orderferry.exports import Export, failure_document
from orderferry.orders import order_document
from orderferry.workflow._result import StepReport, TransitionResult

__all__ = ["result_document"]


def result_document(result: TransitionResult) -> dict[str, Any]:
    """
    Return a transition's result as a JSON object.

    Args:
        result: The result, whose follow-up runs become separate documents.
    """
    order = order_document(result.order)
    return {
        "orderId": result.order_id,
        "status": result.status,
        "newStatus": result.new_status,
        "outcome": result.outcome.value,
        "cancelled": result.cancelled,
        "steps": [_step(step) for step in result.steps],
        "unrun": list(result.unrun),
        "followed": [result_document(follow_up) for follow_up in result.followed],
        "order": {**order, "errors": order.get("errors", []), "history": order.get("history", [])},
    }


def _step(step: StepReport) -> dict[str, Any]:
    return {
        "name": step.name,
        "outcome": None if step.outcome is None else step.outcome.value,
        "skipped": step.skipped,
        "reason": step.reason,
        "message": step.message,
        "durationMs": step.duration_ms,
        "deferred": step.deferred,
        "exports": [
            *(_export(export) for export in step.exports),
            *(_not_found(error) for error in step.not_found),
        ],
    }


def _export(export: Export) -> dict[str, Any]:
    return {
        "id": str(export.key.id),
        "connector": export.key.connector,
        "connectorId": export.key.connector_id,
        "shipmentId": export.key.shipment_id,
        "state": export.state.value,
        "reason": export.reason,
        "remoteIds": dict(export.remote_ids),
        "attempts": export.attempts,
        "error": failure_document(export.failure),
    }


def _not_found(error: ExporterNotFoundError) -> dict[str, Any]:
    """
    Return a connector without an exporter: no export was created, so it has no id and no state.
    """
    return {
        "id": None,
        "connector": error.connector,
        "connectorId": error.connector_id,
        "shipmentId": None,
        "state": None,
        "reason": error.reason,
        "remoteIds": {},
        "attempts": 0,
        "error": {"type": "ExporterNotFoundError", "message": str(error), "problems": []},
    }
