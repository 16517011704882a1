"""
The body of a 940 for one delivery, and the step's properties.
"""

from datetime import UTC, datetime

import pytest
from attrs import evolve

from orderferry import Order, Properties
from orderferry.errors import InvalidOrderError
from orderferry.orders import OrderNote, deliveries
from orderferry_fulfillment_3pl._checks import Checks
from orderferry_fulfillment_3pl._settings import ThreePlSettings
from orderferry_fulfillment_3pl._warehouse_order import Step, warehouse_order
from orderferry_fulfillment_3pl._x12 import Segment

from .conftest import MakeOrder, MakeSettings

CREATED = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


def body(
    order: Order,
    settings: ThreePlSettings,
    properties: Properties = Properties(),  # noqa: B008
) -> list[Segment]:
    """
    The segments of the order's first delivery.
    """
    return warehouse_order(order, deliveries(order)[0], properties, settings, CREATED)


def select(segments: list[Segment], identifier: str) -> list[Segment]:
    """
    The segments with an identifier.
    """
    return [segment for segment in segments if segment[0] == identifier]


def test_a_minimal_order_has_every_segment_that_a_warehouse_needs(
    make_settings: MakeSettings, make_order: MakeOrder
) -> None:
    """
    An id, lines and an address are enough for a complete 940.
    """
    assert [
        ("W05", "N", "WEB-1"),
        ("N1", "ST", "Buyer 01"),
        ("N3", "1 Market St", "Apt 4"),
        ("N4", "Reno", "NV", "89502", "US"),
        ("N9", "CO", "WEB-1"),
        ("G62", "10", "20261124"),
        ("W66", "PP", "M"),
        ("LX", "1"),
        ("W01", "2", "EA", "", "VN", "SKU-TG11"),
        ("N9", "LI", "1"),
        ("W76", "2"),
    ] == body(make_order(), make_settings())


def test_the_depositors_number_has_the_ids_of_order_and_shipment(
    make_settings: MakeSettings, make_order: MakeOrder
) -> None:
    """
    Each shipment of an order has a depositor's order number of its own.
    """
    order = make_order("S1", customer_requisition="PO-7781")

    assert ("W05", "N", "WEB-1-S1", "PO-7781") == body(order, make_settings())[0]


@pytest.mark.parametrize("length", [23, 36])
def test_a_number_longer_than_22_characters_is_invalid(
    make_settings: MakeSettings, make_order: MakeOrder, length: int
) -> None:
    """
    The problem names the field, the value and the limit.
    """
    with pytest.raises(InvalidOrderError) as raised:
        body(make_order(id="x" * length), make_settings())

    problem = raised.value.problems[0]
    assert "id" == problem.field
    assert "x" * length == problem.value
    assert f"has {length} characters; W05-02 allows at most 22" == problem.cause


def test_dates_are_in_the_configured_time_zone(
    make_settings: MakeSettings, make_order: MakeOrder
) -> None:
    """
    A time late in the evening in UTC has the next day's date in Oslo.
    """
    delivery_date = datetime(2026, 11, 29, 23, 0, tzinfo=UTC)
    order = make_order(requested_delivery_date=delivery_date)

    assert [("G62", "10", "20261127"), ("G62", "02", "20261130")] == select(
        body(order, make_settings(time_zone="Europe/Oslo", ship_within_days=2)), "G62"
    )


def test_the_carrier_is_looked_up_by_shipping_method(
    make_settings: MakeSettings, make_order: MakeOrder
) -> None:
    """
    The method's id takes precedence over its name, which is also the routing.
    """
    order = make_order("S1")
    (shipment,) = order.shipments
    shipment = evolve(shipment, shipping_method_name="UPS Ground", shipping_method_id="ups-1")
    order = evolve(order, order_form=evolve(order.order_form, shipments=(shipment,)))
    settings = make_settings(scacs={"UPS Ground": "XXXX", "ups-1": "UPSN"})

    assert [("W66", "PP", "M", "", "", "UPS Ground", "", "", "", "", "UPSN")] == select(
        body(order, settings), "W66"
    )


def test_the_step_overrides_the_settings(
    make_settings: MakeSettings, make_order: MakeOrder
) -> None:
    """
    The step's properties replace order status, payment, transport, routing and carrier.
    """
    properties = Properties(
        {
            "OrderStatus": "R",
            "ShippingPaymentMethod": "CC",
            "TransportMethod": "U",
            "Routing": "Overnight",
            "Scac": "FDEN",
            "Note": "Leave at front door",
        }
    )

    segments = body(make_order(), make_settings(scac="UPSN", routing="Ground"), properties)

    assert "R" == segments[0][1]
    assert [("W66", "CC", "U", "", "", "Overnight", "", "", "", "", "FDEN")] == select(
        segments, "W66"
    )
    assert [("NTE", "WHI", "Leave at front door")] == select(segments, "NTE")


def test_the_service_point_is_sent(make_settings: MakeSettings, make_order: MakeOrder) -> None:
    """
    The shipment's service point is a reference (N9*ZZ).
    """
    order = make_order("S1")
    shipment = evolve(order.shipments[0], service_point_id="SP-77")
    order = evolve(order, order_form=evolve(order.order_form, shipments=(shipment,)))

    assert ("N9", "ZZ", "SP-77", "SERVICE POINT") in body(order, make_settings())


def test_public_notes_are_sent_if_configured(
    make_settings: MakeSettings, make_order: MakeOrder
) -> None:
    """
    The order's public notes are instructions to the warehouse, but not by default.
    """
    order = make_order(public_order_notes=(OrderNote(detail="Ring twice"),))

    assert [] == select(body(order, make_settings()), "NTE")
    assert [("NTE", "WHI", "Ring twice")] == select(
        body(order, make_settings(send_comments=True)), "NTE"
    )


def test_all_problems_of_an_order_are_reported_together(
    make_settings: MakeSettings, make_order: MakeOrder
) -> None:
    """
    The error has the problems of the order and those of the step.
    """
    order = make_order("S 1", id="A*1")
    properties = Properties({"Scac": "toolong"})

    with pytest.raises(InvalidOrderError) as raised:
        body(order, make_settings(), properties)

    assert "order A*1, shipment S 1 cannot be sent as a 940" in str(raised.value)
    assert {"id", "Scac"} == {problem.field for problem in raised.value.problems}


def test_properties_are_read_as_text(checks: Checks) -> None:
    """
    A number is read as text, and properties of other connectors are ignored.
    """
    properties = Properties({"Scac": "UPSN", "Routing": 7, "Other": {"a": "b"}})

    assert Step(scac="UPSN", routing="7") == Step.parse(properties, checks)
    assert [] == checks.problems


@pytest.mark.parametrize("value", [True, ["UPSN"], {"a": "b"}])
def test_a_property_that_is_not_text_is_a_problem(checks: Checks, value: object) -> None:
    """
    The problem names the property and says that text is expected.
    """
    Step.parse(Properties({"Scac": value}), checks)  # type: ignore[dict-item]

    (problem,) = checks.problems
    assert "Scac" == problem.field
    assert "expected text" == problem.cause
