"""
The three targets, replaced by their connectors' own simulators on real sockets.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from orderferry.connectors import Catalogue, Simulator

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = ("erp_sap", "wms_manhattan", "fulfillment_3pl")


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """
    The wheels that tox built for this run, otherwise wheels that are built now.
    """
    built = os.environ.get("ORDERFERRY_WHEELS")
    folder = Path(built) if built else tmp_path_factory.mktemp("wheels")
    if not built:
        command = [sys.executable, str(ROOT / "tools" / "wheels.py"), str(folder)]
        subprocess.run(command, check=True, capture_output=True)
    return sorted(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def simulators() -> Iterator[dict[str, Simulator]]:
    """
    The started simulators of the three connectors, found by their entry points.
    """
    catalogue = Catalogue.installed("orderferry.simulators")
    started: dict[str, Simulator] = {}
    try:
        for name in NAMES:
            simulator = catalogue.find(name).load()()
            simulator.start()
            started[name] = simulator
        yield started
    finally:
        for simulator in started.values():
            simulator.stop()


Configure = Callable[..., Path]


@pytest.fixture(scope="session")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The state directory of the instances, kept for as long as their simulators run.
    """
    return tmp_path_factory.mktemp("state")


@pytest.fixture
def configure(tmp_path: Path, simulators: dict[str, Simulator], memory: Path) -> Configure:
    """
    Write a configuration of the three connectors, and a workflow: `configure(New=[step, ...])`.
    """

    def write(**statuses: list[dict[str, Any]]) -> Path:
        lines = ["[runtime]", f"state_directory = {json.dumps(str(memory))}"]
        for name in NAMES:
            lines += ["[[connector]]", f'name = "{name}"', 'id = "main"', "[connector.settings]"]
            for key, value in simulators[name].settings.items():
                lines.append(f"{key} = {json.dumps(value)}")
        (tmp_path / "orderferry.toml").write_text("\n".join(lines) + "\n")
        order_statuses = [
            {"name": status, "workflowSteps": steps} for status, steps in statuses.items()
        ]
        workflow = {"name": "Online", "orderStatuses": order_statuses}
        (tmp_path / "workflow.json").write_text(json.dumps(workflow))
        return tmp_path / "orderferry.toml"

    return write


def order_document(order_id: str, **fields: Any) -> dict[str, Any]:
    """
    An order that has only an id, lines (code, quantity) and an address.
    """
    return {
        "id": order_id,
        "orderForm": {
            "lineItems": [
                {"lineItemId": "1", "code": "TG11", "quantity": 2},
                {"lineItemId": "2", "code": "TG12", "quantity": 1},
            ]
        },
        "billingAddress": {
            "name": "Buyer 01",
            "line1": "1 Market St",
            "postalCode": "89502",
            "city": "Reno",
            "regionCode": "NV",
            "countryCode": "US",
        },
        **fields,
    }
