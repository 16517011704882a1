"""
Exports for the tests of decisions.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve

from orderferry.connectors import ExportState, Properties
from orderferry.exports import Backoff, Export, ExportKey, Operation, Origin
from orderferry.orders import Order

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""When the exports were created."""

LONGEST = Backoff(first=1.0, factor=2.0, most=300.0, chance=lambda: 1.0)
"""Waits without jitter: always the longest."""


def after(seconds: float) -> datetime:
    """
    Return the time so many seconds after the exports were created.
    """
    return NOW + timedelta(seconds=seconds)


def export(state: ExportState = ExportState.SENDING, **fields: Any) -> Export:
    """
    Return an export of order W1 to sap/main at status New, in its first attempt by default.
    """
    key = ExportKey(
        order_id="W1",
        shipment_id=None,
        connector="sap",
        connector_id="main",
        operation=Operation.EXPORT_ORDER,
        status="New",
        version="1",
    )
    default = Export(
        key=key,
        order=Order(id="W1"),
        properties=Properties(),
        origin=Origin(step="ExportOrder", run="r1", deferred=True),
        created=NOW,
        changed=NOW,
        state=state,
        attempts=1,
    )
    return evolve(default, **fields)
