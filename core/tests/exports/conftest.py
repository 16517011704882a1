"""
Exports of the tests.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve

from orderferry.connectors import ExportState, Properties
from orderferry.exports import Export, ExportKey, Operation, Origin
from orderferry.orders import Order

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

MakeExport = Callable[..., Export]


@pytest.fixture
def make_export() -> MakeExport:
    """
    Make an export of order W1 to sap/main at status New, version 1, by default.
    """

    def make(state: ExportState = ExportState.QUEUED, **fields: Any) -> Export:
        key = ExportKey(
            order_id="W1",
            shipment_id=None,
            connector="sap",
            connector_id="main",
            operation=Operation.EXPORT_ORDER,
            status="New",
            version="1",
        )
        in_key = {name: fields.pop(name) for name in list(fields) if hasattr(key, name)}
        export = Export(
            key=evolve(key, **in_key),
            order=Order(id="W1"),
            properties=Properties(),
            origin=Origin(step="ExportOrder", run="r1"),
            created=NOW,
            changed=NOW,
            state=state,
        )
        return evolve(export, **fields)

    return make
