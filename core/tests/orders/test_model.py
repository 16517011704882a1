"""
Tests of the properties and functions of the order model.
"""

from decimal import Decimal

import pytest

from orderferry.orders import (
    Address,
    Delivery,
    LineItem,
    Order,
    OrderForm,
    Payment,
    Shipment,
    deliveries,
)

HOME = Address(first_name="First", last_name="Last")
SHOP = Address(organization="Example Ltd")
LINES = (LineItem(line_item_id="1"), LineItem(line_item_id="2"))


def order_of(*shipments: Shipment, lines: tuple[LineItem, ...] = LINES) -> Order:
    """
    An order with these shipments and lines.
    """
    form = OrderForm(line_items=lines, shipments=shipments)
    return Order(id="W1", billing_address=HOME, order_form=form)


def test_lines_are_the_forms_or_those_of_the_shipments() -> None:
    """
    Hosts repeat the lines of the form in the shipments, and each line counts once.
    """
    shipments = (
        Shipment(shipment_id="S1", line_items=LINES[:1]),
        Shipment(shipment_id="S2", line_items=LINES[1:]),
    )

    assert LINES == order_of(*shipments).lines
    assert LINES == order_of(*shipments, lines=()).lines


def test_a_shipment_is_found_by_its_id() -> None:
    """
    A shipment is found by its id, and an unknown id finds none.
    """
    order = order_of(Shipment(shipment_id="S1"), Shipment(shipment_id="S2"))

    assert order.shipments[1] is order.shipment("S2")
    assert order.shipment("S3") is None


@pytest.mark.parametrize(
    ("quantity", "cancelled", "left"),
    [
        ("3", None, "3"),
        ("3", "0", "3"),
        ("3", "1", "2"),
        ("3", "3", "0"),
        ("3", "4", "-1"),
        (f"{10**37}", "1E-18", f"{10**37 - 1}.{'9' * 18}"),
    ],
)
def test_a_cancelled_quantity_is_not_open(quantity: str, cancelled: str | None, left: str) -> None:
    """
    The open quantity is exact to the last digit that an order may have.
    """
    line = LineItem(
        quantity=Decimal(quantity),
        canceled_quantity=None if cancelled is None else Decimal(cancelled),
    )

    assert Decimal(left) == line.open_quantity


def test_payments_are_the_forms() -> None:
    """
    The payments of an order are those of its form.
    """
    payment = Payment(id="P1")
    order = Order(id="W1", order_form=OrderForm(payments=(payment,)))

    assert (payment,) == order.payments


def test_an_address_has_one_name() -> None:
    """
    The name of an address is its name, or the person, or the organization.
    """
    assert ["Whole", "First Last", "Example Ltd", None] == [
        address.full_name for address in (Address(name="Whole"), HOME, SHOP, Address())
    ]


def test_an_order_without_shipments_is_one_delivery() -> None:
    """
    An order without shipments is one delivery of all lines to the billing address.
    """
    [delivery] = deliveries(order_of())

    assert Delivery(shipment=None, address=HOME, lines=LINES) == delivery
    assert delivery.shipment_id is None


def test_each_shipment_is_a_delivery() -> None:
    """
    A delivery goes to the shipment's address or the billing address, and an only shipment without
    lines has all lines of the order.
    """
    first = Shipment(shipment_id="S1", address=SHOP, line_items=LINES[:1])
    second = Shipment(shipment_id="S2")

    assert [("S1", SHOP, LINES[:1]), ("S2", HOME, ())] == [
        (delivery.shipment_id, delivery.address, delivery.lines)
        for delivery in deliveries(order_of(first, second))
    ]
    assert [("S2", LINES)] == [
        (delivery.shipment_id, delivery.lines) for delivery in deliveries(order_of(second))
    ]


def test_one_shipment_can_be_selected() -> None:
    """
    A selected shipment is the only delivery.
    """
    first, second = Shipment(shipment_id="S1"), Shipment(shipment_id="S2")

    [delivery] = deliveries(order_of(first, second), second)

    assert second == delivery.shipment
