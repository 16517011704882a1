"""
What the tests of the connector share: settings, and small orders.
"""

from collections.abc import Callable
from decimal import Decimal

import pytest

from orderferry import Order, Secret
from orderferry.orders import Address, LineItem, OrderForm, Shipment
from orderferry_fulfillment_3pl import ThreePlSettings

SettingsOf = Callable[..., ThreePlSettings]
OrderOf = Callable[..., Order]


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
        name="Jane Doe",
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
