"""
An order as a sales order.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderferry import Order, Properties, Secret
from orderferry.errors import InvalidOrderError
from orderferry.orders import Address, LineItem, OrderForm, PropertyItem, Shipment
from orderferry_erp_sap import SapSettings
from orderferry_erp_sap._deep_insert import write
from orderferry_erp_sap._mapping import purchase_order_number, sales_order, sold_to_party
from orderferry_erp_sap.simulator._reading import read_sales_order

SettingsOf = Callable[..., SapSettings]
OrderOf = Callable[..., Order]


def test_the_whole_deep_insert(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Head, partner with address, item and price, as SAP reads them.
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


def test_id_lines_and_an_address_are_enough(settings_of: SettingsOf) -> None:
    """
    What else SAP needs comes from the settings.
    """
    order = Order(
        id="1",
        billing_address=Address(line1="Sample Street 1", city="Oslo"),
        order_form=OrderForm(line_items=(LineItem(code="A", quantity=Decimal(1)),)),
    )
    root = sales_order(order, None, Properties(), settings_of())
    assert root.values["TransactionCurrency"] == "USD"
    assert "CustomerPurchaseOrderDate" not in root.values


def test_a_shipment_has_a_number_of_its_own(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Its purchase order number is the order's and the shipment's id; its dates are its own.
    """
    order = order_of("S1", "S2", requested_delivery_date=datetime(2025, 3, 1, tzinfo=UTC))
    shipment = order.shipments[1]
    assert purchase_order_number(order, None) == "WEB-1"
    assert purchase_order_number(order, shipment) == "WEB-1/S2"
    root = sales_order(order, shipment, Properties(), settings_of())
    assert root.values["PurchaseOrderByCustomer"] == "WEB-1/S2"
    assert root.values["RequestedDeliveryDate"] == datetime(2025, 3, 1, tzinfo=UTC).date()


def test_days_are_those_of_the_setting_s_zone(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Half past eleven in the evening in UTC is the next day in Oslo.
    """
    settings = settings_of(time_zone="Europe/Oslo")
    root = sales_order(order_of(), None, Properties(), settings)
    assert root.values["CustomerPurchaseOrderDate"] == datetime(2025, 2, 1, tzinfo=UTC).date()


def test_the_step_beats_properties_and_these_the_constants(
    settings_of: SettingsOf, order_of: OrderOf
) -> None:
    """
    Settings, constants, the order's properties and the step's: the later one wins.
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


def test_the_customer_may_be_the_orders(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    With `use_customer_number` the order's customer orders and gets the goods, or who else is named.
    """
    order = order_of(customer_number="4711")
    assert sold_to_party(order, Properties(), settings_of()) == "17100001"
    settings = settings_of(use_customer_number=True, bill_to_function="BP")
    assert sold_to_party(order, Properties(), settings) == "4711"
    assert sold_to_party(order, Properties({"SoldToParty": "9"}), settings) == "9"
    root = sales_order(order, None, Properties(), settings)
    assert [p.values for p in root.children["to_Partner"]] == [
        {"PartnerFunction": "SH", "Customer": "4711"},
        {"PartnerFunction": "BP", "Customer": "4711"},
    ]
    root = sales_order(order, None, Properties(), settings_of(ship_to_party="17100002"))
    assert root.children["to_Partner"][0].values["Customer"] == "17100002"


def test_no_address_is_a_problem_unless_the_settings_allow_it(
    settings_of: SettingsOf, order_of: OrderOf
) -> None:
    """
    SAP would send the goods to the customer's own address, which must be wanted.
    """
    order = order_of(billing_address=None)
    with pytest.raises(InvalidOrderError) as caught:
        sales_order(order, None, Properties(), settings_of())
    assert [problem.field for problem in caught.value.problems] == ["to_Address"]
    root = sales_order(order, None, Properties(), settings_of(address_required=False))
    assert root.children["to_Partner"][0].children == {}


def test_nothing_to_send_is_a_problem(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    An order whose lines are all cancelled makes no sales order.
    """
    gone = LineItem(code="A", quantity=Decimal(1), canceled_quantity=Decimal(1))
    with pytest.raises(InvalidOrderError, match="there is no line to send"):
        sales_order(order_of(lines=(gone,)), None, Properties(), settings_of())


def test_all_faults_are_told_at_once(settings_of: SettingsOf, order_of: OrderOf) -> None:
    """
    Head and lines, length and sign and character: each is a problem, and the message tells some.
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
    found = {(problem.line_item_id, problem.field) for problem in caught.value.problems}
    assert found == {
        (None, "PurchaseOrderByCustomer"),
        (None, "SalesOrderType"),
        ("L1", "Material"),
        ("L2", "RequestedQuantity"),
        ("L3", "Material"),
        ("L3", "RequestedQuantity"),
    }
    assert "nothing was sent" in str(caught.value)
    assert "(and 3 more)" in str(caught.value)


def test_a_fault_that_two_lines_share_is_told_once(
    settings_of: SettingsOf, order_of: OrderOf, address: Address
) -> None:
    """
    An address without a country that SAP knows is one problem, however many lines go there.
    """
    lines = tuple(LineItem(line_item_id=n, code="A", quantity=Decimal(1)) for n in "123")
    nowhere = Address(name="Sample Customer", city="Atlantis", country_code="??")
    parts = (
        Shipment(shipment_id="S1", address=address, line_items=lines[:1]),
        Shipment(shipment_id="S2", address=nowhere, line_items=lines[1:]),
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
def test_what_passes_the_checks_passes_sap(
    order_id: str, codes: list[str], quantity: Decimal, name: str, country: str | None, comment: str
) -> None:
    """
    Any order is either refused before sending, or read without complaint by the simulator.
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
