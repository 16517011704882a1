"""
What the tests of the connector share: settings, and small orders.
"""

import os
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from time import monotonic

import pytest

from orderferry import Absent, CannotTell, Found, Order, Properties, Secret, SentExport
from orderferry.connectors import (
    Catalogue,
    Exporter,
    InstanceConfig,
    Instances,
    MemoryState,
    Simulator,
    State,
    Timeline,
)
from orderferry.connectors.http import Client
from orderferry.orders import Address, LineItem, OrderForm, Shipment
from orderferry_fulfillment_3pl import ThreePlSettings
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

SettingsOf = Callable[..., ThreePlSettings]
OrderOf = Callable[..., Order]


LONG = 30.0
"""Seconds that no test needs."""


def exported(
    exporter: Exporter,
    order: Order,
    *,
    shipment: str | None = None,
    key: str = "first",
    attempt: int = 1,
    seconds: float = LONG,
    timeline: Timeline | None = None,
) -> object:
    """
    Call `export_order` as the core does.
    """
    context = exporter.context(
        key=key, attempt=attempt, deadline=monotonic() + seconds, timeline=timeline
    )
    return exporter.call(
        "export_order",
        context,
        order=order,
        shipment=None if shipment is None else order.shipment(shipment),
        properties=Properties(),
    )


def found(
    exporter: Exporter, order: Order, *, key: str = "first", seconds: float = LONG
) -> Found | Absent | CannotTell:
    """
    Call `find_export` as the core does.
    """
    answer = exporter.call(
        "find_export",
        exporter.context(key=key, deadline=monotonic() + seconds),
        export=SentExport(key=key, order=order, shipment=None, properties=Properties()),
    )
    assert isinstance(answer, Found | Absent | CannotTell)
    return answer


def pytest_configure() -> None:
    """
    The conformance suite waits for a stall no longer than it takes here to get there.
    """
    os.environ.setdefault("ORDERFERRY_STALL_SECONDS", "0.25")


@pytest.fixture(scope="session")
def settings_of() -> SettingsOf:
    """
    Settings of a partner, with what a test wants otherwise.
    """

    def make(**changes: object) -> ThreePlSettings:
        given: dict[str, object] = {
            "host": "sftp.example",
            "known_hosts": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHk",
            "username": "depositor",
            "password": Secret("account-password"),
            "sender_id": "MERCHANT",
            "receiver_id": "THREEPL",
        }
        return ThreePlSettings(**{**given, **changes})  # type: ignore[arg-type]

    return make


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
def order_of(address: Address) -> OrderOf:
    """
    An order of one line, with shipments by id, and with what a test wants otherwise.
    """

    def make(*shipment_ids: str, lines: tuple[LineItem, ...] = (), **changes: object) -> Order:
        lines = lines or (LineItem(line_item_id="1", code="SKU-TG11", quantity=Decimal(2)),)
        shipments = tuple(
            Shipment(shipment_id=each, line_items=lines, address=address) for each in shipment_ids
        )
        form = OrderForm(line_items=lines, shipments=shipments)
        given: dict[str, object] = {"id": "WEB-1", "billing_address": address, "order_form": form}
        return Order(**{**given, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def simulator() -> Iterator[ThreePlSimulator]:
    """
    A warehouse of the test's own.
    """
    warehouse = ThreePlSimulator()
    warehouse.start()
    yield warehouse
    warehouse.stop()


ExporterOf = Callable[..., Exporter]


@pytest.fixture
def exporter_of() -> Iterator[ExporterOf]:
    """
    The connector as the core loads it, talking to a simulator: `exporter_of(simulator)`.
    """
    client = Client()

    def make(
        target: Simulator,
        state: State | None = None,
        *,
        without: Collection[str] = (),
        **changes: object,
    ) -> Exporter:
        memory = MemoryState() if state is None else state
        given = {**target.settings, **changes}
        settings = {name: value for name, value in given.items() if name not in without}
        configured = InstanceConfig(name="fulfillment_3pl", id="main", settings=settings)
        instances = Instances(
            [configured],
            catalogue=Catalogue.installed(),
            environment={},
            state=lambda _: memory,
            http=client,
        )
        return instances.exporter(configured.reference)

    yield make
    client.close()
