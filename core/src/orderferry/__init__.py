"""
orderferry carries orders from an order workflow to the systems that act on them.

The names below are what hosts and connectors use. They are loaded when they are first asked for,
so that `import orderferry` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

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

_ROOMS = {
    "Ferry": "orderferry.runtime",
    "Order": "orderferry.orders",
    "TransitionResult": "orderferry.workflow",
    "read_order": "orderferry.orders",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_ROOMS.get(name, "orderferry.connectors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
