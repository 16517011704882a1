"""
What the tests of the connector share: settings, and small orders.
"""

from collections.abc import Callable
from decimal import Decimal

import pytest

from orderferry import Order, Secret
from orderferry.orders import Address, LineItem, OrderForm, Shipment
from orderferry_wms_manhattan import ManhattanSettings

SettingsOf = Callable[..., ManhattanSettings]
OrderOf = Callable[..., Order]


@pytest.fixture
def settings_of() -> SettingsOf:
    """
    Settings of a tenant, with what a test wants otherwise.
    """

    def make(**changes: object) -> ManhattanSettings:
        given: dict[str, object] = {
            "base_url": "https://wm.example",
            "token_url": "https://auth.example/oauth/token",
            "client_id": "client",
            "client_secret": Secret("client-secret"),
            "username": "user",
            "password": Secret("user-password"),
            "organization": "ORG",
            "facility": "DC01",
        }
        return ManhattanSettings(**{**given, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def address() -> Address:
    """
    An address that has all that is required.
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
    An order of one line, with shipments by id, and with what a test wants otherwise.
    """

    def make(*shipment_ids: str, lines: tuple[LineItem, ...] = (), **changes: object) -> Order:
        lines = lines or (LineItem(line_item_id="1", code="TENT-2", quantity=Decimal(3)),)
        shipments = tuple(
            Shipment(shipment_id=each, line_items=lines, address=address) for each in shipment_ids
        )
        form = OrderForm(line_items=lines, shipments=shipments)
        given: dict[str, object] = {"id": "WEB-1", "billing_address": address, "order_form": form}
        return Order(**{**given, **changes})  # type: ignore[arg-type]

    return make
