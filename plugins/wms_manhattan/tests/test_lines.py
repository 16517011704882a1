"""
Lines are sent whole, exactly, or not at all.
"""

from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from orderferry.orders import LineItem, deliveries
from orderferry_wms_manhattan._document import Fields, plain
from orderferry_wms_manhattan._lines import DECIMALS, DIGITS, _quantity_fault, line_documents

from .conftest import OrderOf, SettingsOf

MEND = "mend the line, or leave it out"


def _line(**changes: object) -> LineItem:
    given_: dict[str, object] = {"line_item_id": "1", "code": "TENT-2", "quantity": Decimal(3)}
    return LineItem(**{**given_, **changes})  # type: ignore[arg-type]


def _documents(
    order_of: OrderOf, settings_of: SettingsOf, *lines: LineItem, **settings: object
) -> tuple[list[Fields], list[str]]:
    order = order_of(lines=lines)
    (delivery,) = deliveries(order)
    documents, problems = line_documents(order, delivery, settings_of(**settings))
    return documents, [str(problem) for problem in problems]


def test_line_has_id_item_and_exact_quantity(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A line is its id, its item and its quantity as text; a line without id has its position.
    """
    lines = (_line(line_item_id="A"), _line(line_item_id=None, quantity=Decimal("0.2500")))
    documents, problems = _documents(order_of, settings_of, *lines)
    assert [] == problems
    assert [
        {"OriginalOrderLineId": "A", "ItemId": "TENT-2", "OrderedQuantity": "3"},
        {"OriginalOrderLineId": "2", "ItemId": "TENT-2", "OrderedQuantity": "0.25"},
    ] == documents


@pytest.mark.parametrize(
    ("quantity", "cause"),
    [
        ("-1", "must be more than 0"),
        ("0", "must be more than 0"),
        ("1E+15", "has more than 15 digits before the point"),
        ("1E+999999", "has more than 15 digits before the point"),
        ("0.00001", "has more than 4 decimals"),
        ("1E-999999", "has more than 4 decimals"),
        ("NaN", "is not a number"),
    ],
)
def test_quantity_that_cannot_be_sent_names_its_line(
    order_of: OrderOf, settings_of: SettingsOf, quantity: str, cause: str
) -> None:
    """
    A quantity that is no quantity is a problem with line, field, value and cause.
    """
    line = _line(line_item_id="L7", quantity=Decimal(quantity))
    _, problems = _documents(order_of, settings_of, _line(), line)
    assert [f"line L7, quantity {str(Decimal(quantity))!r}: {cause}; {MEND}"] == problems


@given(st.integers(-(10**17), 10**17), st.integers(-8, 3))
def test_quantity_is_exact_or_refused(digits: int, exponent: int) -> None:
    """
    A quantity is written with all its digits where it is within the bounds, and else refused.
    """
    quantity = Decimal(digits).scaleb(exponent)
    exact = Fraction(quantity)
    sendable = 0 < exact < 10**DIGITS and (exact * 10**DECIMALS).denominator == 1
    assert sendable == (_quantity_fault(quantity) is None)
    if sendable:
        assert exact == Fraction(plain(quantity))


def test_line_without_code_is_refused_by_position(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    A line that names no item is a problem; where it has no id, its position names it.
    """
    _, problems = _documents(order_of, settings_of, _line(line_item_id=None, code=None))
    assert [
        "line 1, code: is missing, and the warehouse needs an item; give the line its item code"
    ] == problems


def test_item_can_come_from_another_field(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A tenant that knows items by another number maps it, and a missing one is named so.
    """
    lines = (_line(ean="4006381333931"), _line(line_item_id="2", code=None))
    fields = {"ItemId": "line.ean", "UnitPrice": "line.placedPrice"}
    documents, problems = _documents(order_of, settings_of, *lines, line_fields=fields)
    assert "4006381333931" == documents[0]["ItemId"]
    assert problems[0].startswith("line 2, ean: is missing")


def test_unit_is_mapped_or_refused(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A unit becomes the tenant's; one that no setting knows is a problem with its remedy.
    """
    lines = (_line(unit="pcs"), _line(line_item_id="2", unit="box"))
    documents, problems = _documents(order_of, settings_of, *lines, units={"pcs": "Unit"})
    assert "Unit" == documents[0]["QuantityUomId"]
    remedy = "name it in the setting units, or set default_unit"
    assert [f"line 2, unit 'box': no unit of Manhattan is known for it; {remedy}"] == problems
    documents, problems = _documents(order_of, settings_of, *lines, default_unit="Unit")
    assert (["Unit", "Unit"], []) == ([d["QuantityUomId"] for d in documents], problems)


def test_id_of_two_lines_is_refused(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    Two lines cannot share an id: the warehouse could not tell them apart.
    """
    lines = (_line(line_item_id="2"), _line(line_item_id=None))
    _, problems = _documents(order_of, settings_of, *lines)
    assert [
        "line 2, lineItemId '2': stands on 2 lines; give each line an id of its own"
    ] == problems


def test_what_was_cancelled_is_not_ordered(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    Less of a line, or none of it: then it is left out, and where all are, there is no order.
    """
    part, whole, none = (
        _line(line_item_id=str(each), canceled_quantity=Decimal(each)) for each in (1, 3, 0)
    )
    documents, problems = _documents(order_of, settings_of, part, whole, none)
    assert [("1", "2"), ("0", "3")] == [
        (each["OriginalOrderLineId"], each["OrderedQuantity"]) for each in documents
    ]
    assert [] == problems
    _, problems = _documents(order_of, settings_of, whole)
    assert ["lineItems: there is no line to deliver; give a line that is not cancelled"] == problems


@pytest.mark.parametrize(
    ("cancelled", "cause"),
    [
        ("4", "is more than the quantity, 3"),
        ("-1", "is negative"),
        ("NaN", "is not a number"),
        ("0.00001", "has more than 4 decimals"),
    ],
)
def test_what_cannot_have_been_cancelled_names_its_line(
    order_of: OrderOf, settings_of: SettingsOf, cancelled: str, cause: str
) -> None:
    """
    More than there was, less than nothing, or too finely.
    """
    line = _line(line_item_id="L7", canceled_quantity=Decimal(cancelled))
    _, problems = _documents(order_of, settings_of, line)
    assert [f"line L7, canceledQuantity {cancelled!r}: {cause}; {MEND}"] == problems


def test_order_without_lines_is_refused(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    There is nothing to deliver.
    """
    order = order_of()
    (delivery,) = deliveries(order)
    _, problems = line_documents(order, evolve(delivery, lines=()), settings_of())
    assert ["lineItems: there is no line to deliver; give a line that is not cancelled"] == [
        str(each) for each in problems
    ]


def test_constants_stand_in_every_line(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A constant of a line goes to its path in each.
    """
    constants = {"Extended.AlwaysAvailable": False}
    lines = (_line(), _line(line_item_id="2"))
    documents, _ = _documents(order_of, settings_of, *lines, line_constants=constants)
    assert [{"AlwaysAvailable": False}] * 2 == [each["Extended"] for each in documents]
