"""
An order becomes the original orders that a tenant's mapping asks for, or a list of its faults.
"""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from attrs import evolve

from orderferry import Order, Properties
from orderferry.errors import InvalidOrderError, Problem
from orderferry.orders import Address, LineItem, PropertyItem, Shipment
from orderferry_wms_manhattan import ManhattanSettings
from orderferry_wms_manhattan._mapping import identities, original_orders

from .conftest import OrderOf, SettingsOf

JULY = datetime(2026, 7, 10, 10, 0, tzinfo=UTC)


def _document(
    order: Order, settings: ManhattanSettings, properties: Properties | None = None
) -> dict[str, object]:
    (made,) = original_orders(order, None, properties or Properties(), settings)
    document = json.loads(made.content)
    assert isinstance(document, dict)
    return document


def _problems(
    order: Order, settings: ManhattanSettings, shipment: Shipment | None = None
) -> tuple[Problem, ...]:
    with pytest.raises(InvalidOrderError) as caught:
        original_orders(order, shipment, Properties(), settings)
    assert f"order {order.id} cannot be sent to Manhattan" == str(caught.value)
    return caught.value.problems


def _in_shipment(order: Order, **changes: object) -> Order:
    shipment = evolve(order.shipments[0], **changes)  # type: ignore[arg-type]
    return evolve(order, order_form=evolve(order.order_form, shipments=(shipment,)))


def test_smallest_order_has_what_the_saved_requests_have(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    An order with id, a line and an address needs no further setting.
    """
    where = {
        "FirstName": "Ada",
        "LastName": "Example",
        "Address1": "1 Sample Street",
        "City": "Reno",
        "State": "NV",
        "PostalCode": "89502",
        "Country": "US",
    }
    assert {
        "OriginalOrderId": "WEB-1",
        "OrderType": "DTC",
        "OriginFacilityId": "DC01",
        "DestinationAddress": where,
        "BillToName": "Ada Example",
        "BillToAddress": where,
        "MinimumStatus": "0500",
        "MaximumStatus": "0500",
        "OriginalOrderLine": [
            {"OriginalOrderLineId": "1", "ItemId": "TENT-2", "OrderedQuantity": "3"}
        ],
    } == _document(order_of(), settings_of())


def test_dates_are_on_the_facility_s_clock(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    Pickup and delivery windows follow from creation and requested delivery, without a zone.
    """
    settings = settings_of(time_zone="Europe/Oslo", pickup_window_days=4, delivery_window_days=2)
    document = _document(order_of(created=JULY, requested_delivery_date=JULY), settings)
    assert {
        "PickupStartDateTime": "2026-07-10T12:00:00",
        "PickupEndDateTime": "2026-07-14T12:00:00",
        "DeliveryStartDateTime": "2026-07-08T12:00:00",
        "DeliveryEndDateTime": "2026-07-10T12:00:00",
    } == {name: value for name, value in document.items() if name.endswith("DateTime")}


def test_no_dates_are_made_up(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    An order that says neither when it was made nor when it is due is sent without times.
    """
    document = _document(order_of(), settings_of(pickup_window_days=4))
    assert not [name for name in document if name.endswith("DateTime")]


def test_shipment_without_any_address_but_the_shipment_s(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    Without a billing address there is no bill-to address, and a name only where the order has one.
    """
    document = _document(order_of("S1", billing_address=None), settings_of())
    assert not {"BillToName", "BillToAddress"} & document.keys()


def test_shipment_s_expected_delivery_beats_the_order_s(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    A shipment has its own day of delivery.
    """
    order = _in_shipment(
        order_of("S1", requested_delivery_date=JULY),
        expected_delivery_date=datetime(2026, 7, 12, tzinfo=UTC),
    )
    assert "2026-07-12T00:00:00" == _document(order, settings_of())["DeliveryEndDateTime"]


def test_date_out_of_the_calendar_is_a_problem(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A date that no window fits round is the order's fault, not a crash.
    """
    order = order_of(created=datetime(9999, 12, 31, tzinfo=UTC))
    problems = _problems(order, settings_of(pickup_window_days=4))
    assert ["out of the calendar"] == [problem.cause for problem in problems]


def test_tenant_s_mapping_is_laid_over_the_usual(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    Constants, sources and fields to leave out make the tenant's own document.
    """
    settings = settings_of(
        reference_field="Extended.WebOrder",
        order_constants={"IncotermId": "DDP", "ResidentialDestination": True},
        order_fields={
            "Extended.ExternalPurchaseOrderNumber": "order.customerReference",
            "Extended.Gate": "shipment.properties.gate",
            "Extended.Total": "order.orderForm.total",
            "Extended.Missing": "order.customerId",
        },
        leave_out=("BillToName", "BillToAddress", "DestinationAddress.LastName"),
    )
    order = _in_shipment(
        order_of("S1", customer_reference="PO 7"),
        properties=(PropertyItem(key="gate", value="G4"),),
    )
    order = evolve(order, order_form=evolve(order.order_form, total=Decimal("59.970")))
    document = _document(order, settings)
    assert {
        "WebOrder": "WEB-1",
        "ExternalPurchaseOrderNumber": "PO 7",
        "Gate": "G4",
        "Total": "59.97",
    } == document["Extended"]
    assert ("DDP", True) == (document["IncotermId"], document["ResidentialDestination"])
    assert not {"BillToName", "BillToAddress", "MinimumStatus"} & document.keys()


def test_service_level_follows_the_shipping_method(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    Method, default and step decide, in this order from weakest to strongest.
    """
    settings = settings_of(service_levels={"exp": "2DAY"}, default_service_level="GND")
    by_method = _in_shipment(order_of("S1"), shipping_method_id="exp")
    step = Properties({"ServiceLevel": "NOW"})
    assert [
        {"ServiceLevelCode": "2DAY"},
        {"ServiceLevelCode": "GND"},
        {"ServiceLevelCode": "NOW"},
    ] == [
        _document(by_method, settings)["Extended"],
        _document(order_of(), settings)["Extended"],
        _document(by_method, settings, step)["Extended"],
    ]


def test_unmapped_shipping_method_is_refused(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    With levels and no default, a method that has none is a problem with its remedy.
    """
    order = _in_shipment(order_of("S1"), shipping_method_name="Drone")
    (problem,) = _problems(order, settings_of(service_levels={"exp": "2DAY"}))
    assert ("shippingMethodName", "Drone") == (problem.field, problem.value)
    assert "default_service_level" in str(problem.remedy)


def test_step_chooses_type_facility_and_extended_fields(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    A step's properties stand in the document above the settings.
    """
    properties = Properties(
        {"OrderType": "B2B", "OriginFacilityId": "9"},
        {"Extended": {"GiftWrap": True, "Weight": Decimal("1.50")}},
    )
    settings = settings_of(order_constants={"Extended.GiftWrap": False})
    document = _document(order_of(), settings, properties)
    assert ("B2B", "9") == (document["OrderType"], document["OriginFacilityId"])
    assert {"GiftWrap": True, "Weight": "1.5"} == document["Extended"]


def test_each_shipment_is_a_document_of_its_own(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    Several shipments become several original orders, with ids of their own.
    """
    made = original_orders(order_of("S1", "S2"), None, Properties(), settings_of())
    assert ["WEB-1-S1", "WEB-1-S2"] == [
        json.loads(each.content)["OriginalOrderId"] for each in made
    ]
    assert ["S1", "S2"] == [each.identity.shipment_id for each in made]


def test_ids_to_ask_for_are_the_ids_that_are_sent(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    What is searched for later is what is sent now.
    """
    order, settings = order_of("S1", "S2"), settings_of()
    for shipment in (None, *order.shipments):
        sent = original_orders(order, shipment, Properties(), settings)
        assert tuple(each.identity for each in sent) == identities(
            order, shipment, Properties(), settings
        )


def test_all_faults_of_all_shipments_are_told_at_once(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    Nothing is sent of an order with a fault anywhere, and every fault names its shipment.
    """
    order = order_of("S1", "S2")
    bad = evolve(
        order.shipments[1],
        address=Address(line1="1 A\tB", city="Reno"),
        line_items=(LineItem(line_item_id="5", quantity=Decimal(-2)),),
    )
    order = evolve(order, order_form=evolve(order.order_form, shipments=(order.shipments[0], bad)))
    problems = _problems(order, settings_of())
    assert [
        (None, "address.countryCode"),
        ("5", "quantity"),
        ("5", "code"),
        (None, "DestinationAddress.Address1"),
    ] == [(problem.line_item_id, problem.field) for problem in problems]
    assert all(problem.cause.endswith("(shipment S2)") for problem in problems)


def test_two_shipments_of_one_id_are_refused(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    Two documents under one id could not be told apart.
    """
    problems = _problems(order_of("S1", "S1"), settings_of())
    assert ["would stand for 2 shipments"] == [problem.cause for problem in problems]


@pytest.mark.parametrize(
    ("limits", "refused"),
    [({"OriginalOrderId": 50}, True), ({"OriginalOrderId": 60}, False), ({}, False)],
)
def test_length_of_the_id_is_a_setting(
    order_of: OrderOf, settings_of: SettingsOf, limits: dict[str, int], refused: bool
) -> None:
    """
    No length is published: the limit can be raised, and taken away.
    """
    order = order_of(id="W" * 51)
    if refused:
        (problem,) = _problems(order, settings_of(max_lengths=limits))
        assert ("OriginalOrderId", "W" * 51) == (problem.field, problem.value)
        assert "50 is the limit" in problem.cause
    else:
        assert "W" * 51 == _document(order, settings_of(max_lengths=limits))["OriginalOrderId"]


def test_text_that_is_no_unicode_is_refused_not_sent(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    Half a surrogate pair, which UTF-8 cannot hold, is a problem like any other.
    """
    problems = _problems(order_of(customer_name="A\ud800"), settings_of())
    assert ["BillToName"] == [problem.field for problem in problems]


def test_body_is_utf8(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    Names in any script are sent as they are.
    """
    (made,) = original_orders(
        order_of(customer_name="Łódź 東京"), None, Properties(), settings_of()
    )
    assert "Łódź 東京".encode() in made.content
