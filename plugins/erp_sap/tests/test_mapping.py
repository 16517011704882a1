"""
Mapping an order to a sales order.
"""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderferry import Order, Properties, Secret
from orderferry.errors import InvalidOrderError
from orderferry.orders import Address, LineItem, OrderForm, OrderNote, PropertyItem, Shipment
from orderferry_erp_sap import SapSettings
from orderferry_erp_sap._deep_insert import write
from orderferry_erp_sap._mapping import notes, purchase_order_number, sales_order, sold_to_party
from orderferry_erp_sap.simulator._reading import read_sales_order

from .conftest import OrderOf, SettingsOf


def test_the_complete_deep_insert(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    An order is a header with a partner, an address, an item and a price.
    """
    body = json.loads(write(sales_order(order_of(), None, Properties(), settings_of())))
    assert body == {
        "SalesOrderType": "OR",
        "SalesOrganization": "1710",
        "DistributionChannel": "10",
        "OrganizationDivision": "00",
        "SoldToParty": "17100001",
        "PurchaseOrderByCustomer": "WEB-1",
        "CustomerPurchaseOrderDate": "/Date(1738281600000)/",
        "TransactionCurrency": "NOK",
        "to_Partner": {
            "results": [
                {
                    "PartnerFunction": "SH",
                    "Customer": "17100001",
                    "to_Address": {
                        "results": [
                            {
                                "AddressRepresentationCode": "",
                                "AddresseeFullName": "Sample Customer",
                                "OrganizationName1": "Sample Customer",
                                "StreetName": "Sample Street",
                                "HouseNumber": "1",
                                "PostalCode": "0150",
                                "CityName": "Oslo",
                                "Country": "NO",
                            }
                        ]
                    },
                }
            ]
        },
        "to_Item": {
            "results": [
                {
                    "SalesOrderItem": "10",
                    "UnderlyingPurchaseOrderItem": "L1",
                    "Material": "TG11",
                    "RequestedQuantity": "2",
                    "RequestedQuantityUnit": "PC",
                    "to_PricingElement": {
                        "results": [
                            {
                                "ConditionType": "PMP0",
                                "ConditionRateValue": "19.9",
                                "ConditionCurrency": "NOK",
                            }
                        ]
                    },
                }
            ]
        },
    }


def test_an_order_may_be_minimal(settings_of: SettingsOf) -> None:
    """
    An order with an id, a line and an address is sent with the defaults of the settings.
    """
    order = Order(
        id="1",
        billing_address=Address(line1="Sample Street 1", city="Oslo"),
        order_form=OrderForm(line_items=(LineItem(code="A", quantity=Decimal(1)),)),
    )
    root = sales_order(order, None, Properties(), settings_of())
    assert root.values["TransactionCurrency"] == "USD"
    assert "CustomerPurchaseOrderDate" not in root.values


def test_a_shipment_has_its_own_number(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    The purchase order number of a shipment has the ids of order and shipment.
    """
    order = order_of("S1", "S2", requested_delivery_date=datetime(2025, 3, 1, tzinfo=UTC))
    shipment = order.shipments[1]
    assert purchase_order_number(order, None) == "WEB-1"
    assert purchase_order_number(order, shipment) == "WEB-1/S2"
    root = sales_order(order, shipment, Properties(), settings_of())
    assert root.values["PurchaseOrderByCustomer"] == "WEB-1/S2"
    assert root.values["RequestedDeliveryDate"] == datetime(2025, 3, 1, tzinfo=UTC).date()


def test_dates_are_in_the_configured_time_zone(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    A date is the calendar day in the time zone of the settings.
    """
    settings = settings_of(time_zone="Europe/Oslo")
    root = sales_order(order_of(), None, Properties(), settings)
    assert root.values["CustomerPurchaseOrderDate"] == datetime(2025, 2, 1, tzinfo=UTC).date()


def test_the_precedence_of_header_fields(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Constants, properties of the order and of the step take precedence, in this sequence.
    """
    settings = settings_of(
        header_constants={"SalesOrganization": "2000", "DistributionChannel": "20"},
        header_properties={"channel": "DistributionChannel", "type": "SalesOrderType"},
    )
    order = order_of(
        properties=(
            PropertyItem(key="channel", value="30"),
            PropertyItem(key="type", value="ZO1"),
        )
    )
    step = Properties({"SalesOrderType": "ZO2", "TransactionCurrency": "EUR"})
    root = sales_order(order, None, step, settings)
    names = ("OrganizationDivision", "SalesOrganization", "DistributionChannel", "SalesOrderType")
    assert [root.values[name] for name in names] == ["00", "2000", "30", "ZO2"]
    (item,) = root.children["to_Item"]
    assert item.children["to_PricingElement"][0].values["ConditionCurrency"] == "EUR"


def test_the_sold_to_party(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    The order's customer may be the sold-to party, unless the step names one.
    """
    order = order_of(customer_number="4711")
    assert sold_to_party(order, Properties(), settings_of()) == "17100001"
    settings = settings_of(use_customer_number=True, bill_to_function="BP")
    assert sold_to_party(order, Properties(), settings) == "4711"
    assert sold_to_party(order, Properties({"SoldToParty": "9"}), settings) == "9"
    root = sales_order(order, None, Properties(), settings)
    assert [partner.values for partner in root.children["to_Partner"]] == [
        {"PartnerFunction": "SH", "Customer": "4711"},
        {"PartnerFunction": "BP", "Customer": "4711"},
    ]
    root = sales_order(order, None, Properties(), settings_of(ship_to_party="17100002"))
    assert root.children["to_Partner"][0].values["Customer"] == "17100002"


def test_a_missing_address_is_a_problem(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    An order without an address is invalid, unless `address_required` is false.
    """
    order = order_of(billing_address=None)
    with pytest.raises(InvalidOrderError) as caught:
        sales_order(order, None, Properties(), settings_of())
    assert [problem.field for problem in caught.value.problems] == ["to_Address"]
    root = sales_order(order, None, Properties(), settings_of(address_required=False))
    assert root.children["to_Partner"][0].children == {}


def test_notes_with_one_id_are_one_text(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Notes with one LongTextID are the paragraphs of one text.
    """
    order = order_of(
        order_notes=(OrderNote(title="Call", detail="before noon"), OrderNote(detail=None)),
        public_order_notes=(OrderNote(detail="Thank you"),),
    )
    (text,) = notes(order, settings_of())
    assert text.values == {
        "Language": "EN",
        "LongTextID": "TX01",
        "LongText": "Thank you\nCall: before noon",
    }


def test_notes_with_two_ids_are_two_texts(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Internal and public notes have the LongTextID of the settings, unless that is empty.
    """
    order = order_of(
        order_notes=(OrderNote(detail="internal"),),
        public_order_notes=(OrderNote(detail="public"),),
    )
    texts = notes(order, settings_of(note_text="TX02", text_language="NO"))
    assert [(text.values["LongTextID"], text.values["LongText"]) for text in texts] == [
        ("TX01", "public"),
        ("TX02", "internal"),
    ]
    assert notes(order, settings_of(note_text="", public_note_text="")) == ()


def test_an_order_without_open_lines_is_invalid(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    An order whose lines are all cancelled is invalid.
    """
    cancelled = LineItem(code="A", quantity=Decimal(1), canceled_quantity=Decimal(1))
    with pytest.raises(InvalidOrderError, match="there is no line to send"):
        sales_order(order_of(lines=(cancelled,)), None, Properties(), settings_of())


def test_all_problems_are_reported_together(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    The error has every problem of header and lines, and its message has the first three.
    """
    order = order_of(
        lines=(
            LineItem(line_item_id="L1", code="M" * 41, quantity=Decimal(1)),
            LineItem(line_item_id="L2", code="A", quantity=Decimal(-1)),
            LineItem(line_item_id="L3", code="A\0", quantity=Decimal("1E20")),
        ),
        id="W" * 36,
    )
    with pytest.raises(InvalidOrderError) as caught:
        sales_order(order, None, Properties({"SalesOrderType": "TOO LONG"}), settings_of())
    fields = {(problem.line_item_id, problem.field) for problem in caught.value.problems}
    assert fields == {
        (None, "PurchaseOrderByCustomer"),
        (None, "SalesOrderType"),
        ("L1", "Material"),
        ("L2", "RequestedQuantity"),
        ("L3", "Material"),
        ("L3", "RequestedQuantity"),
    }
    assert "nothing was sent" in str(caught.value)
    assert "(and 3 more)" in str(caught.value)


def test_a_problem_that_two_lines_share_is_reported_once(
    settings_of: SettingsOf, order_of: OrderOf, address: Address
) -> None:
    """
    An invalid address of several lines is one problem.
    """
    lines = tuple(LineItem(line_item_id=n, code="A", quantity=Decimal(1)) for n in "123")
    unknown = Address(name="Sample Customer", city="Atlantis", country_code="??")
    parts = (
        Shipment(shipment_id="S1", address=address, line_items=lines[:1]),
        Shipment(shipment_id="S2", address=unknown, line_items=lines[1:]),
    )
    order = order_of(order_form=OrderForm(shipments=parts))
    with pytest.raises(InvalidOrderError) as caught:
        sales_order(order, None, Properties(), settings_of())
    assert [problem.field for problem in caught.value.problems] == ["Country"]


_texts = st.text(max_size=45)
_amounts = st.decimals(allow_nan=False, allow_infinity=False, min_value=-5, max_value=10**13)


@given(
    order_id=_texts,
    codes=st.lists(_texts, max_size=3),
    quantity=_amounts,
    name=_texts,
    country=st.sampled_from(["NO", "SWE", "??", None]),
    comment=st.text(max_size=20),
)
def test_a_valid_order_is_accepted_by_the_simulator(
    order_id: str, codes: list[str], quantity: Decimal, name: str, country: str | None, comment: str
) -> None:
    """
    An order is either invalid, or accepted by the simulator.
    """
    lines = tuple(LineItem(code=code, quantity=quantity, comment=comment) for code in codes)
    order = Order(
        id=order_id,
        billing_address=Address(name=name, city="Oslo", country_code=country),
        order_form=OrderForm(
            line_items=lines,
            shipments=(Shipment(shipment_id="S1", line_items=lines),),
        ),
    )
    settings = SapSettings(
        base_url="https://sap.example", username="u", password=Secret("a-password")
    )
    try:
        body = write(sales_order(order, None, Properties(), settings))
    except InvalidOrderError:
        return
    assert read_sales_order(body)["PurchaseOrderByCustomer"] == order_id
