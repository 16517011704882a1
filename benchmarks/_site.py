"""
Orders of real size, a connector that posts them, and a ferry with that connector.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from attrs import evolve
from sqlalchemy import Engine

from orderferry import Ferry, Order
from orderferry.connectors import InstanceName
from orderferry.exports import Export, Operation, Origin, export_key, new_export
from orderferry.orders import Address, LineItem, OrderForm, digest
from orderferry.storage import Store

__all__ = ["LANE", "STATUS", "THREADS", "enqueue", "ferry_over", "install", "orders"]

THREADS = 8
LINES = 20
STATUS = "New"
LANE = "measured/default"
MEASURED = InstanceName("measured", "default")

SOURCE = """\
from threading import Event, Lock

from attrs import define, frozen
from orderferry import Capabilities, Connector, ExportResult, hookimpl


class Count:
    def __init__(self):
        self.lock = Lock()
        self.left = 0
        self.finished = Event()

    def expect(self, count):
        self.finished.clear()
        self.left = count

    def wait(self):
        self.finished.wait()

    def add(self):
        with self.lock:
            self.left -= 1
            if not self.left:
                self.finished.set()


RESPONSES = Count()


@frozen
class Settings:
    address: str


def post(http, address, order, key):
    response = http.post(
        address,
        json={
            "order": order.id,
            "customer": {"name": order.customer_name, "email": order.customer_email},
            "currency": order.billing_currency,
            "items": [
                {
                    "item": line.line_item_id,
                    "material": line.code,
                    "text": line.display_name,
                    "quantity": line.quantity,
                    "unit": line.unit,
                    "price": line.placed_price,
                    "amount": line.extended_price,
                }
                for line in order.order_form.line_items
            ],
        },
        headers={"Idempotency-Key": key},
    )
    return response.json()["id"]


@define(eq=False)
class Measured(Connector):
    Settings = Settings
    capabilities = Capabilities(idempotent=True, records=True)

    settings: Settings

    @hookimpl
    def export_order(self, order, shipment, properties, context):
        key = str(context.idempotency_key)
        remote_id = post(context.http, self.settings.address, order, key)
        RESPONSES.add()
        return ExportResult(remote_ids={"order": remote_id}, message="created")
"""

LINE = LineItem(
    display_name="Work jacket, blue, size M",
    quantity=Decimal(2),
    unit="PCS",
    placed_price=Decimal("199.50"),
    extended_price=Decimal("399.00"),
    tax_rate=Decimal("25.00"),
    tax_total=Decimal("79.80"),
)

ORDER = Order(
    id="-",
    order_type="Online",
    status=STATUS,
    market_id="NOR",
    version_id=1,
    created=datetime(2026, 11, 24, 12, tzinfo=UTC),
    customer_name="Example Customer",
    customer_email="customer@example.com",
    billing_currency="NOK",
    billing_address=Address(
        name="Example Customer",
        line1="Example Street 1",
        postal_code="0150",
        city="Oslo",
        country_code="NO",
    ),
    order_form=OrderForm(
        line_items=tuple(
            evolve(LINE, line_item_id=str(number), code=f"SKU-{10_000 + number}")
            for number in range(1, LINES + 1)
        )
    ),
)
"""An order of twenty lines."""


def orders(name: str, count: int) -> list[Order]:
    """
    A number of orders whose ids begin with a name.
    """
    return [evolve(ORDER, id=f"{name}-{number:06}") for number in range(count)]


def install(folder: Path) -> None:
    """
    Put the connector's distribution into a folder on the import path.
    """
    (folder / "measured.py").write_text(SOURCE)
    info = folder / "measured-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: measured\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[orderferry.connectors]\nmeasured = measured:Measured\n"
    )
    sys.path.insert(0, str(folder))


@contextmanager
def ferry_over(
    folder: Path, database: str, address: str, *, deliver: bool = True
) -> Iterator[Ferry]:
    """
    A ferry with one step, which posts each order to an address after the order is saved.

    Args:
        folder: The folder for its configuration.
        database: The database's URL.
        address: The target's address.
        deliver: Whether its lane runs from the start, if the database is SQLite.
    """
    step = {"name": "ExportOrder", "Connector": "measured", "RunAfterOrderIsSaved": True}
    workflow = {"name": "Online", "orderStatuses": [{"name": STATUS, "workflowSteps": [step]}]}
    (folder / "workflow.json").write_text(json.dumps(workflow))
    lines = (
        "[runtime]",
        f"database = {json.dumps(database)}",
        "[[connector]]",
        'name = "measured"',
        f"settings.address = {json.dumps(address)}",
        f"flow.concurrency = {THREADS}",
    )
    (folder / "orderferry.toml").write_text("\n".join(lines))
    with Ferry.from_config(folder / "orderferry.toml", environment={}, deliver=deliver) as ferry:
        yield ferry


def enqueue(engine: Engine, batch: Sequence[Order], *, portion: int = 500) -> None:
    """
    Save orders, each with one queued export.
    """
    store = Store(engine)
    for at in range(0, len(batch), portion):
        part = batch[at : at + portion]
        with store.transaction() as transaction:
            now = transaction.now()
            for order in part:
                transaction.orders.save(order, revision=0, came_in=digest(order), now=now)
            transaction.ledger.add(_export(order, now) for order in part)


def _export(order: Order, now: datetime) -> Export:
    return new_export(
        export_key(order, MEASURED, Operation.EXPORT_ORDER, status=STATUS),
        order,
        origin=Origin(step="ExportOrder", run=order.id, deferred=True, after_save=True),
        now=now,
    )
