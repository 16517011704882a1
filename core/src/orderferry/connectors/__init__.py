"""
Connectors: the hooks, and how connector packages are found, loaded, configured and called.

The HTTP client that they share has a room of its own, `orderferry.connectors.http`. It, and every
library behind the names below, is imported when it is first used.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

__all__ = [
    "CONNECTOR_GROUP",
    "CORE",
    "GROUP_PREFIX",
    "HOOK_API",
    "Absent",
    "Absentee",
    "Acknowledgement",
    "CannotTell",
    "Capabilities",
    "Catalogue",
    "Connector",
    "Context",
    "Distribution",
    "Document",
    "Entry",
    "Exchange",
    "ExportResult",
    "ExportState",
    "Exporter",
    "FileState",
    "Finding",
    "FindingState",
    "Found",
    "InstanceConfig",
    "InstanceName",
    "Instances",
    "LoadedConnector",
    "Log",
    "MemoryState",
    "NoSettings",
    "Properties",
    "PropertyValue",
    "PushedRequest",
    "Received",
    "Redactor",
    "Secret",
    "SentExport",
    "SettingDoc",
    "ShippedLine",
    "Simulator",
    "State",
    "Timeline",
    "deprecations",
    "hookimpl",
    "installed_distributions",
    "load_connector",
    "resolved",
    "setting_docs",
    "settings_schema",
]

if TYPE_CHECKING:
    from orderferry.connectors._configured import InstanceConfig
    from orderferry.connectors._connector import (
        HOOK_API,
        Capabilities,
        Connector,
        NoSettings,
        hookimpl,
    )
    from orderferry.connectors._context import Context, InstanceName, Log, State
    from orderferry.connectors._deprecations import deprecations
    from orderferry.connectors._discovery import (
        CONNECTOR_GROUP,
        CORE,
        GROUP_PREFIX,
        Catalogue,
        Distribution,
        Entry,
        installed_distributions,
    )
    from orderferry.connectors._export_result import ExportResult
    from orderferry.connectors._export_state import ExportState
    from orderferry.connectors._exporter import Exporter
    from orderferry.connectors._file_state import FileState
    from orderferry.connectors._instances import Instances
    from orderferry.connectors._loading import LoadedConnector, load_connector
    from orderferry.connectors._properties import Properties, PropertyValue
    from orderferry.connectors._received import Received, Simulator
    from orderferry.connectors._redaction import Redactor
    from orderferry.connectors._references import Absentee, resolved
    from orderferry.connectors._results import (
        Absent,
        Acknowledgement,
        CannotTell,
        Document,
        Finding,
        FindingState,
        Found,
        PushedRequest,
        SentExport,
        ShippedLine,
    )
    from orderferry.connectors._schema import settings_schema
    from orderferry.connectors._secret import Secret
    from orderferry.connectors._setting_docs import SettingDoc, setting_docs
    from orderferry.connectors._state import MemoryState
    from orderferry.connectors._timeline import Exchange, Timeline
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_configured": ("InstanceConfig",),
            "_connector": ("HOOK_API", "Capabilities", "Connector", "NoSettings", "hookimpl"),
            "_context": ("Context", "InstanceName", "Log", "State"),
            "_deprecations": ("deprecations",),
            "_discovery": (
                "CONNECTOR_GROUP",
                "CORE",
                "GROUP_PREFIX",
                "Catalogue",
                "Distribution",
                "Entry",
                "installed_distributions",
            ),
            "_export_result": ("ExportResult",),
            "_export_state": ("ExportState",),
            "_exporter": ("Exporter",),
            "_file_state": ("FileState",),
            "_instances": ("Instances",),
            "_loading": ("LoadedConnector", "load_connector"),
            "_properties": ("Properties", "PropertyValue"),
            "_received": ("Received", "Simulator"),
            "_redaction": ("Redactor",),
            "_references": ("Absentee", "resolved"),
            "_results": (
                "Absent",
                "Acknowledgement",
                "CannotTell",
                "Document",
                "Finding",
                "FindingState",
                "Found",
                "PushedRequest",
                "SentExport",
                "ShippedLine",
            ),
            "_schema": ("settings_schema",),
            "_secret": ("Secret",),
            "_setting_docs": ("SettingDoc", "setting_docs"),
            "_state": ("MemoryState",),
            "_timeline": ("Exchange", "Timeline"),
        },
    )
