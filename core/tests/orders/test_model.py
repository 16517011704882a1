"""
What the model answers about an order.
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
    Hosts repeat the lines in the shipments; each counts once.
    """
    shipments = (
        Shipment(shipment_id="S1", line_items=LINES[:1]),
        Shipment(shipment_id="S2", line_items=LINES[1:]),
    )

    assert LINES == order_of(*shipments).lines
    assert LINES == order_of(*shipments, lines=()).lines


def test_a_shipment_is_found_by_its_id() -> None:
    """
    Or there is none.
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
def test_what_was_cancelled_is_no_more_open(
    quantity: str, cancelled: str | None, left: str
) -> None:
    """
    To the last digit that an order may have.
    """
    line = LineItem(
        quantity=Decimal(quantity),
        canceled_quantity=None if cancelled is None else Decimal(cancelled),
    )

    assert Decimal(left) == line.open_quantity


def test_payments_are_the_forms() -> None:
    """
    There are no others.
    """
    payment = Payment(id="P1")
    order = Order(id="W1", order_form=OrderForm(payments=(payment,)))

    assert (payment,) == order.payments


def test_an_address_has_one_name() -> None:
    """
    Its name, else the person's, else the organization's.
    """
    assert ["Whole", "First Last", "Example Ltd", None] == [
        address.full_name for address in (Address(name="Whole"), HOME, SHOP, Address())
    ]


def test_an_order_without_shipments_is_one_delivery() -> None:
    """
    All lines to the billing address.
    """
    [delivery] = deliveries(order_of())

    assert Delivery(shipment=None, address=HOME, lines=LINES) == delivery
    assert delivery.shipment_id is None


def test_each_shipment_is_a_delivery() -> None:
    """
    To its own address, else the billing address; the only one has all lines where it names none.
    """
    first = Shipment(shipment_id="S1", address=SHOP, line_items=LINES[:1])
    second = Shipment(shipment_id="S2")

    assert [("S1", SHOP, LINES[:1]), ("S2", HOME, ())] == [
        (each.shipment_id, each.address, each.lines) for each in deliveries(order_of(first, second))
    ]
    assert [("S2", LINES)] == [
        (each.shipment_id, each.lines) for each in deliveries(order_of(second))
    ]


def test_one_shipment_can_be_asked_for() -> None:
    """
    Then it is the only delivery.
    """
    first, second = Shipment(shipment_id="S1"), Shipment(shipment_id="S2")

    assert [second] == [each.shipment for each in deliveries(order_of(first, second), second)]
