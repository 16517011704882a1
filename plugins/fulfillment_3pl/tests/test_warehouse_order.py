"""
A delivery as the segments of a 940.
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

from .conftest import OrderOf, SettingsOf

MADE = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


def written(
    order: Order,
    settings: ThreePlSettings,
    properties: Properties = Properties(),  # noqa: B008
) -> list[Segment]:
    """
    The segments of the order's first delivery.
    """
    return warehouse_order(order, deliveries(order)[0], properties, settings, MADE)


def named(segments: list[Segment], name: str) -> list[Segment]:
    """
    The segments of one name.
    """
    return [each for each in segments if each[0] == name]


def test_a_minimal_order_has_every_segment_that_a_warehouse_wants(
    settings_of: SettingsOf, order_of: OrderOf
) -> None:
    """
    Id, lines and an address suffice.
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
    ] == written(order_of(), settings_of())


def test_the_depositors_number_is_the_orders_and_the_shipments(
    settings_of: SettingsOf, order_of: OrderOf
) -> None:
    """
    One number a shipment.
    """
    order = order_of("S1", customer_requisition="PO-7781")

    assert ("W05", "N", "WEB-1-S1", "PO-7781") == written(order, settings_of())[0]


@pytest.mark.parametrize("length", [23, 36])
def test_a_longer_number_than_22_is_refused(
    settings_of: SettingsOf, order_of: OrderOf, length: int
) -> None:
    """
    It names field, value and limit.
    """
    with pytest.raises(InvalidOrderError) as raised:
        written(order_of(id="x" * length), settings_of())

    first = raised.value.problems[0]
    assert ("id", "x" * length) == (first.field, first.value)
    assert f"has {length} characters, W05-02 takes 22" == first.cause


def test_dates_are_those_of_the_settings_zone(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Half past eleven at night in UTC is tomorrow in Oslo.
    """
    wanted = datetime(2026, 11, 29, 23, 0, tzinfo=UTC)
    order = order_of(requested_delivery_date=wanted)

    assert [("G62", "10", "20261127"), ("G62", "02", "20261130")] == named(
        written(order, settings_of(time_zone="Europe/Oslo", ship_within_days=2)), "G62"
    )


def test_the_carrier_is_found_by_shipping_method(
    settings_of: SettingsOf, order_of: OrderOf
) -> None:
    """
    By id before name; the method's name is the routing.
    """
    order = order_of("S1")
    (shipment,) = order.shipments
    shipment = evolve(shipment, shipping_method_name="UPS Ground", shipping_method_id="ups-1")
    order = evolve(order, order_form=evolve(order.order_form, shipments=(shipment,)))
    settings = settings_of(scacs={"UPS Ground": "XXXX", "ups-1": "UPSN"})

    assert [("W66", "PP", "M", "", "", "UPS Ground", "", "", "", "", "UPSN")] == named(
        written(order, settings), "W66"
    )


def test_the_step_overrides_the_settings(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Order status, payment, transport, routing, carrier and note.
    """
    step = Properties(
        {
            "OrderStatus": "R",
            "ShippingPaymentMethod": "CC",
            "TransportMethod": "U",
            "Routing": "Overnight",
            "Scac": "FDEN",
            "Note": "Leave at front door",
        }
    )

    segments = written(order_of(), settings_of(scac="UPSN", routing="Ground"), step)

    assert "R" == segments[0][1]
    assert [("W66", "CC", "U", "", "", "Overnight", "", "", "", "", "FDEN")] == named(
        segments, "W66"
    )
    assert [("NTE", "WHI", "Leave at front door")] == named(segments, "NTE")


def test_a_service_point_is_named(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Or the parcel would go to the wrong place.
    """
    order = order_of("S1")
    shipment = evolve(order.shipments[0], service_point_id="SP-77")
    order = evolve(order, order_form=evolve(order.order_form, shipments=(shipment,)))

    assert ("N9", "ZZ", "SP-77", "SERVICE POINT") in written(order, settings_of())


def test_public_notes_go_along_where_the_settings_say_so(
    settings_of: SettingsOf, order_of: OrderOf
) -> None:
    """
    Not by default.
    """
    order = order_of(public_order_notes=(OrderNote(detail="Ring twice"),))

    assert [] == named(written(order, settings_of()), "NTE")
    assert [("NTE", "WHI", "Ring twice")] == named(
        written(order, settings_of(send_comments=True)), "NTE"
    )


def test_every_fault_of_an_order_is_told_at_once(
    settings_of: SettingsOf, order_of: OrderOf
) -> None:
    """
    Head, address, step and lines.
    """
    order = order_of("S 1", id="A*1")
    step = Properties({"Scac": "toolong"})

    with pytest.raises(InvalidOrderError) as raised:
        written(order, settings_of(), step)

    assert "order A*1, shipment S 1 cannot be sent as a 940" in str(raised.value)
    assert {"id", "Scac"} == {each.field for each in raised.value.problems}


@pytest.fixture
def checks(settings_of: SettingsOf) -> Checks:
    """
    Checks by the default settings.
    """
    return Checks(settings_of())


def test_properties_are_read_as_text(checks: Checks) -> None:
    """
    A number is text too; what is not ours is left alone.
    """
    properties = Properties({"Scac": "UPSN", "Routing": 7, "Other": {"a": "b"}})

    assert Step(scac="UPSN", routing="7") == Step.read(properties, checks)
    assert [] == checks.problems


@pytest.mark.parametrize("value", [True, ["UPSN"], {"a": "b"}])
def test_a_property_that_is_no_text_is_a_problem(checks: Checks, value: object) -> None:
    """
    It names the property.
    """
    Step.read(Properties({"Scac": value}), checks)  # type: ignore[dict-item]

    assert [("Scac", "expected text")] == [(each.field, each.cause) for each in checks.problems]
