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
    control_character,
    document,
    json_value,
    length,
    plain,
    problems,
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


def _order(**values: Value) -> Entry:
    return Entry(entity="A_SalesOrder", values=values)


def _item(line: str = "L1", **values: Value) -> Entry:
    return Entry(entity="A_SalesOrderItem", values=values, line=line)


def _fields(entry: Entry) -> list[tuple[str | None, str | None]]:
    return [(problem.line_item_id, problem.field) for problem in problems(entry)]


def test_a_purchase_order_number_of_36_characters_names_field_value_and_limit() -> None:
    """
    The problem says which field, which value, which limit, and what to do.
    """
    value = "W" * 36
    (problem,) = problems(_order(PurchaseOrderByCustomer=value))
    assert isinstance(problem, Problem)
    assert problem.field == "PurchaseOrderByCustomer"
    assert problem.value == value
    assert problem.cause == "has 36 characters, SAP takes 35"
    assert problem.remedy is not None
    assert "shorten it to 35 characters" in problem.remedy


def test_35_characters_fit() -> None:
    """
    The limit itself is allowed.
    """
    assert problems(_order(PurchaseOrderByCustomer="W" * 35)) == ()


def test_length_is_counted_in_utf_16() -> None:
    """
    SAP counts UTF-16 units: an emoji is two, a letter with a ring is one.
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
        ("1000000000000", "is more than SAP takes, 999999999999.999"),
        ("1E+999999", "is more than SAP takes, 999999999999.999"),
        ("999999999999.9991", "has more than 3 digits after the point"),
        ("1E-30", "has more than 3 digits after the point"),
        ("NaN", "is not a number"),
        ("Infinity", "is not a number"),
    ],
)
def test_quantities_that_do_not_fit(quantity: str, cause: str) -> None:
    """
    `Decimal(15,3)`: twelve digits before the point and three after it.
    """
    (problem,) = problems(_item(RequestedQuantity=Decimal(quantity)))
    assert (problem.line_item_id, problem.field) == ("L1", "RequestedQuantity")
    assert problem.cause == cause


@pytest.mark.parametrize("quantity", ["999999999999.999", "1.500000", "0", "1E+11", "-5"])
def test_quantities_that_fit(quantity: str) -> None:
    """
    Zeros at the end and exponents are no digits too many.
    """
    assert problems(_item(RequestedQuantity=Decimal(quantity))) == ()


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1f", "\x7f", "\x85", "\n", "\ud800"])
def test_control_characters_are_refused(character: str) -> None:
    """
    Control characters and halves of surrogate pairs are named by their code point.
    """
    (problem,) = problems(_order(PurchaseOrderByCustomer=f"a{character}b"))
    assert problem.cause == f"has the control character U+{ord(character):04X}"


def test_a_long_text_may_have_lines() -> None:
    """
    Line ends and tabs are the text's own; other control characters are not.
    """
    text = Entry(
        entity="A_SalesOrderText",
        values={"Language": "EN", "LongTextID": "TX01", "LongText": "a\r\n\tb"},
    )
    assert problems(text) == ()
    assert control_character("a\tb") == "U+0009"


def test_what_sap_creates_itself_is_refused() -> None:
    """
    A field with `sap:creatable="false"` is a problem, whatever its value.
    """
    (problem,) = problems(_item(ExternalItemID="x"))
    assert problem.cause == "is created by SAP itself and cannot be sent"


def test_an_extension_field_is_looked_at_for_control_characters_only() -> None:
    """
    Nothing is known of a customer's own field but that it is text.
    """
    assert problems(_order(YY1_X_SDH="x" * 1000)) == ()
    assert _fields(_order(YY1_X_SDH="\x01")) == [(None, "YY1_X_SDH")]


def test_an_empty_key_is_refused_but_the_version_of_an_address() -> None:
    """
    A key needs a value; an address's version is empty for the usual one.
    """
    text = Entry(entity="A_SalesOrderText", values={"Language": "", "LongTextID": "TX01"})
    assert _fields(text) == [(None, "Language")]
    address = Entry(entity="A_SalesOrderPartnerAddress", values={"AddressRepresentationCode": ""})
    assert problems(address) == ()


def test_two_children_with_one_key_are_refused() -> None:
    """
    SAP holds one partner for a function.
    """
    partner = Entry(entity="A_SalesOrderHeaderPartner", values={"PartnerFunction": "SH"})
    order = Entry(entity="A_SalesOrder", values={}, children={"to_Partner": (partner, partner)})
    (problem,) = problems(order)
    assert (problem.field, problem.value) == ("PartnerFunction", "SH")


def test_all_problems_are_gathered() -> None:
    """
    One fault does not hide another, and each knows its line.
    """
    order = Entry(
        entity="A_SalesOrder",
        values={"SalesOrderType": "LONGER"},
        children={"to_Item": (_item("L1", Material="M" * 41), _item("L2", Batch="B" * 11))},
    )
    assert _fields(order) == [(None, "SalesOrderType"), ("L1", "Material"), ("L2", "Batch")]


def test_an_enormous_value_is_shown_in_part() -> None:
    """
    A message stays readable when a text is long.
    """
    (problem,) = problems(_order(PurchaseOrderByCustomer="W" * 5000))
    assert problem.value == "W" * 200 + "..."
