"""
The deep insert as values and as JSON, and its checks against SAP's metadata.
"""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderferry.errors import Problem
from orderferry_erp_sap._deep_insert import (
    Entry,
    Value,
    check_deep_insert,
    control_character,
    document,
    json_value,
    length,
    plain,
    write,
)


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
    A decimal is a string without an exponent, as OData v2 requires.
    """
    assert text == json_value(Decimal(number))


@given(st.decimals(-(10**14), 10**14, allow_nan=False, allow_infinity=False, places=9))
def test_no_digit_is_lost(number: Decimal) -> None:
    """
    The text of a decimal is exactly the number.
    """
    assert number == Decimal(plain(number))


def test_days_are_midnight_in_milliseconds() -> None:
    """
    A day is `/Date(ms)/` of its midnight in UTC, also before 1970.
    """
    assert json_value(date(2025, 1, 31)) == "/Date(1738281600000)/"
    assert json_value(date(1969, 12, 31)) == "/Date(-86400000)/"


def test_children_are_collections() -> None:
    """
    Children are under `results`, unless there are none, and properties in SAP's order.
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
    Text is written unescaped, as UTF-8.
    """
    order = Entry(entity="A_SalesOrder", values={"SoldToParty": "Ø'\"\\\u2028"})
    assert "Ø".encode() in write(order)
    assert json.loads(write(order)) == {"SoldToParty": "Ø'\"\\\u2028"}


def test_each_entry_knows_its_line() -> None:
    """
    Entries that are nested in an item have the item's line.
    """
    price = Entry(entity="A_SalesOrderItemPrElement", values={})
    item = Entry(
        entity="A_SalesOrderItem", values={}, children={"to_PricingElement": (price,)}, line="L1"
    )
    order = Entry(entity="A_SalesOrder", values={}, children={"to_Item": (item,)})
    assert [line for _, line in order.walk()] == [None, "L1", "L1"]


def _order(**values: Value) -> Entry:
    return Entry(entity="A_SalesOrder", values=values)


def _item(line: str = "L1", **values: Value) -> Entry:
    return Entry(entity="A_SalesOrderItem", values=values, line=line)


def _fields(entry: Entry) -> list[tuple[str | None, str | None]]:
    return [(problem.line_item_id, problem.field) for problem in check_deep_insert(entry)]


def test_a_purchase_order_number_of_36_characters_is_a_problem() -> None:
    """
    A purchase order number above the limit is a problem with field, value, limit and remedy.
    """
    value = "W" * 36
    (problem,) = check_deep_insert(_order(PurchaseOrderByCustomer=value))
    assert isinstance(problem, Problem)
    assert problem.field == "PurchaseOrderByCustomer"
    assert problem.value == value
    assert problem.cause == "has 36 characters, SAP accepts 35"
    assert problem.remedy is not None
    assert "shorten it to 35 characters" in problem.remedy


def test_a_purchase_order_number_of_35_characters_is_valid() -> None:
    """
    A purchase order number at the limit is valid.
    """
    assert check_deep_insert(_order(PurchaseOrderByCustomer="W" * 35)) == ()


def test_length_is_counted_in_utf_16() -> None:
    """
    A text is counted in UTF-16 units, of which an emoji has two.
    """
    assert length("Ål") == 2
    assert length("\N{GRINNING FACE}") == 2
    assert _fields(_order(PurchaseOrderByCustomer="\N{GRINNING FACE}" * 18)) == [
        (None, "PurchaseOrderByCustomer")
    ]


@pytest.mark.parametrize(
    ("quantity", "cause"),
    [
        ("1.0001", "has more than 3 digits after the point"),
        ("1000000000000", "is above the limit of SAP, 999999999999.999"),
        ("1E+999999", "is above the limit of SAP, 999999999999.999"),
        ("999999999999.9991", "has more than 3 digits after the point"),
        ("1E-30", "has more than 3 digits after the point"),
        ("NaN", "is not a number"),
        ("Infinity", "is not a number"),
    ],
)
def test_invalid_quantities(quantity: str, cause: str) -> None:
    """
    A quantity of more than twelve digits before or three digits after the point is a problem.
    """
    (problem,) = check_deep_insert(_item(RequestedQuantity=Decimal(quantity)))
    assert problem.line_item_id == "L1"
    assert problem.field == "RequestedQuantity"
    assert problem.cause == cause


@pytest.mark.parametrize("quantity", ["999999999999.999", "1.500000", "0", "1E+11", "-5"])
def test_valid_quantities(quantity: str) -> None:
    """
    Trailing zeros and exponents do not make a quantity too long.
    """
    assert check_deep_insert(_item(RequestedQuantity=Decimal(quantity))) == ()


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1f", "\x7f", "\x85", "\n", "\ud800"])
def test_a_control_character_is_a_problem(character: str) -> None:
    """
    A control character or half a surrogate pair is a problem with its code point.
    """
    (problem,) = check_deep_insert(_order(PurchaseOrderByCustomer=f"a{character}b"))
    assert problem.cause == f"has the control character U+{ord(character):04X}"


def test_a_long_text_may_have_lines() -> None:
    """
    A long text may have line ends and tabs, and other fields may not.
    """
    text = Entry(
        entity="A_SalesOrderText",
        values={"Language": "EN", "LongTextID": "TX01", "LongText": "a\r\n\tb"},
    )
    assert check_deep_insert(text) == ()
    assert control_character("a\tb") == "U+0009"


def test_a_field_that_sap_creates_is_a_problem() -> None:
    """
    A field with `sap:creatable="false"` is a problem with any value.
    """
    (problem,) = check_deep_insert(_item(ExternalItemID="x"))
    assert problem.cause == "is created by SAP itself and cannot be sent"


def test_an_extension_field_is_checked_for_control_characters() -> None:
    """
    An extension field has no limit, and may not have control characters.
    """
    assert check_deep_insert(_order(YY1_X_SDH="x" * 1000)) == ()
    assert _fields(_order(YY1_X_SDH="\x01")) == [(None, "YY1_X_SDH")]


def test_an_empty_key_is_a_problem() -> None:
    """
    A key without a value is a problem, except the version of an address.
    """
    text = Entry(entity="A_SalesOrderText", values={"Language": "", "LongTextID": "TX01"})
    assert _fields(text) == [(None, "Language")]
    address = Entry(entity="A_SalesOrderPartnerAddress", values={"AddressRepresentationCode": ""})
    assert check_deep_insert(address) == ()


def test_two_children_with_one_key_are_a_problem() -> None:
    """
    Two partners with one function are a problem.
    """
    partner = Entry(entity="A_SalesOrderHeaderPartner", values={"PartnerFunction": "SH"})
    order = Entry(entity="A_SalesOrder", values={}, children={"to_Partner": (partner, partner)})
    (problem,) = check_deep_insert(order)
    assert problem.field == "PartnerFunction"
    assert problem.value == "SH"


def test_all_problems_are_reported() -> None:
    """
    Every problem of every entry is reported with its line.
    """
    order = Entry(
        entity="A_SalesOrder",
        values={"SalesOrderType": "LONGER"},
        children={"to_Item": (_item("L1", Material="M" * 41), _item("L2", Batch="B" * 11))},
    )
    assert _fields(order) == [(None, "SalesOrderType"), ("L1", "Material"), ("L2", "Batch")]


def test_a_long_value_is_shortened() -> None:
    """
    A value in a problem has at most 200 characters.
    """
    (problem,) = check_deep_insert(_order(PurchaseOrderByCustomer="W" * 5000))
    assert problem.value == "W" * 200 + "..."
