"""
Exports as JSON values.
"""

from __future__ import annotations

from orderferry.connectors import ExportResult, ExportState
from orderferry.errors import Problem
from orderferry.exports import Failure, export_document

from .conftest import NOW, MakeExport


def test_an_export_has_every_name_that_programs_read(make_export: MakeExport) -> None:
    """
    The names are in the documented order, beginning with those that every list shows.
    """
    problem = Problem(line_item_id="1", field="sku", value="X", cause="unknown", remedy="add it")
    export = make_export(
        ExportState.REJECTED,
        shipment_id="S1",
        generation=2,
        attempts=3,
        results=(ExportResult({"order": "R1"}),),
        failure=Failure(type="RejectedError", message="no", problems=(problem,)),
        reason="made again",
        due=NOW,
    )

    assert {
        "id": str(export.key.id),
        "orderId": "W1",
        "shipmentId": "S1",
        "connector": "sap",
        "connectorId": "main",
        "operation": "export_order",
        "state": "rejected",
        "attempts": 3,
        "remoteIds": {"order": "R1"},
        "error": {
            "type": "RejectedError",
            "message": "no",
            "problems": [
                {
                    "lineItemId": "1",
                    "field": "sku",
                    "value": "X",
                    "cause": "unknown",
                    "remedy": "add it",
                    "code": None,
                }
            ],
        },
        "reason": "made again",
        "due": NOW,
        "created": NOW,
        "changed": NOW,
        "generation": 2,
        "status": "New",
        "version": "1",
    } == export_document(export)
    assert export_document(make_export())["error"] is None
