"""
Sources name values of the order as its JSON does.
"""

from decimal import Decimal

import pytest

from orderferry import Order
from orderferry.orders import ExternalId, LineItem, OrderForm, PropertyItem, Shipment
from orderferry_wms_manhattan._sources import Scope, fault, find

ROOTS = ("order", "shipment", "line")

SCOPE = Scope(
    order=Order(
        id="WEB-1",
        customer_reference="Spring",
        external_ids=(ExternalId(provider_name="erp.main", id="4711"),),
        properties=(PropertyItem(key="gift.note", value="Hello"),),
        order_form=OrderForm(cart_id="C1", properties=(PropertyItem(key="channel", value="web"),)),
        extra={"loyalty": {"tier": "gold"}},
    ),
    shipment=Shipment(shipment_id="S1"),
    line=LineItem(line_item_id="1", ean="4006381333931", placed_price=Decimal("19.90")),
)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("order.customerReference", "Spring"),
        ("order.orderForm.cartId", "C1"),
        ("order.properties.gift.note", "Hello"),
        ("order.properties.channel", "web"),
        ("order.externalIds.erp.main", "4711"),
        ("order.extra.loyalty.tier", "gold"),
        ("shipment.shipmentId", "S1"),
        ("line.ean", "4006381333931"),
        ("line.placedPrice", Decimal("19.90")),
    ],
)
def test_value_is_found_by_its_json_name(source: str, value: object) -> None:
    """
    A source without fault finds what the order's JSON has under that name.
    """
    assert fault(source, ROOTS) is None
    assert value == find(source, SCOPE)


@pytest.mark.parametrize(
    "source",
    [
        "order.properties.other",
        "order.externalIds.other",
        "order.extra.loyalty.points.total",
        "order.billingAddress.city",
        "shipment.servicePointId",
    ],
)
def test_value_that_is_not_there_is_none(source: str) -> None:
    """
    An order without the value has `None`, not an error.
    """
    assert fault(source, ROOTS) is None
    assert find(source, SCOPE) is None


def test_order_without_shipment_has_none_of_its_values() -> None:
    """
    A source of the shipment finds nothing where the order has none.
    """
    assert find("shipment.servicePointId", Scope(order=SCOPE.order)) is None


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("customer.name", "begins with order."),
        ("order", "goes on with a field"),
        ("order..id", "goes on with a field"),
        ("order.customer_reference", "no field 'customer_reference'"),
        ("order.loyalty", "named after `extra`"),
        ("order.properties", "a key is missing"),
        ("order.tags", "holds many values"),
        ("order.billingAddress", "is an object"),
        ("order.id.first", "is a single value"),
    ],
)
def test_fault_of_a_source_is_told(source: str, told: str) -> None:
    """
    A source that can never name a value is refused with the reason.
    """
    assert told in str(fault(source, ROOTS))


def test_line_is_no_root_of_the_order_head() -> None:
    """
    A source may begin only with what its place knows.
    """
    assert "begins with order. or shipment." in str(fault("line.ean", ("order", "shipment")))
