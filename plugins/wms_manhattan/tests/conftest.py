"""
Settings, small orders and instances of the connector.
"""

import json
import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

import pytest

from orderferry import Order, Secret
from orderferry.orders import Address, LineItem, OrderForm, Shipment
from orderferry.testing.harness import Harness, Instance, run_simulator
from orderferry_wms_manhattan import ManhattanSettings
from orderferry_wms_manhattan.simulator import ManhattanSimulator

SettingsOf = Callable[..., ManhattanSettings]
OrderOf = Callable[..., Order]
InstanceOf = Callable[..., Instance]


def envelope(success: object, text: str = "no") -> bytes:
    """
    A response of the order service with one message.
    """
    message = {"Type": "ERROR", "Code": "E1", "Description": text, "ErrorField": "ItemId"}
    return json.dumps({"success": success, "messages": {"Message": [message]}}).encode()


def pytest_configure() -> None:
    """
    Shorten the stalls of the conformance suite: the simulator answers within milliseconds.
    """
    os.environ.setdefault("ORDERFERRY_STALL_SECONDS", "0.25")


@pytest.fixture
def settings_of() -> SettingsOf:
    """
    Makes settings of a tenant, with a test's changes.
    """

    def make(**changes: object) -> ManhattanSettings:
        settings: dict[str, object] = {
            "base_url": "https://wm.example",
            "token_url": "https://auth.example/oauth/token",
            "client_id": "client",
            "client_secret": Secret("client-secret"),
            "username": "user",
            "password": Secret("user-password"),
            "organization": "ORG",
            "facility": "DC01",
        }
        return ManhattanSettings(**{**settings, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def address() -> Address:
    """
    An address with every required field.
    """
    return Address(
        first_name="Ada",
        last_name="Example",
        line1="1 Sample Street",
        postal_code="89502",
        city="Reno",
        state="NV",
        country_code="US",
    )


@pytest.fixture
def order_of(address: Address) -> OrderOf:
    """
    Makes an order of one line, with shipments by id, and with a test's changes.
    """

    def make(*shipment_ids: str, lines: tuple[LineItem, ...] = (), **changes: object) -> Order:
        lines = lines or (LineItem(line_item_id="1", code="TENT-2", quantity=Decimal(3)),)
        shipments = tuple(
            Shipment(shipment_id=shipment_id, line_items=lines, address=address)
            for shipment_id in shipment_ids
        )
        form = OrderForm(line_items=lines, shipments=shipments)
        fields: dict[str, object] = {"id": "WEB-1", "billing_address": address, "order_form": form}
        return Order(**{**fields, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def simulator() -> Iterator[ManhattanSimulator]:
    """
    A running simulator.
    """
    with run_simulator(ManhattanSimulator()) as simulator:
        yield simulator


@pytest.fixture
def instance_of(simulator: ManhattanSimulator) -> Iterator[InstanceOf]:
    """
    Loads instances of the connector that talk to the simulator, with a test's changed settings.
    """
    with Harness("wms_manhattan") as harness:
        yield partial(harness.load, simulator)
