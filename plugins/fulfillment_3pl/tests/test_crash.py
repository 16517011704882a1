"""
A process that crashes during an export, and the attempt after it.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from orderferry import Absent, Found
from orderferry.connectors import FileState
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

from .conftest import LoadInstance, MakeOrder

PROGRAM = """
import json, os, sys
from decimal import Decimal
from pathlib import Path

from attrs import frozen
from orderferry.connectors import FileState
from orderferry.orders import Address, LineItem, Order, OrderForm
from orderferry.testing.harness import Harness


class CrashingState(FileState):
    def compare_and_set(self, key, expected, value):
        if value is not None and value.endswith(sys.argv[3]):
            os._exit(9)
        return super().compare_and_set(key, expected, value)


@frozen
class Target:
    settings: dict


address = Address(
    name="Buyer 01", line1="1 Market St", line2="Apt 4", postal_code="89502", city="Reno",
    region_code="NV", country_code="US",
)
lines = (LineItem(line_item_id="1", code="SKU-TG11", quantity=Decimal(2)),)
order = Order(id="WEB-1", billing_address=address, order_form=OrderForm(line_items=lines))
with Harness("fulfillment_3pl", "main") as harness:
    state = CrashingState(Path(sys.argv[2]))
    harness.load(Target(json.loads(sys.argv[1])), state).export_order(order)
"""


def crash(simulator: ThreePlSimulator, state: Path, stage: str) -> None:
    """
    Export an order in a process that crashes before it stores a stage.
    """
    command = [sys.executable, "-c", PROGRAM, json.dumps(simulator.settings), str(state), stage]
    process = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert 9 == process.returncode, process.stderr


@pytest.mark.parametrize(("stage", "visible"), [("renaming", 0), ("put", 1)])
def test_after_a_crash_the_partner_receives_the_order_exactly_once(
    simulator: ThreePlSimulator,
    load_instance: LoadInstance,
    make_order: MakeOrder,
    tmp_path: Path,
    stage: str,
    visible: int,
) -> None:
    """
    The next attempt leaves one file with the first control number, and no temporary file.

    The file of the crashed attempt is invisible before it is renamed, and found afterwards.
    """
    path = tmp_path / "state.json"
    crash(simulator, path, stage)
    instance = load_instance(simulator, FileState(path))

    names = [name for name in simulator.names("/inbound") if not name.startswith(".")]
    assert visible == len(names)
    assert visible == len(simulator.received())
    assert (Found if visible else Absent) is type(instance.find_export(make_order()))

    instance.export_order(make_order(), attempt=2)
    (received,) = simulator.received()
    assert [received.remote_id] == simulator.names("/inbound")
    assert b"000000001" == received.content[90:99]
