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
        "HOOK_API",
        "Absent",
        "Absentee",
        "Acknowledgement",
        "Brought",
        "CannotTell",
        "Capabilities",
        "Catalogue",
        "Connector",
        "Context",
        "Diagnosis",
        "Document",
        "Entry",
        "Examined",
        "Exchange",
        "ExportResult",
        "ExportState",
        "Exporter",
        "Extra",
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
        "diagnose",
        "hookimpl",
        "load_connector",
        "resolved",
        "setting_docs",
        "settings_schema",
    ] == room.__all__
