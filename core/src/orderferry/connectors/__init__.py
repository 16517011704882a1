"""
Connectors: the hooks, and how connector packages are found, loaded, configured and called.

The two names that bring a library with them, `Client` and its kin, live in
`orderferry.connectors.http`; nothing here imports them before they are used.
"""

from orderferry.connectors._configured import InstanceConfig
from orderferry.connectors._connector import (
    HOOK_API,
    Capabilities,
    Connector,
    NoSettings,
    hookimpl,
)
from orderferry.connectors._context import Context, InstanceName, Log, State
from orderferry.connectors._properties import Properties, PropertyValue
from orderferry.connectors._received import Received, Simulator
from orderferry.connectors._results import (
    Absent,
    Acknowledgement,
    CannotTell,
    Document,
    ExportResult,
    ExportState,
    Finding,
    FindingState,
    Found,
    PushedRequest,
    SentExport,
    ShippedLine,
)

__all__ = [
    "HOOK_API",
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
    "InstanceConfig",
    "InstanceName",
    "Log",
    "NoSettings",
    "Properties",
    "PropertyValue",
    "PushedRequest",
    "Received",
    "SentExport",
    "ShippedLine",
    "Simulator",
    "State",
    "hookimpl",
]
