"""
What the room offers.
"""

from __future__ import annotations

import orderferry.connectors as room


def test_the_public_names_are_these() -> None:
    """
    A name that goes or comes is a decision.
    """
    assert [
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
    ] == room.__all__
