"""
One order from its workflow to three systems, over real sockets, through real entry points.
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
    An id that no other test has sent to the simulators.
    """
    return f"W{uuid4().hex[:8]}"


def received(simulators: dict[str, Simulator], order_id: str) -> dict[str, list[str]]:
    """
    The remote ids under which each system has the order.
    """
    return {
        name: [each.remote_id for each in simulator.received() if each.order_id == order_id]
        for name, simulator in simulators.items()
    }


def test_a_minimal_order_reaches_all_three(
    configure: Configure, simulators: dict[str, Simulator], order_id: str
) -> None:
    """
    Id, lines and an address suffice; what else a target needs has a default.
    """
    order = read_order(json.dumps(order_document(order_id)))

    with Ferry.from_config(configure(New=[STEP])) as ferry:
        result = ferry.transition(order, "New")

    assert Outcome.SUCCESS is result.outcome, result.steps[0].message
    assert [ExportState.ACCEPTED] * 3 == [export.state for export in result.steps[0].exports]
    there = received(simulators, order_id)
    assert [1, 1, 1] == [len(there[name]) for name in NAMES]


def test_the_same_through_the_command_line_in_a_process_of_its_own(
    configure: Configure, simulators: dict[str, Simulator], order_id: str, tmp_path: Path
) -> None:
    """
    The JSON on standard output pipes; the exit code is 0.
    """
    path = tmp_path / "order.json"
    path.write_text(json.dumps(order_document(order_id)))

    done = subprocess.run(
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

    assert 0 == done.returncode, done.stderr
    (document,) = json.loads(done.stdout)
    ids = {each["connector"]: each["remoteIds"] for each in document["steps"][0]["exports"]}
    there = received(simulators, order_id)
    assert all(there[name][0] in ids[name].values() for name in NAMES)


def test_one_system_refusing_leaves_the_others_their_order(
    configure: Configure, simulators: dict[str, Simulator]
) -> None:
    """
    A 36-character order number is too long for SAP alone.
    """
    order_id = f"W{uuid4().hex}xyz"
    order = read_order(json.dumps(order_document(order_id)))
    steps = [{**STEP, "Connector": ["erp_sap", "wms_manhattan"]}]

    with Ferry.from_config(configure(New=steps)) as ferry:
        result = ferry.transition(order, "New")

    sap, wms = result.steps[0].exports
    assert (ExportState.REJECTED, ExportState.ACCEPTED) == (sap.state, wms.state)
    assert all(w in result.steps[0].message for w in ("PurchaseOrderByCustomer", order_id, "35"))
    assert ([], 1) == (
        received(simulators, order_id)["erp_sap"],
        len(received(simulators, order_id)["wms_manhattan"]),
    )


def test_an_order_of_two_shipments_is_split_where_the_target_wants_it(
    configure: Configure, simulators: dict[str, Simulator], order_id: str
) -> None:
    """
    One document a shipment for warehouse and 3PL, one sales order for the ERP.
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
    there = received(simulators, order_id)
    assert [1, 2, 2] == [len(there[name]) for name in NAMES]


def test_running_one_connector_imports_no_other(
    tmp_path: Path, simulators: dict[str, Simulator]
) -> None:
    """
    Three are installed; one is configured.
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

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )

    outcome, modules = json.loads(done.stdout)
    assert "Success" == outcome
    assert {"orderferry_wms_manhattan"} == {module.split(".")[0] for module in modules}
