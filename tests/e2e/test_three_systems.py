"""
One order goes from its workflow to three systems, over real sockets and entry points.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from orderferry import Ferry, read_order
from orderferry.connectors import ExportState, Simulator
from orderferry.steps import Outcome

from .conftest import NAMES, Configure, order_document

STEP = {"name": "ExportOrder", "active": True, "Connector": list(NAMES)}


@pytest.fixture
def order_id() -> str:
    """
    An order id that no other test sends to the simulators.
    """
    return f"W{uuid4().hex[:8]}"


def received(simulators: dict[str, Simulator], order_id: str) -> dict[str, list[str]]:
    """
    The remote ids of an order in each system.
    """
    return {
        name: [order.remote_id for order in simulator.received() if order.order_id == order_id]
        for name, simulator in simulators.items()
    }


def test_a_minimal_order_reaches_all_three(
    configure: Configure, simulators: dict[str, Simulator], order_id: str
) -> None:
    """
    An order with an id, lines and an address is accepted by every target; the rest has defaults.
    """
    order = read_order(json.dumps(order_document(order_id)))

    with Ferry.from_config(configure(New=[STEP])) as ferry:
        result = ferry.transition(order, "New")

    assert Outcome.SUCCESS is result.outcome, result.steps[0].message
    assert [ExportState.ACCEPTED] * 3 == [export.state for export in result.steps[0].exports]
    remote_ids = received(simulators, order_id)
    assert [1, 1, 1] == [len(remote_ids[name]) for name in NAMES]


def test_the_command_line_reports_what_the_simulators_received(
    configure: Configure, simulators: dict[str, Simulator], order_id: str, tmp_path: Path
) -> None:
    """
    `orderferry run --json` prints the remote ids that the targets assigned, and exits with 0.
    """
    path = tmp_path / "order.json"
    path.write_text(json.dumps(order_document(order_id)))

    process = subprocess.run(
        [
            sys.executable,
            "-m",
            "orderferry",
            "run",
            "--config",
            configure(New=[STEP]),
            "--status",
            "New",
            "--json",
            path,
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert 0 == process.returncode, process.stderr
    (document,) = json.loads(process.stdout)
    ids = {export["connector"]: export["remoteIds"] for export in document["steps"][0]["exports"]}
    remote_ids = received(simulators, order_id)
    assert all(remote_ids[name][0] in ids[name].values() for name in NAMES)


def test_a_rejection_by_one_system_does_not_affect_the_other(
    configure: Configure, simulators: dict[str, Simulator]
) -> None:
    """
    An order number of 36 characters is rejected for SAP alone, and the warehouse gets the order.
    """
    order_id = f"W{uuid4().hex}xyz"
    order = read_order(json.dumps(order_document(order_id)))
    steps = [{**STEP, "Connector": ["erp_sap", "wms_manhattan"]}]

    with Ferry.from_config(configure(New=steps)) as ferry:
        result = ferry.transition(order, "New")

    sap, wms = result.steps[0].exports
    assert ExportState.REJECTED is sap.state
    assert ExportState.ACCEPTED is wms.state
    for word in ("PurchaseOrderByCustomer", order_id, "35"):
        assert word in result.steps[0].message
    remote_ids = received(simulators, order_id)
    assert [] == remote_ids["erp_sap"]
    assert 1 == len(remote_ids["wms_manhattan"])


def test_an_order_of_two_shipments_is_split_for_targets_that_need_it(
    configure: Configure, simulators: dict[str, Simulator], order_id: str
) -> None:
    """
    The warehouse and the 3PL get one document per shipment, the ERP gets one sales order.
    """
    document = order_document(order_id)
    lines = document["orderForm"].pop("lineItems")
    document["orderForm"]["shipments"] = [
        {"shipmentId": f"S{n}", "lineItems": [line], "address": document["billingAddress"]}
        for n, line in enumerate(lines, 1)
    ]

    with Ferry.from_config(configure(New=[STEP])) as ferry:
        result = ferry.transition(read_order(json.dumps(document)), "New")

    assert Outcome.SUCCESS is result.outcome, result.steps[0].message
    sap, wms, threepl = result.steps[0].exports
    assert [1, 2, 2] == [len(export.results) for export in (sap, wms, threepl)]
    assert ["S1", "S2"] == [part.shipment_id for part in wms.results]
    remote_ids = received(simulators, order_id)
    assert [1, 2, 2] == [len(remote_ids[name]) for name in NAMES]


def test_running_one_connector_imports_no_other(
    tmp_path: Path, simulators: dict[str, Simulator]
) -> None:
    """
    A process with one configured connector does not import the two others that are installed.
    """
    settings = simulators["wms_manhattan"].settings
    lines = ["[[connector]]", 'name = "wms_manhattan"', "[connector.settings]"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    (tmp_path / "orderferry.toml").write_text("\n".join(lines))
    step = {"name": "ExportOrder", "active": True, "Connector": "wms_manhattan"}
    workflow = {"name": "Online", "orderStatuses": [{"name": "New", "workflowSteps": [step]}]}
    (tmp_path / "workflow.json").write_text(json.dumps(workflow))
    program = f"""
import json, sys
from orderferry import Ferry, read_order
with Ferry.from_config({str(tmp_path / "orderferry.toml")!r}) as ferry:
    result = ferry.transition(read_order({json.dumps(order_document("W-alone"))!r}), "New")
print(json.dumps([result.outcome, sorted(m for m in sys.modules if m.startswith("orderferry_"))]))
"""

    process = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )

    outcome, modules = json.loads(process.stdout)
    assert "Success" == outcome
    assert {"orderferry_wms_manhattan"} == {module.split(".")[0] for module in modules}
