"""
The loop LX and the total.
"""

from decimal import Decimal

import pytest
from attrs import evolve

from orderferry.orders import LineItem
from orderferry_fulfillment_3pl import line_references
from orderferry_fulfillment_3pl._checks import Checks
from orderferry_fulfillment_3pl._lines import lines

from .conftest import SettingsOf

LINE = LineItem(line_item_id="1", code="SKU-TG11", quantity=Decimal(2))


@pytest.fixture
def checks(settings_of: SettingsOf) -> Checks:
    """
    Checks by the default settings.
    """
    return Checks(settings_of())


def test_a_line_has_number_article_description_and_reference(checks: Checks) -> None:
    """
    As in the public samples of a 940.
    """
    line = evolve(LINE, ean="012345678905", display_name="Blue widget")

    assert [
        ("LX", "1"),
        ("W01", "2", "EA", "", "VN", "SKU-TG11", "UP", "012345678905"),
        ("G69", "Blue widget"),
        ("N9", "LI", "1"),
        ("W76", "2"),
    ] == lines([line], checks)


def test_the_total_is_the_sum(checks: Checks) -> None:
    """
    Exactly, in decimals.
    """
    items = [
        evolve(LINE, line_item_id=str(n), quantity=Decimal(each))
        for n, each in enumerate(("0.1", "0.2", "1000"))
    ]

    assert ("W76", "1000.3") == lines(items, checks)[-1]


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
def test_a_gtin_is_told_by_its_length(
    checks: Checks, ean: str | None, gtins: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    """
    What is none is left out.
    """
    (_, article, *_) = lines([evolve(LINE, ean=ean, gtins=gtins)], checks)

    assert expected == article[6:]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [(None, "EA"), ("", "EA"), ("Pcs", "EA"), ("kg", "KG"), ("CA", "CA"), ("pallet", "PF")],
)
def test_units_are_translated(settings_of: SettingsOf, unit: str | None, expected: str) -> None:
    """
    In any case; two capitals are X12's already.
    """
    checks = Checks(settings_of(units={"pcs": "EA", "kg": "KG", "Pallet": "PF"}))

    (_, article, *_) = lines([evolve(LINE, unit=unit)], checks)

    assert (expected, []) == (article[2], checks.problems)


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
def test_what_does_not_fit_is_a_problem_of_its_line(
    checks: Checks, changes: dict[str, object], field: str, line: str
) -> None:
    """
    By the line's id, or its position where it has none.
    """
    other = evolve(LINE, line_item_id="other")

    lines([other, evolve(LINE, **changes)], checks)  # type: ignore[arg-type]

    assert [(field, line)] == [(each.field, each.line_item_id) for each in checks.problems]


def test_a_total_that_does_not_fit_is_a_problem(checks: Checks) -> None:
    """
    Each line may fit where their sum does not.
    """
    most = Decimal(999999999999999)

    lines([evolve(LINE, line_item_id=each, quantity=most) for each in "ab"], checks)

    assert [(None, "quantity")] == [(each.line_item_id, each.field) for each in checks.problems]


@pytest.mark.parametrize("count", [0, 100_000])
def test_none_and_too_many_lines_are_problems(checks: Checks, count: int) -> None:
    """
    A 940 has 1 to 99999.
    """
    lines([LINE] * count, checks)

    assert ["lineItems"] == [each.field for each in checks.problems]


def test_what_was_cancelled_is_not_shipped(checks: Checks) -> None:
    """
    Less of a line, or none of it; the references stay those of the order.
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
    ] == lines(items, checks)


def test_lines_that_were_all_cancelled_are_a_problem(checks: Checks) -> None:
    """
    There is nothing to ship.
    """
    lines([evolve(LINE, canceled_quantity=Decimal(2))], checks)

    assert ["there is no line to ship"] == [each.cause for each in checks.problems]


@pytest.mark.parametrize("cancelled", ["3", "-1", "0.0001"])
def test_what_cannot_have_been_cancelled_is_a_problem(checks: Checks, cancelled: str) -> None:
    """
    More than there was, less than nothing, or too finely.
    """
    lines([LINE, evolve(LINE, line_item_id="2", canceled_quantity=Decimal(cancelled))], checks)

    assert [("2", "canceledQuantity")] == [(p.line_item_id, p.field) for p in checks.problems]


def test_comments_go_along_where_the_settings_say_so(settings_of: SettingsOf) -> None:
    """
    As instructions to the warehouse, in pieces of 80.
    """
    checks = Checks(settings_of(send_comments=True))

    found = lines([evolve(LINE, comment="Engrave: " + "x" * 80)], checks)

    assert [("NTE", "WHI", "Engrave:"), ("NTE", "WHI", "x" * 80)] == found[3:5]


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
def test_lines_are_named_by_id_or_all_by_position(
    ids: tuple[str | None, ...], expected: list[str]
) -> None:
    """
    So that no name means two lines.
    """
    assert expected == line_references([evolve(LINE, line_item_id=each) for each in ids])
