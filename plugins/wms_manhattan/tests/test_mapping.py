"""
Mapping an order to original orders.
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
    (original_order,) = original_orders(order, None, properties or Properties(), settings)
    document = json.loads(original_order.content)
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


def test_smallest_order_has_the_fields_of_the_saved_requests(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    An order with an id, a line and an address needs no further setting.
    """
    address = {
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
        "DestinationAddress": address,
        "BillToName": "Ada Example",
        "BillToAddress": address,
        "MinimumStatus": "0500",
        "MaximumStatus": "0500",
        "OriginalOrderLine": [
            {"OriginalOrderLineId": "1", "ItemId": "TENT-2", "OrderedQuantity": "3"}
        ],
    } == _document(order_of(), settings_of())


def test_dates_are_on_the_facility_s_clock(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    Pickup and delivery windows are computed in the facility's time zone, and sent without it.
    """
    settings = settings_of(time_zone="Europe/Oslo", pickup_window_days=4, delivery_window_days=2)
    document = _document(order_of(created=JULY, requested_delivery_date=JULY), settings)
    assert {
        "PickupStartDateTime": "2026-07-10T12:00:00",
        "PickupEndDateTime": "2026-07-14T12:00:00",
        "DeliveryStartDateTime": "2026-07-08T12:00:00",
        "DeliveryEndDateTime": "2026-07-10T12:00:00",
    } == {name: value for name, value in document.items() if name.endswith("DateTime")}


def test_missing_dates_are_not_invented(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    An order without creation and delivery dates is sent without times.
    """
    document = _document(order_of(), settings_of(pickup_window_days=4))
    assert not [name for name in document if name.endswith("DateTime")]


def test_order_without_a_billing_address_has_no_bill_to(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    An order without a billing address and a customer name is sent without `BillTo` fields.
    """
    document = _document(order_of("S1", billing_address=None), settings_of())
    assert not {"BillToName", "BillToAddress"} & document.keys()


def test_shipment_s_expected_delivery_beats_the_order_s(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    The delivery date of a shipment replaces that of the order.
    """
    order = _in_shipment(
        order_of("S1", requested_delivery_date=JULY),
        expected_delivery_date=datetime(2026, 7, 12, tzinfo=UTC),
    )
    assert "2026-07-12T00:00:00" == _document(order, settings_of())["DeliveryEndDateTime"]


def test_date_out_of_the_calendar_is_a_problem(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A date whose window is outside the calendar makes the order invalid.
    """
    order = order_of(created=datetime(9999, 12, 31, tzinfo=UTC))
    problems = _problems(order, settings_of(pickup_window_days=4))
    assert ["is outside the calendar"] == [problem.cause for problem in problems]


def test_tenant_s_mapping_extends_the_default(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    Constants, sources and omitted fields of the settings change the default document.
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
    assert "DDP" == document["IncotermId"]
    assert document["ResidentialDestination"] is True
    assert not {"BillToName", "BillToAddress", "MinimumStatus"} & document.keys()


def test_service_level_follows_the_shipping_method(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    The step's service level precedes that of the shipping method, which precedes the default.
    """
    settings = settings_of(service_levels={"exp": "2DAY"}, default_service_level="GND")
    by_method = _in_shipment(order_of("S1"), shipping_method_id="exp")
    step = Properties({"ServiceLevel": "NOW"})
    assert {"ServiceLevelCode": "2DAY"} == _document(by_method, settings)["Extended"]
    assert {"ServiceLevelCode": "GND"} == _document(order_of(), settings)["Extended"]
    assert {"ServiceLevelCode": "NOW"} == _document(by_method, settings, step)["Extended"]


def test_unmapped_shipping_method_is_a_problem(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A method without a service level is a problem where there are levels and no default.
    """
    order = _in_shipment(order_of("S1"), shipping_method_name="Drone")
    (problem,) = _problems(order, settings_of(service_levels={"exp": "2DAY"}))
    assert "shippingMethodName" == problem.field
    assert "Drone" == problem.value
    assert "default_service_level" in str(problem.remedy)


def test_step_chooses_type_facility_and_extended_fields(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    A step's properties take precedence over the settings.
    """
    properties = Properties(
        {"OrderType": "B2B", "OriginFacilityId": "9"},
        {"Extended": {"GiftWrap": True, "Weight": Decimal("1.50")}},
    )
    settings = settings_of(order_constants={"Extended.GiftWrap": False})
    document = _document(order_of(), settings, properties)
    assert "B2B" == document["OrderType"]
    assert "9" == document["OriginFacilityId"]
    assert {"GiftWrap": True, "Weight": "1.5"} == document["Extended"]


def test_each_shipment_is_a_document_of_its_own(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    Each of several shipments is an original order with its own id.
    """
    orders = original_orders(order_of("S1", "S2"), None, Properties(), settings_of())
    assert ["WEB-1-S1", "WEB-1-S2"] == [
        json.loads(order.content)["OriginalOrderId"] for order in orders
    ]
    assert ["S1", "S2"] == [order.identity.shipment_id for order in orders]


def test_identities_are_those_that_are_sent(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    The identities for a search are those under which the orders are sent.
    """
    order, settings = order_of("S1", "S2"), settings_of()
    for shipment in (None, *order.shipments):
        sent = original_orders(order, shipment, Properties(), settings)
        assert tuple(original_order.identity for original_order in sent) == identities(
            order, shipment, Properties(), settings
        )


def test_problems_of_all_shipments_are_reported_together(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    Each problem of any shipment is reported, and names its shipment.
    """
    order = order_of("S1", "S2")
    invalid = evolve(
        order.shipments[1],
        address=Address(line1="1 A\tB", city="Reno"),
        line_items=(LineItem(line_item_id="5", quantity=Decimal(-2)),),
    )
    order = evolve(
        order, order_form=evolve(order.order_form, shipments=(order.shipments[0], invalid))
    )
    problems = _problems(order, settings_of())
    assert [
        (None, "address.countryCode"),
        ("5", "quantity"),
        ("5", "code"),
        (None, "DestinationAddress.Address1"),
    ] == [(problem.line_item_id, problem.field) for problem in problems]
    assert all(problem.cause.endswith("(shipment S2)") for problem in problems)


def test_two_shipments_with_one_id_are_a_problem(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    Two shipments whose documents would have one id cannot be sent.
    """
    problems = _problems(order_of("S1", "S1"), settings_of())
    assert ["is the id of 2 shipments"] == [problem.cause for problem in problems]


@pytest.mark.parametrize(
    ("limits", "is_invalid"),
    [({"OriginalOrderId": 50}, True), ({"OriginalOrderId": 60}, False), ({}, False)],
)
def test_length_of_the_id_is_a_setting(
    order_of: OrderOf, settings_of: SettingsOf, limits: dict[str, int], is_invalid: bool
) -> None:
    """
    The limit of a length, of which none is published, can be raised and removed.
    """
    order = order_of(id="W" * 51)
    if is_invalid:
        (problem,) = _problems(order, settings_of(max_lengths=limits))
        assert "OriginalOrderId" == problem.field
        assert "W" * 51 == problem.value
        assert "has 51 characters, the limit is 50" == problem.cause
    else:
        assert "W" * 51 == _document(order, settings_of(max_lengths=limits))["OriginalOrderId"]


def test_text_that_is_not_unicode_is_a_problem(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    Half a surrogate pair, which UTF-8 cannot encode, is a problem.
    """
    problems = _problems(order_of(customer_name="A\ud800"), settings_of())
    assert ["BillToName"] == [problem.field for problem in problems]


def test_body_is_utf8(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    Text in any script is sent unchanged, as UTF-8.
    """
    (original_order,) = original_orders(
        order_of(customer_name="Łódź 東京"), None, Properties(), settings_of()
    )
    assert "Łódź 東京".encode() in original_order.content
