"""
Configurations that bring a database, the target and a workflow together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Steps = list[dict[str, Any]]


def write_configuration(
    folder: Path,
    database: str,
    target: str,
    connectors: Mapping[str, Mapping[str, Any]],
    *,
    lease: float = 1.0,
    **order_types: dict[str, Steps],
) -> Path:
    """
    Write `orderferry.toml` and `workflow.json`; gives the first one's path.

    Args:
        database: Its URL.
        target: Its URL.
        connectors: An instance `main` of each, with its flow control.
        order_types: Their statuses, each with its steps.
    """
    lines = [
        "[runtime]",
        f'database = "{database}"',
        f"lease_seconds = {lease}",
        "inline_deadline_seconds = 2.0",
    ]
    for name, flow in connectors.items():
        lines += ["[[connector]]", f'name = "{name}"', 'id = "main"']
        lines += ["[connector.settings]", f'base_url = "{target}"', "[connector.flow]"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in flow.items()]
    (folder / "orderferry.toml").write_text("\n".join(lines) + "\n")
    document = [
        {
            "name": order_type,
            "orderStatuses": [
                {"name": status, "workflowSteps": steps} for status, steps in statuses.items()
            ],
        }
        for order_type, statuses in order_types.items()
    ]
    (folder / "workflow.json").write_text(json.dumps(document))
    return folder / "orderferry.toml"


def export_to(connector: str | list[str], **fields: Any) -> dict[str, Any]:
    """
    An ExportOrder step.
    """
    return {"name": "ExportOrder", "active": True, "Connector": connector, **fields}


def saved(connector: str | list[str], **fields: Any) -> dict[str, Any]:
    """
    An ExportOrder step that runs after the order is saved.
    """
    return export_to(connector, RunAfterOrderIsSaved=True, **fields)
