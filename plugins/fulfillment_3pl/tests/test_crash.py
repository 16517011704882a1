"""
A process that dies in the middle of an export, and the one that comes after it.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from orderferry import Absent, Found
from orderferry.connectors import FileState
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

from .conftest import ExporterOf, OrderOf, exported, found

PROGRAM = """
import json, os, sys
from pathlib import Path
from time import monotonic
from orderferry import Properties
from orderferry.connectors import Catalogue, FileState, InstanceConfig, Instances
from orderferry.connectors.http import Client
from orderferry.orders import Address, LineItem, OrderForm, Order
from decimal import Decimal

class Dying(FileState):
    def compare_and_set(self, key, expected, value):
        if value is not None and value.endswith(sys.argv[3]):
            os._exit(9)
        return super().compare_and_set(key, expected, value)

settings = json.loads(sys.argv[1])
configured = InstanceConfig(name="fulfillment_3pl", id="main", settings=settings)
exporter = Instances(
    [configured],
    catalogue=Catalogue.installed(),
    environment={},
    state=lambda _: Dying(Path(sys.argv[2])),
    http=Client(),
).exporter(configured.reference)
address = Address(
    name="Buyer 01", line1="1 Market St", line2="Apt 4", postal_code="89502", city="Reno",
    region_code="NV", country_code="US",
)
lines = (LineItem(line_item_id="1", code="SKU-TG11", quantity=Decimal(2)),)
order = Order(id="WEB-1", billing_address=address, order_form=OrderForm(line_items=lines))
context = exporter.context(key="first", attempt=1, deadline=monotonic() + 30)
exporter.call("export_order", context, order=order, shipment=None, properties=Properties())
"""


def die(simulator: ThreePlSimulator, state: Path, stage: str) -> None:
    """
    Export in a process of its own that dies where it would note a stage.
    """
    command = [sys.executable, "-c", PROGRAM, json.dumps(simulator.settings), str(state), stage]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert 9 == done.returncode, done.stderr


@pytest.mark.parametrize(("stage", "there"), [("renaming", 0), ("put", 1)])
def test_after_a_crash_the_partner_has_the_order_exactly_once(
    simulator: ThreePlSimulator,
    exporter_of: ExporterOf,
    order_of: OrderOf,
    tmp_path: Path,
    stage: str,
    there: int,
) -> None:
    """
    Between writing and renaming nothing is visible; after renaming it is found; either way, the
    next attempt leaves one file under the first control number, and no temporary one.
    """
    path = tmp_path / "state.json"
    die(simulator, path, stage)
    exporter = exporter_of(simulator, FileState(path))

    visible = [each for each in simulator.names("/inbound") if not each.startswith(".")]
    assert there == len(visible) == len(simulator.received())
    assert (Found if there else Absent) is type(found(exporter, order_of()))

    exported(exporter, order_of(), attempt=2)
    (received,) = simulator.received()
    assert [received.remote_id] == simulator.names("/inbound")
    assert b"000000001" == received.content[90:99]
