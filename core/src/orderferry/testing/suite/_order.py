"""
The order that the suite sends where a vendor gives none.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from orderferry.orders import (
    Address,
    Invoice,
    LineItem,
    Order,
    OrderForm,
    Payment,
    PropertyItem,
    Shipment,
)

__all__ = ["example_order"]


def example_order(order_id: str) -> Order:
    """
    A complete order: two lines, addresses, prices, a payment, an invoice, and one shipment `S1`.

    Args:
        order_id: Its id, which also is its order number.
    """
    address = _address()
    lines = (_line("1", "TENT-2", "2", "199.50"), _line("2", "PEG-10", "3", "7.25"))
    return Order(
        id=order_id,
        order_number=order_id,
        order_type="Online",
        status="New",
        market_id="US",
        created=datetime(2026, 1, 15, 9, 30, tzinfo=UTC),
        version_id=1,
        customer_id="C-1",
        customer_number="1001",
        customer_name="Sample Customer",
        customer_email="customer@example.com",
        customer_phone="+17755550100",
        billing_currency="USD",
        billing_address=address,
        order_form=OrderForm(
            line_items=lines,
            shipments=(
                Shipment(
                    shipment_id="S1",
                    warehouse_code="DC01",
                    shipping_method_name="Standard",
                    address=address,
                    line_items=lines,
                ),
            ),
            payments=(_payment(),),
        ),
        invoices=(
            Invoice(
                id="I1",
                invoice_number="9001",
                created=datetime(2026, 1, 15, 9, 32, tzinfo=UTC),
                total=Decimal("420.75"),
            ),
        ),
        properties=(PropertyItem(key="source", value="conformance"),),
        net_total=Decimal("420.75"),
        extra={"campaign": {"name": "spring", "tags": ["outdoor", "sale"]}},
    )


def _line(number: str, code: str, quantity: str, price: str) -> LineItem:
    return LineItem(
        line_item_id=number,
        code=code,
        display_name=f"Article {code}",
        quantity=Decimal(quantity),
        unit="EA",
        placed_price=Decimal(price),
        placed_price_excl_tax=Decimal(price),
        discounted_price=Decimal(price),
        extended_price=Decimal(price) * Decimal(quantity),
        tax_rate=Decimal(0),
        extra={"attributes": {"colour": "green", "sizes": [1, 2]}},
    )


def _payment() -> Payment:
    return Payment(
        id="P1",
        amount=Decimal("420.75"),
        payment_method_name="Card",
        payment_type="Card",
        transaction_id="T-1",
        transaction_type="Capture",
        status="Processed",
        created=datetime(2026, 1, 15, 9, 31, tzinfo=UTC),
    )


def _address() -> Address:
    return Address(
        name="Sample Customer",
        first_name="Sample",
        last_name="Customer",
        line1="1 Sample Street",
        postal_code="89502",
        city="Reno",
        region_code="NV",
        state="NV",
        country_code="US",
        email="customer@example.com",
        phone="+17755550100",
        extra={"deliveryHint": {"floor": 2, "codes": ["A", "B"]}},
    )
