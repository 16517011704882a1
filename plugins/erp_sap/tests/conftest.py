"""
What the tests of the connector share: settings, and small orders.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from orderferry import Order, Secret
from orderferry.connectors import Catalogue, Exporter, InstanceConfig, Instances, MemoryState
from orderferry.connectors.http import Client
from orderferry.orders import Address, LineItem, OrderForm, Shipment
from orderferry_erp_sap import SapSettings
from orderferry_erp_sap.simulator import SapSimulator

SettingsOf = Callable[..., SapSettings]
OrderOf = Callable[..., Order]
ExporterOf = Callable[..., Exporter]


def pytest_configure() -> None:
    """
    The conformance suite waits for a stall no longer than it takes here to get there.
    """
    os.environ.setdefault("ORDERFERRY_STALL_SECONDS", "0.25")


@pytest.fixture
def settings_of() -> SettingsOf:
    """
    Settings of an instance, with what a test wants otherwise.
    """

    def make(**changes: object) -> SapSettings:
        given: dict[str, object] = {
            "base_url": "https://sap.example",
            "username": "COMM_USER",
            "password": Secret("comm-user-secret"),
        }
        return SapSettings(**{**given, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def address() -> Address:
    """
    An address as a shop has it.
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
    An order of one line, with shipments by id, and with what a test wants otherwise.
    """

    def make(*shipment_ids: str, lines: tuple[LineItem, ...] = (), **changes: object) -> Order:
        lines = lines or (
            LineItem(
                line_item_id="L1", code="TG11", quantity=Decimal(2), placed_price=Decimal("19.90")
            ),
        )
        shipments = tuple(
            Shipment(shipment_id=each, line_items=lines, address=address) for each in shipment_ids
        )
        form = OrderForm(line_items=lines, shipments=shipments)
        given: dict[str, object] = {
            "id": "WEB-1",
            "created": datetime(2025, 1, 31, 23, 30, tzinfo=UTC),
            "billing_currency": "NOK",
            "billing_address": address,
            "order_form": form,
        }
        return Order(**{**given, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def simulator() -> Iterator[SapSimulator]:
    """
    A simulator that listens.
    """
    simulator = SapSimulator()
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture
def exporter_of(simulator: SapSimulator) -> Iterator[ExporterOf]:
    """
    The installed connector, as an instance that talks to the simulator; with other settings where
    a test wants them. It has the real client, and a memory of its own.
    """
    clients: list[Client] = []

    def make(**changes: object) -> Exporter:
        clients.append(Client(environment={}))
        settings = {**simulator.settings, **changes}
        configured = InstanceConfig(name="erp_sap", settings=settings)
        memory = MemoryState()
        instances = Instances(
            [configured],
            catalogue=Catalogue.installed(),
            environment={},
            state=lambda _: memory,
            http=clients[-1],
        )
        return instances.exporter(configured.reference)

    yield make
    for client in clients:
        client.close()
