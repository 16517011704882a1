"""
Fields that settings, properties and the step assign.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from orderferry import Properties
from orderferry.errors import Problem
from orderferry.orders import PropertyItem
from orderferry_erp_sap._assignments import STEP_PROPERTIES, constants, from_properties, from_step
from orderferry_erp_sap._deep_insert import Value


def _constant(name: str, value: str) -> Value:
    problems: list[Problem] = []
    values = constants("A_SalesOrder", {name: value}, problems)
    assert problems == []
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
    A constant is converted to the type of its field, and stays text in an extension field.
    """
    assert value == _constant(name, text)


@pytest.mark.parametrize(
    ("name", "text", "cause"),
    [
        ("CompleteDeliveryIsDefined", "yes", "is neither true nor false"),
        ("PricingDate", "31.01.2025", "is not a date such as 2025-01-31"),
    ],
)
def test_a_value_of_another_type_is_a_problem(name: str, text: str, cause: str) -> None:
    """
    A value that cannot be converted is a problem with field, value and cause.
    """
    problems: list[Problem] = []
    assert constants("A_SalesOrder", {name: text}, problems) == {}
    (problem,) = problems
    assert problem.field == name
    assert problem.value == text
    assert problem.cause == cause


def test_properties_are_mapped_to_fields() -> None:
    """
    Properties set the fields that their keys are mapped to, unless they are empty.
    """
    names = {"plant": "ProductionPlant", "gift": "YY1_Gift_SDI", "weight": "YY1_Weight_SDI"}
    properties = (
        PropertyItem(key="plant", value="1710"),
        PropertyItem(key="gift", value="True", value_type="Boolean"),
        PropertyItem(key="weight", value=""),
        PropertyItem(key="other", value="x"),
    )
    problems: list[Problem] = []
    values = from_properties("A_SalesOrderItem", names, properties, problems, "L1")
    assert values == {"ProductionPlant": "1710", "YY1_Gift_SDI": True}
    assert problems == []


def test_an_invalid_property_names_its_line() -> None:
    """
    A property of a line that cannot be converted is a problem with the line.
    """
    problems: list[Problem] = []
    names = {"quantity": "RequestedQuantity"}
    properties = (PropertyItem(key="quantity", value="two"),)
    assert from_properties("A_SalesOrderItem", names, properties, problems, "L1") == {}
    (problem,) = problems
    assert problem.line_item_id == "L1"
    assert problem.field == "RequestedQuantity"
    assert problem.cause == "is not a number"


def test_the_step_sets_header_fields_by_name() -> None:
    """
    Properties of the step are converted to the fields of the same name, and others are ignored.
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
    problems: list[Problem] = []
    assert from_step(properties, problems) == {
        "SalesOrderType": "ZOR",
        "SalesOffice": "170",
        "ShippingCondition": "1",
        "PricingDate": date(2025, 1, 31),
        "CompleteDeliveryIsDefined": True,
    }
    assert problems == []


def test_a_list_is_not_a_value_of_a_field() -> None:
    """
    A property of the step that is a list or an object is a problem.
    """
    problems: list[Problem] = []
    assert from_step(Properties({"SalesOffice": ["1"]}), problems) == {}
    assert [problem.field for problem in problems] == ["SalesOffice"]


def test_the_step_cannot_set_reserved_fields() -> None:
    """
    The step cannot set the purchase order number, keys and fields that SAP creates.
    """
    assert "PurchaseOrderByCustomer" not in STEP_PROPERTIES
    assert "SalesOrder" not in STEP_PROPERTIES
    assert "TotalNetAmount" not in STEP_PROPERTIES
    assert {"SalesOrderType", "SalesOrganization", "DistributionChannel"} < set(STEP_PROPERTIES)
    assert {"OrganizationDivision", "SoldToParty"} < set(STEP_PROPERTIES)
