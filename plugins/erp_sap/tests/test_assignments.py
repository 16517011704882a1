"""
Fields that people assign themselves.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from orderferry import Properties
from orderferry.errors import Problem
from orderferry.orders import PropertyItem
from orderferry_erp_sap._assignments import STEP_PROPERTIES, constants, from_properties, from_step
from orderferry_erp_sap._deep_insert import Value


def _one(name: str, value: str) -> Value:
    faults: list[Problem] = []
    values = constants("A_SalesOrder", {name: value}, faults)
    assert faults == []
    return values[name]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("DeliveryBlockReason", "01", "01"),
        ("CompleteDeliveryIsDefined", "True", True),
        ("PricingDate", "2025-01-31", date(2025, 1, 31)),
        ("PricingDate", "2025-01-31T12:00:00Z", date(2025, 1, 31)),
        ("YY1_X_SDH", "true", "true"),
    ],
)
def test_a_constant_has_the_type_of_its_field(name: str, text: str, value: Value) -> None:
    """
    Text becomes what SAP's metadata says; an extension field takes the text.
    """
    assert value == _one(name, text)


@pytest.mark.parametrize(
    ("name", "text", "cause"),
    [
        ("CompleteDeliveryIsDefined", "yes", "is neither true nor false"),
        ("PricingDate", "31.01.2025", "is no date such as 2025-01-31"),
    ],
)
def test_a_value_of_another_type_is_a_problem(name: str, text: str, cause: str) -> None:
    """
    What cannot be read names field, value and cause.
    """
    faults: list[Problem] = []
    assert constants("A_SalesOrder", {name: text}, faults) == {}
    (fault,) = faults
    assert (fault.field, fault.value, fault.cause) == (name, text, cause)


def test_properties_go_to_the_fields_that_they_are_mapped_to() -> None:
    """
    By key; empty ones and others set nothing; a Boolean is one also in an extension field.
    """
    names = {"plant": "ProductionPlant", "gift": "YY1_Gift_SDI", "weight": "YY1_Weight_SDI"}
    properties = (
        PropertyItem(key="plant", value="1710"),
        PropertyItem(key="gift", value="True", value_type="Boolean"),
        PropertyItem(key="weight", value=""),
        PropertyItem(key="other", value="x"),
    )
    faults: list[Problem] = []
    values = from_properties("A_SalesOrderItem", names, properties, faults, "L1")
    assert values == {"ProductionPlant": "1710", "YY1_Gift_SDI": True}
    assert faults == []


def test_a_faulty_property_names_its_line() -> None:
    """
    A decimal field wants a number.
    """
    faults: list[Problem] = []
    names = {"quantity": "RequestedQuantity"}
    properties = (PropertyItem(key="quantity", value="two"),)
    assert from_properties("A_SalesOrderItem", names, properties, faults, "L1") == {}
    assert [(f.line_item_id, f.field, f.cause) for f in faults] == [
        ("L1", "RequestedQuantity", "is no number")
    ]


def test_the_step_sets_header_fields_by_their_names() -> None:
    """
    Typed values become what the field wants; properties of other names are no concern here.
    """
    properties = Properties(
        {
            "SalesOrderType": "ZOR",
            "SalesOffice": 170,
            "ShippingCondition": Decimal(1),
            "PricingDate": datetime(2025, 1, 31, 12, tzinfo=UTC),
            "CompleteDeliveryIsDefined": True,
            "Facility": "DC01",
            "DistributionChannel": None,
        }
    )
    faults: list[Problem] = []
    assert from_step(properties, faults) == {
        "SalesOrderType": "ZOR",
        "SalesOffice": "170",
        "ShippingCondition": "1",
        "PricingDate": date(2025, 1, 31),
        "CompleteDeliveryIsDefined": True,
    }
    assert faults == []


def test_a_list_is_no_value_of_a_field() -> None:
    """
    A property of the step that holds a list or an object is a problem.
    """
    faults: list[Problem] = []
    assert from_step(Properties({"SalesOffice": ["1"]}), faults) == {}
    assert [fault.field for fault in faults] == ["SalesOffice"]


def test_the_step_cannot_set_the_orders_id_nor_a_key() -> None:
    """
    The purchase order number is how an order is found again.
    """
    assert "PurchaseOrderByCustomer" not in STEP_PROPERTIES
    assert "SalesOrder" not in STEP_PROPERTIES
    assert "TotalNetAmount" not in STEP_PROPERTIES
    assert {"SalesOrderType", "SalesOrganization", "DistributionChannel"} < set(STEP_PROPERTIES)
    assert {"OrganizationDivision", "SoldToParty"} < set(STEP_PROPERTIES)
