"""
orderferry exports orders from a workflow to ERP, WMS and 3PL systems.

These are the names that hosts and connectors use. Each is imported on first access, so that
`import orderferry` itself imports almost nothing.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

__all__ = [
    "Absent",
    "Acknowledgement",
    "CannotTell",
    "Capabilities",
    "Connector",
    "Context",
    "Document",
    "ExportResult",
    "ExportState",
    "Ferry",
    "Finding",
    "FindingState",
    "Found",
    "Order",
    "Properties",
    "PushedRequest",
    "Secret",
    "SentExport",
    "ShippedLine",
    "TransitionResult",
    "hookimpl",
    "read_order",
]

if TYPE_CHECKING:
    from orderferry.connectors import (
        Absent,
        Acknowledgement,
        CannotTell,
        Capabilities,
        Connector,
        Context,
        Document,
        ExportResult,
        ExportState,
        Finding,
        FindingState,
        Found,
        Properties,
        PushedRequest,
        Secret,
        SentExport,
        ShippedLine,
        hookimpl,
    )
    from orderferry.orders import Order, read_order
    from orderferry.runtime import Ferry
    from orderferry.workflow import TransitionResult
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "orderferry.connectors": (
                "Absent",
                "Acknowledgement",
                "CannotTell",
                "Capabilities",
                "Connector",
                "Context",
                "Document",
                "ExportResult",
                "ExportState",
                "Finding",
                "FindingState",
                "Found",
                "Properties",
                "PushedRequest",
                "Secret",
                "SentExport",
                "ShippedLine",
                "hookimpl",
            ),
            "orderferry.orders": ("Order", "read_order"),
            "orderferry.runtime": ("Ferry",),
            "orderferry.workflow": ("TransitionResult",),
        },
    )
