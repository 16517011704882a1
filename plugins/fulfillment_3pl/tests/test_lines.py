"""
The loops LX and the total of a 940.
"""

from decimal import Decimal

import pytest
from attrs import evolve

from orderferry.orders import LineItem
from orderferry_fulfillment_3pl import line_references
from orderferry_fulfillment_3pl._checks import Checks
from orderferry_fulfillment_3pl._lines import line_segments

from .conftest import MakeSettings

LINE = LineItem(line_item_id="1", code="SKU-TG11", quantity=Decimal(2))


def test_a_line_has_its_number_article_description_and_reference(checks: Checks) -> None:
    """
    The segments of a line are those of the public samples of a 940.
    """
    line = evolve(LINE, ean="012345678905", display_name="Blue widget")

    assert [
        ("LX", "1"),
        ("W01", "2", "EA", "", "VN", "SKU-TG11", "UP", "012345678905"),
        ("G69", "Blue widget"),
        ("N9", "LI", "1"),
        ("W76", "2"),
    ] == line_segments([line], checks)


def test_the_total_is_the_exact_sum_of_the_quantities(checks: Checks) -> None:
    """
    The total is added up in decimals, without rounding.
    """
    items = [
        evolve(LINE, line_item_id=str(position), quantity=Decimal(quantity))
        for position, quantity in enumerate(("0.1", "0.2", "1000"))
    ]

    assert ("W76", "1000.3") == line_segments(items, checks)[-1]


@pytest.mark.parametrize(
    ("ean", "gtins", "expected"),
    [
        ("01234565", (), ("EN", "01234565")),
        ("4006381333931", (), ("EN", "4006381333931")),
        (None, ("10614141000415",), ("UK", "10614141000415")),
        ("no number", ("012345678905",), ("UP", "012345678905")),
        ("123", (), ()),
    ],
)
def test_a_gtin_is_qualified_by_its_length(
    checks: Checks, ean: str | None, gtins: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    """
    The first value with the length of a GTIN is sent with its qualifier, and others are ignored.
    """
    (_, article, *_) = line_segments([evolve(LINE, ean=ean, gtins=gtins)], checks)

    assert expected == article[6:]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [(None, "EA"), ("", "EA"), ("Pcs", "EA"), ("kg", "KG"), ("CA", "CA"), ("pallet", "PF")],
)
def test_units_are_mapped(make_settings: MakeSettings, unit: str | None, expected: str) -> None:
    """
    The mapping ignores case, and a unit of two capital letters is sent unchanged.
    """
    checks = Checks(make_settings(units={"pcs": "EA", "kg": "KG", "Pallet": "PF"}))

    (_, article, *_) = line_segments([evolve(LINE, unit=unit)], checks)

    assert expected == article[2]
    assert [] == checks.problems


@pytest.mark.parametrize(
    ("changes", "field", "line"),
    [
        ({"code": None}, "code", "1"),
        ({"code": "A*1"}, "code", "1"),
        ({"code": "A\n1"}, "code", "1"),
        ({"code": "x" * 49}, "code", "1"),
        ({"quantity": Decimal(-1)}, "quantity", "1"),
        ({"quantity": Decimal("1e20"), "line_item_id": None}, "quantity", "2"),
        ({"unit": "box"}, "unit", "1"),
        ({"unit": "st"}, "unit", "1"),
        ({"display_name": "tab\there"}, "displayName", "1"),
        ({"line_item_id": "L~1"}, "lineItemId", "L~1"),
    ],
)
def test_an_invalid_value_is_a_problem_of_its_line(
    checks: Checks, changes: dict[str, object], field: str, line: str
) -> None:
    """
    A problem names its line by the line's id, or by its position if it has none.
    """
    valid, invalid = evolve(LINE, line_item_id="valid"), evolve(LINE, **changes)  # type: ignore[arg-type]

    line_segments([valid, invalid], checks)

    (problem,) = checks.problems
    assert field == problem.field
    assert line == problem.line_item_id


def test_a_total_with_too_many_digits_is_a_problem(checks: Checks) -> None:
    """
    The total is checked even if each quantity is valid.
    """
    maximum = Decimal(999999999999999)

    line_segments(
        [evolve(LINE, line_item_id=line_id, quantity=maximum) for line_id in "ab"], checks
    )

    (problem,) = checks.problems
    assert "quantity" == problem.field
    assert problem.line_item_id is None


@pytest.mark.parametrize("count", [0, 100_000])
def test_too_few_and_too_many_lines_are_problems(checks: Checks, count: int) -> None:
    """
    A 940 has 1 to 99999 lines.
    """
    line_segments([LINE] * count, checks)

    assert ["lineItems"] == [problem.field for problem in checks.problems]


def test_a_cancelled_quantity_is_not_shipped(checks: Checks) -> None:
    """
    A cancelled quantity is subtracted, a cancelled line is omitted, and references do not change.
    """
    items = [
        evolve(LINE, line_item_id=None, canceled_quantity=Decimal(2)),
        evolve(LINE, line_item_id=None, quantity=Decimal(3), canceled_quantity=Decimal("0.5")),
    ]

    assert [
        ("LX", "1"),
        ("W01", "2.5", "EA", "", "VN", "SKU-TG11"),
        ("N9", "LI", "2"),
        ("W76", "2.5"),
    ] == line_segments(items, checks)


def test_an_order_of_cancelled_lines_is_a_problem(checks: Checks) -> None:
    """
    An order whose lines are all cancelled has no line to ship.
    """
    line_segments([evolve(LINE, canceled_quantity=Decimal(2))], checks)

    assert ["has no line to ship"] == [problem.cause for problem in checks.problems]


@pytest.mark.parametrize("cancelled", ["3", "-1", "0.0001"])
def test_an_invalid_cancelled_quantity_is_a_problem(checks: Checks, cancelled: str) -> None:
    """
    A cancelled quantity is at most the quantity, not negative, and has at most three decimals.
    """
    invalid = evolve(LINE, line_item_id="2", canceled_quantity=Decimal(cancelled))

    line_segments([LINE, invalid], checks)

    (problem,) = checks.problems
    assert "2" == problem.line_item_id
    assert "canceledQuantity" == problem.field


def test_comments_are_sent_if_configured(make_settings: MakeSettings) -> None:
    """
    A comment is sent as instructions to the warehouse, in pieces of 80 characters.
    """
    checks = Checks(make_settings(send_comments=True))

    segments = line_segments([evolve(LINE, comment="Engrave: " + "x" * 80)], checks)

    assert [("NTE", "WHI", "Engrave:"), ("NTE", "WHI", "x" * 80)] == segments[3:5]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (("a", "b"), ["a", "b"]),
        (("a", "a"), ["1", "2"]),
        ((None, "7"), ["1", "2"]),
        (("x" * 31, "7"), ["1", "2"]),
        (("x" * 30, "7"), ["x" * 30, "7"]),
    ],
)
def test_lines_are_referenced_by_id_or_all_by_position(
    ids: tuple[str | None, ...], expected: list[str]
) -> None:
    """
    References are positions if an id is missing, repeated or too long, so each names one line.
    """
    assert expected == line_references([evolve(LINE, line_item_id=line_id) for line_id in ids])
