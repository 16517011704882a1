"""
The deep insert as values and as JSON.
"""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderferry_erp_sap._payload import Entry, document, json_value, plain, write


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("2", "2"),
        ("2.000", "2"),
        ("19.90", "19.9"),
        ("100", "100"),
        ("1E+2", "100"),
        ("-4.50", "-4.5"),
        ("0.00", "0"),
        ("1E-3", "0.001"),
    ],
)
def test_decimals_are_plain_strings(number: str, text: str) -> None:
    """
    OData v2 has decimals as strings, without exponents.
    """
    assert text == json_value(Decimal(number))


@given(st.decimals(-(10**14), 10**14, allow_nan=False, allow_infinity=False, places=9))
def test_no_digit_is_lost(number: Decimal) -> None:
    """
    What is written is the number itself.
    """
    assert number == Decimal(plain(number))


def test_days_are_midnight_in_milliseconds() -> None:
    """
    A day is `/Date(ms)/` of its midnight in UTC, before 1970 too.
    """
    assert json_value(date(2025, 1, 31)) == "/Date(1738281600000)/"
    assert json_value(date(1969, 12, 31)) == "/Date(-86400000)/"


def test_children_are_collections_and_empty_ones_are_left_out() -> None:
    """
    Children stand under `results`; properties come in SAP's order, extension fields last.
    """
    item = Entry(entity="A_SalesOrderItem", values={"Material": "A", "SalesOrderItem": "10"})
    order = Entry(
        entity="A_SalesOrder",
        values={"YY1_X_SDH": "x", "SoldToParty": "1", "SalesOrderType": "OR"},
        children={"to_Item": (item,), "to_Text": ()},
    )
    result = document(order)
    assert list(result) == ["SalesOrderType", "SoldToParty", "YY1_X_SDH", "to_Item"]
    assert result["to_Item"] == {"results": [{"SalesOrderItem": "10", "Material": "A"}]}


def test_the_body_is_utf_8() -> None:
    """
    Letters are written as they are, and read back as they were.
    """
    order = Entry(entity="A_SalesOrder", values={"SoldToParty": "Ø'\"\\\u2028"})
    assert "Ø".encode() in write(order)
    assert json.loads(write(order)) == {"SoldToParty": "Ø'\"\\\u2028"}


def test_each_entry_knows_its_line() -> None:
    """
    What is nested in an item belongs to that item's line.
    """
    price = Entry(entity="A_SalesOrderItemPrElement", values={})
    item = Entry(
        entity="A_SalesOrderItem", values={}, children={"to_PricingElement": (price,)}, line="L1"
    )
    order = Entry(entity="A_SalesOrder", values={}, children={"to_Item": (item,)})
    assert [line for _, line in order.walk()] == [None, "L1", "L1"]
