"""
The order's lines in the document.
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

REMEDY = "correct the line, or omit it"


def _line(**changes: object) -> LineItem:
    fields: dict[str, object] = {"line_item_id": "1", "code": "TENT-2", "quantity": Decimal(3)}
    return LineItem(**{**fields, **changes})  # type: ignore[arg-type]


def _documents(
    order_of: OrderOf, settings_of: SettingsOf, *lines: LineItem, **settings: object
) -> tuple[list[Fields], list[str]]:
    order = order_of(lines=lines)
    (delivery,) = deliveries(order)
    documents, problems = line_documents(order, delivery, settings_of(**settings))
    return documents, [str(problem) for problem in problems]


def test_line_has_id_item_and_exact_quantity(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A line has id, item and quantity as text; a line without an id has its position as id.
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
    An invalid quantity is a problem with line, field, value and cause.
    """
    line = _line(line_item_id="L7", quantity=Decimal(quantity))
    _, problems = _documents(order_of, settings_of, _line(), line)
    assert [f"line L7, quantity {str(Decimal(quantity))!r}: {cause}; {REMEDY}"] == problems


@given(st.integers(-(10**17), 10**17), st.integers(-8, 3))
def test_quantity_is_exact_or_a_problem(digits: int, exponent: int) -> None:
    """
    A quantity within the limits is written with all its digits, and any other is a problem.
    """
    quantity = Decimal(digits).scaleb(exponent)
    exact = Fraction(quantity)
    is_valid = 0 < exact < 10**DIGITS and (exact * 10**DECIMALS).denominator == 1
    assert is_valid == (_quantity_fault(quantity) is None)
    if is_valid:
        assert exact == Fraction(plain(quantity))


def test_line_without_code_is_a_problem(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A line without an item is a problem, which names the position of a line without an id.
    """
    _, problems = _documents(order_of, settings_of, _line(line_item_id=None, code=None))
    assert [
        "line 1, code: is missing, and an item is required; give the line its item code"
    ] == problems


def test_item_can_come_from_another_field(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    The item can be mapped from another field, which the problem names where it is missing.
    """
    lines = (_line(ean="4006381333931"), _line(line_item_id="2", code=None))
    fields = {"ItemId": "line.ean", "UnitPrice": "line.placedPrice"}
    documents, problems = _documents(order_of, settings_of, *lines, line_fields=fields)
    assert "4006381333931" == documents[0]["ItemId"]
    assert problems[0].startswith("line 2, ean: is missing")


def test_unit_is_mapped_or_a_problem(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A unit is replaced with that of the settings, and one without a mapping is a problem.
    """
    lines = (_line(unit="pcs"), _line(line_item_id="2", unit="box"))
    documents, problems = _documents(order_of, settings_of, *lines, units={"pcs": "Unit"})
    assert "Unit" == documents[0]["QuantityUomId"]
    remedy = "add it to the setting units, or set default_unit"
    assert [f"line 2, unit 'box': has no unit at Manhattan; {remedy}"] == problems
    documents, problems = _documents(order_of, settings_of, *lines, default_unit="Unit")
    assert [] == problems
    assert ["Unit", "Unit"] == [document["QuantityUomId"] for document in documents]


def test_id_of_two_lines_is_a_problem(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    Two lines with one id are a problem, since the warehouse could not distinguish them.
    """
    lines = (_line(line_item_id="2"), _line(line_item_id=None))
    _, problems = _documents(order_of, settings_of, *lines)
    assert ["line 2, lineItemId '2': is the id of 2 lines; give each line its own id"] == problems


def test_cancelled_quantity_is_not_ordered(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A cancelled quantity is subtracted, and a line that is cancelled completely is omitted.
    """
    partly, completely, not_at_all = (
        _line(line_item_id=str(number), canceled_quantity=Decimal(number)) for number in (1, 3, 0)
    )
    documents, problems = _documents(order_of, settings_of, partly, completely, not_at_all)
    assert [("1", "2"), ("0", "3")] == [
        (document["OriginalOrderLineId"], document["OrderedQuantity"]) for document in documents
    ]
    assert [] == problems
    _, problems = _documents(order_of, settings_of, completely)
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
def test_invalid_cancelled_quantity_is_a_problem(
    order_of: OrderOf, settings_of: SettingsOf, cancelled: str, cause: str
) -> None:
    """
    A cancelled quantity above the quantity, below zero or with too many decimals is a problem.
    """
    line = _line(line_item_id="L7", canceled_quantity=Decimal(cancelled))
    _, problems = _documents(order_of, settings_of, line)
    assert [f"line L7, canceledQuantity {cancelled!r}: {cause}; {REMEDY}"] == problems


def test_order_without_lines_is_a_problem(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    An order without lines has nothing to deliver.
    """
    order = order_of()
    (delivery,) = deliveries(order)
    _, problems = line_documents(order, evolve(delivery, lines=()), settings_of())
    assert ["lineItems: there is no line to deliver; give a line that is not cancelled"] == [
        str(problem) for problem in problems
    ]


def test_constants_are_in_every_line(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A constant of the lines is set at its path in each line.
    """
    constants = {"Extended.AlwaysAvailable": False}
    lines = (_line(), _line(line_item_id="2"))
    documents, _ = _documents(order_of, settings_of, *lines, line_constants=constants)
    assert [{"AlwaysAvailable": False}] * 2 == [document["Extended"] for document in documents]
