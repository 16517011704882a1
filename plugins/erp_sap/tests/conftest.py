"""
What the tests of the connector share: settings, and small orders.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from orderferry import Order, Secret
from orderferry.orders import Address, LineItem, OrderForm, Shipment
from orderferry_erp_sap import SapSettings

SettingsOf = Callable[..., SapSettings]
OrderOf = Callable[..., Order]


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
        first_name="Ada",
        last_name="Example",
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
