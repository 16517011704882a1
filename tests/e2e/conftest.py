"""
The three targets, stood in for by their connectors' own simulators, on real sockets.
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
    The wheels of this run of tox, else wheels built now.
    """
    given = os.environ.get("ORDERFERRY_WHEELS")
    folder = Path(given) if given else tmp_path_factory.mktemp("wheels")
    if not given:
        command = [sys.executable, str(ROOT / "tools" / "wheels.py"), str(folder)]
        subprocess.run(command, check=True, capture_output=True)
    return sorted(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def simulators() -> Iterator[dict[str, Simulator]]:
    """
    The registered simulators of the three connectors, started.
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
    Where the instances remember what they must never repeat, for as long as their targets live.
    """
    return tmp_path_factory.mktemp("state")


@pytest.fixture
def configure(tmp_path: Path, simulators: dict[str, Simulator], memory: Path) -> Configure:
    """
    Write a configuration of all three, and a workflow: `configure(New=[step, ...])`.
    """

    def write(**statuses: list[dict[str, Any]]) -> Path:
        lines = ["[runtime]", f"state_directory = {json.dumps(str(memory))}"]
        for name in NAMES:
            lines += ["[[connector]]", f'name = "{name}"', 'id = "main"', "[connector.settings]"]
            for key, value in simulators[name].settings.items():
                lines.append(f"{key} = {json.dumps(value)}")
        (tmp_path / "orderferry.toml").write_text("\n".join(lines) + "\n")
        statuses_of = [{"name": n, "workflowSteps": steps} for n, steps in statuses.items()]
        workflow = {"name": "Online", "orderStatuses": statuses_of}
        (tmp_path / "workflow.json").write_text(json.dumps(workflow))
        return tmp_path / "orderferry.toml"

    return write


def order_document(order_id: str, **fields: Any) -> dict[str, Any]:
    """
    An order with id, lines (code, quantity) and an address, and nothing else.
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
