"""
Sources, which name values of the order as its JSON does.
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
    A valid source finds the value that the order's JSON has under that name.
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
def test_missing_value_is_none(source: str) -> None:
    """
    A source whose value the order does not have finds `None`.
    """
    assert fault(source, ROOTS) is None
    assert find(source, SCOPE) is None


def test_source_of_a_missing_shipment_is_none() -> None:
    """
    A source of the shipment finds `None` where the order has no shipment.
    """
    assert find("shipment.servicePointId", Scope(order=SCOPE.order)) is None


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("customer.name", "begins with order."),
        ("order", "followed by a field"),
        ("order..id", "followed by a field"),
        ("order.customer_reference", "no field 'customer_reference'"),
        ("order.loyalty", "named after `extra`"),
        ("order.properties", "a key is missing"),
        ("order.tags", "has several values"),
        ("order.billingAddress", "is an object"),
        ("order.id.first", "is a single value"),
    ],
)
def test_invalid_source_is_reported(source: str, message: str) -> None:
    """
    A source that cannot name a value is reported with the reason.
    """
    assert message in str(fault(source, ROOTS))


def test_root_must_be_known_in_its_place() -> None:
    """
    A source of the order cannot begin with `line`.
    """
    assert "begins with order. or shipment." in str(fault("line.ean", ("order", "shipment")))
