"""
Settings, small orders and instances of the connector.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

import pytest

from orderferry import Order, Secret
from orderferry.orders import Address, LineItem, OrderForm, Shipment
from orderferry.testing.harness import Harness, Instance, run_simulator
from orderferry_erp_sap import SapSettings
from orderferry_erp_sap.simulator import SapSimulator

SettingsOf = Callable[..., SapSettings]
OrderOf = Callable[..., Order]
InstanceOf = Callable[..., Instance]


def pytest_configure() -> None:
    """
    Shorten the stalls of the conformance suite: the simulator answers within milliseconds.
    """
    os.environ.setdefault("ORDERFERRY_STALL_SECONDS", "0.25")


@pytest.fixture
def settings_of() -> SettingsOf:
    """
    Makes settings of an instance, with a test's changes.
    """

    def make(**changes: object) -> SapSettings:
        settings: dict[str, object] = {
            "base_url": "https://sap.example",
            "username": "COMM_USER",
            "password": Secret("comm-user-secret"),
        }
        return SapSettings(**{**settings, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def address() -> Address:
    """
    An address of a customer.
    """
    return Address(
        first_name="Sample",
        last_name="Customer",
        line1="Sample Street",
        street_number="1",
        postal_code="0150",
        city="Oslo",
        country_code="NO",
    )


@pytest.fixture
def order_of(address: Address) -> OrderOf:
    """
    Makes an order of one line, with shipments by id, and with a test's changes.
    """

    def make(*shipment_ids: str, lines: tuple[LineItem, ...] = (), **changes: object) -> Order:
        lines = lines or (
            LineItem(
                line_item_id="L1", code="TG11", quantity=Decimal(2), placed_price=Decimal("19.90")
            ),
        )
        shipments = tuple(
            Shipment(shipment_id=shipment_id, line_items=lines, address=address)
            for shipment_id in shipment_ids
        )
        form = OrderForm(line_items=lines, shipments=shipments)
        fields: dict[str, object] = {
            "id": "WEB-1",
            "created": datetime(2025, 1, 31, 23, 30, tzinfo=UTC),
            "billing_currency": "NOK",
            "billing_address": address,
            "order_form": form,
        }
        return Order(**{**fields, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def simulator() -> Iterator[SapSimulator]:
    """
    A running simulator.
    """
    with run_simulator(SapSimulator()) as simulator:
        yield simulator


@pytest.fixture
def instance_of(simulator: SapSimulator) -> Iterator[InstanceOf]:
    """
    Loads instances of the connector that talk to the simulator, with a test's changed settings.
    """
    with Harness("erp_sap") as harness:
        yield partial(harness.load, simulator)
