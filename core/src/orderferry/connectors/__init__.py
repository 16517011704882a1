"""
Connectors: their hooks, and how connector packages are found, loaded, configured and called.

Their shared HTTP client is `orderferry.connectors.http`. The client, and every library that the
names below need, is imported when it is first used.
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
    from orderferry.connectors._connector import (
        HOOK_API,
        Capabilities,
        Connector,
        NoSettings,
        hookimpl,
    )
    from orderferry.connectors._redaction import Redactor
    from orderferry.connectors._secret import Secret
    from orderferry.connectors._timeline import Exchange, Timeline
    from orderferry.connectors.instances._exporter import Exporter
    from orderferry.connectors.instances._instances import Instances
    from orderferry.connectors.instances._state import FileState, MemoryState
    from orderferry.connectors.loading._discovery import (
        CONNECTOR_GROUP,
        CORE,
        GROUP_PREFIX,
        Catalogue,
        Distribution,
        Entry,
        installed_distributions,
    )
    from orderferry.connectors.loading._hook_caller import deprecations
    from orderferry.connectors.loading._loading import LoadedConnector, load_connector
    from orderferry.connectors.settings._docs import SettingDoc, setting_docs, settings_schema
    from orderferry.connectors.settings._read import Absentee, InstanceConfig, resolved
    from orderferry.connectors.spec._context import Context, InstanceName, Log, State
    from orderferry.connectors.spec._properties import Properties, PropertyValue
    from orderferry.connectors.spec._results import (
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
    from orderferry.connectors.spec._simulator import Received, Simulator
    from orderferry.export_result import ExportResult, ExportState
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_connector": ("HOOK_API", "Capabilities", "Connector", "NoSettings", "hookimpl"),
            "_redaction": ("Redactor",),
            "_secret": ("Secret",),
            "_timeline": ("Exchange", "Timeline"),
            "orderferry.connectors.instances._exporter": ("Exporter",),
            "orderferry.connectors.instances._instances": ("Instances",),
            "orderferry.connectors.instances._state": ("FileState", "MemoryState"),
            "orderferry.connectors.loading._discovery": (
                "CONNECTOR_GROUP",
                "CORE",
                "GROUP_PREFIX",
                "Catalogue",
                "Distribution",
                "Entry",
                "installed_distributions",
            ),
            "orderferry.connectors.loading._hook_caller": ("deprecations",),
            "orderferry.connectors.loading._loading": ("LoadedConnector", "load_connector"),
            "orderferry.connectors.settings._docs": (
                "SettingDoc",
                "setting_docs",
                "settings_schema",
            ),
            "orderferry.connectors.settings._read": ("Absentee", "InstanceConfig", "resolved"),
            "orderferry.connectors.spec._context": ("Context", "InstanceName", "Log", "State"),
            "orderferry.connectors.spec._properties": ("Properties", "PropertyValue"),
            "orderferry.connectors.spec._results": (
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
            "orderferry.connectors.spec._simulator": ("Received", "Simulator"),
            "orderferry.export_result": ("ExportResult", "ExportState"),
        },
    )
