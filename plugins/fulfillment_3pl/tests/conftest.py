"""
Fixtures of the connector's tests: settings, orders, and loaded instances.
"""

import os
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from orderferry import Order, Secret
from orderferry.orders import Address, LineItem, OrderForm, Shipment
from orderferry.testing.harness import Harness, Instance, run_simulator
from orderferry_fulfillment_3pl import ThreePlSettings
from orderferry_fulfillment_3pl._checks import Checks
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

LoadInstance = Callable[..., Instance]
MakeOrder = Callable[..., Order]
MakeSettings = Callable[..., ThreePlSettings]


def pytest_configure() -> None:
    """
    Shorten the stalls of the conformance suite, since the simulator responds at once.
    """
    os.environ.setdefault("ORDERFERRY_STALL_SECONDS", "0.25")


@pytest.fixture(scope="session")
def make_settings() -> MakeSettings:
    """
    A factory of settings: those of a partner, with changes.
    """

    def make(**changes: object) -> ThreePlSettings:
        defaults: dict[str, object] = {
            "host": "sftp.example",
            "known_hosts": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHk",
            "username": "depositor",
            "password": Secret("account-password"),
            "sender_id": "MERCHANT",
            "receiver_id": "THREEPL",
        }
        return ThreePlSettings(**{**defaults, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def checks(make_settings: MakeSettings) -> Checks:
    """
    Checks with the default settings.
    """
    return Checks(make_settings())


@pytest.fixture
def address() -> Address:
    """
    An address in the United States.
    """
    return Address(
        name="Buyer 01",
        line1="1 Market St",
        line2="Apt 4",
        postal_code="89502",
        city="Reno",
        region_code="NV",
        country_code="US",
    )


@pytest.fixture
def make_order(address: Address) -> MakeOrder:
    """
    A factory of orders: an order of one line, with shipments of the given ids, and with changes.
    """

    def make(*shipment_ids: str, lines: tuple[LineItem, ...] = (), **changes: object) -> Order:
        lines = lines or (LineItem(line_item_id="1", code="SKU-TG11", quantity=Decimal(2)),)
        shipments = tuple(
            Shipment(shipment_id=shipment_id, line_items=lines, address=address)
            for shipment_id in shipment_ids
        )
        form = OrderForm(line_items=lines, shipments=shipments)
        defaults: dict[str, object] = {"id": "WEB-1", "billing_address": address}
        return Order(order_form=form, **{**defaults, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def simulator() -> Iterator[ThreePlSimulator]:
    """
    A started simulator.
    """
    with run_simulator(ThreePlSimulator()) as simulator:
        yield simulator


@pytest.fixture
def load_instance() -> Iterator[LoadInstance]:
    """
    A loader of instances that connect to a simulator: `load_instance(simulator)`.
    """
    with Harness("fulfillment_3pl", "main") as harness:
        yield harness.load
