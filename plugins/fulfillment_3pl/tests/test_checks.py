"""
The checks on an order's values, and their conversion to elements.
"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderferry.errors import InvalidOrderError
from orderferry_fulfillment_3pl import CharacterSet, Delimited, Outside
from orderferry_fulfillment_3pl._checks import Checks

from .conftest import MakeSettings


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ("a*b", "contains '*', a delimiter, which X12 cannot escape"),
        ("a>b", "contains '>', a delimiter"),
        ("a~b", "contains '~', a delimiter"),
        ("a\nb", "contains the control character U+000A"),
        ("a\x00b", "contains the control character U+0000"),
        ("a\x85b", "contains the control character U+0085"),
        ("\xd8stfold", "contains U+00D8, which is not in the character set 'ascii' (N3-01)"),
        ("x" * 56, "has 56 characters; N3-01 allows at most 55"),
    ],
)
def test_an_invalid_text_is_a_problem_with_field_and_value(
    checks: Checks, value: str, cause: str
) -> None:
    """
    The problem has the line, the field, the value, the cause and a remedy.
    """
    checks.text("N3-01", "address.line1", value, line="7")

    (problem,) = checks.problems
    assert "7" == problem.line_item_id
    assert "address.line1" == problem.field
    assert value == problem.value
    assert problem.cause.startswith(cause)
    assert problem.remedy


@pytest.mark.parametrize(
    ("value", "expected"),
    [("caf\xe9", "cafe"), ("a*b\r\nc", "a b  c"), (" x~", "x"), (None, ""), ("  ", "")],
)
def test_text_is_corrected_if_configured(
    make_settings: MakeSettings, value: str | None, expected: str
) -> None:
    """
    Text is transliterated, and its delimiters and control characters are replaced by spaces.
    """
    settings = make_settings(
        outside_characters=Outside.TRANSLITERATE, delimiters_in_text=Delimited.REPLACE
    )
    checks = Checks(settings)

    assert expected == checks.text("N3-01", "address.line1", value)
    assert [] == checks.problems


def test_text_without_a_transliteration_is_a_problem(make_settings: MakeSettings) -> None:
    """
    Text in another alphabet is invalid even if transliteration is configured.
    """
    checks = Checks(make_settings(outside_characters=Outside.TRANSLITERATE))

    checks.text("N3-01", "address.line1", "\u6771\u4eac")

    assert ["address.line1"] == [problem.field for problem in checks.problems]


@pytest.mark.parametrize("value", ["SKU\xd8", "SKU*1", "SKU ", "sku"])
def test_ids_are_never_changed(make_settings: MakeSettings, value: str) -> None:
    """
    An invalid id is a problem even if the settings allow text to be corrected.
    """
    settings = make_settings(
        character_set=CharacterSet.BASIC,
        sender_id="M1",
        recipient="CUSTOMER",
        outside_characters=Outside.TRANSLITERATE,
        delimiters_in_text=Delimited.REPLACE,
    )
    checks = Checks(settings)

    checks.identifier("W01-05", "code", value)

    assert [value] == [problem.value for problem in checks.problems]


@pytest.mark.parametrize(
    ("value", "count"), [("UPSN", 0), ("UP", 0), ("", 0), ("upsn", 1), ("UPS N", 2), ("U", 1)]
)
def test_a_code_has_capital_letters_and_digits(checks: Checks, value: str, count: int) -> None:
    """
    A SCAC has two to four capital letters or digits.
    """
    checks.code("W66-10", "Scac", value)

    assert count == len(checks.problems)


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("12", True),
        ("1", False),
        ("x" * 81, False),
        ("a*", False),
        ("\xe9\xe9", False),
        ("1 ", False),
    ],
)
def test_an_optional_id_can_be_tried(checks: Checks, value: str, fits: bool) -> None:
    """
    An optional id that does not fit its element adds no problem.
    """
    assert fits == checks.fits("N1-04", value)
    assert [] == checks.problems


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a" * 45 + " b", ["a" * 45, "b"]),
        ("a" * 44 + " bb", ["a" * 44, "bb"]),
        ("a" * 46, ["a" * 45, "a"]),
        ("one  two", ["one two"]),
        ("", []),
        (None, []),
    ],
)
def test_long_text_is_split_at_spaces(
    checks: Checks, value: str | None, expected: list[str]
) -> None:
    """
    A word is split only if it is longer than an element.
    """
    assert expected == checks.split_text("G69-01", "displayName", value, 5)


@given(st.text(alphabet="ab ", max_size=400))
def test_splitting_keeps_every_letter(make_settings: MakeSettings, text: str) -> None:
    """
    Every piece fits its element, and the pieces together have the letters of the text.
    """
    pieces = Checks(make_settings()).split_text("G69-01", "displayName", text, None)

    assert all(0 < len(piece) <= 45 for piece in pieces)
    assert text.replace(" ", "") == "".join(pieces).replace(" ", "")


def test_text_beyond_the_last_piece_is_cut_off(checks: Checks) -> None:
    """
    A description has at most five pieces, since a W01 has at most five G69.
    """
    assert ["a" * 45] * 5 == checks.split_text("G69-01", "displayName", "a" * 1000, 5)


@pytest.mark.parametrize(
    ("quantity", "cause"),
    [
        ("0", "must be greater than zero"),
        ("-1", "must be greater than zero"),
        ("NaN", "must be greater than zero"),
        ("Infinity", "must be greater than zero"),
        ("1e15", "has more than 15 digits, the maximum of W01-01"),
        ("1e37", "has more than 15 digits, the maximum of W01-01"),
        ("1234567890123.456", "has more than 15 digits, the maximum of W01-01"),
        ("1.2345", "has more than 3 decimals"),
        ("0.0001", "has more than 3 decimals"),
    ],
)
def test_an_invalid_quantity_is_a_problem(checks: Checks, quantity: str, cause: str) -> None:
    """
    The problem names the line and the cause.
    """
    checks.check_quantity("quantity", Decimal(quantity), line="L1")

    (problem,) = checks.problems
    assert "L1" == problem.line_item_id
    assert cause == problem.cause


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        ("1", "1"),
        ("2.00", "2"),
        ("2.50", "2.5"),
        ("0.125", ".125"),
        ("1E+3", "1000"),
        ("999999999999999", "999999999999999"),
        ("0", "0"),
    ],
)
def test_numbers_have_no_exponent_and_no_redundant_zeros(quantity: str, expected: str) -> None:
    """
    Numbers are formatted as X12's type R.
    """
    assert expected == Checks.format_number(Decimal(quantity))


@given(st.decimals(min_value=Decimal("0.001"), max_value=10**12, places=3))
def test_a_valid_quantity_keeps_its_value(make_settings: MakeSettings, quantity: Decimal) -> None:
    """
    The formatted number of a valid quantity has the same value.
    """
    checks = Checks(make_settings())

    checks.check_quantity("quantity", quantity)

    assert [] == checks.problems
    assert quantity == Decimal(checks.format_number(quantity))


def test_all_problems_are_raised_together(checks: Checks) -> None:
    """
    The message names the first ten problems, and the error has all of them.
    """
    for number in range(12):
        checks.add_problem("code", "is missing", line=str(number))

    with pytest.raises(InvalidOrderError) as raised:
        checks.raise_problems("order A")

    assert 12 == len(raised.value.problems)
    assert str(raised.value).startswith("order A cannot be sent as a 940: line 0, code: is missing")
    assert str(raised.value).endswith("; and 2 more")


def test_nothing_is_raised_without_a_problem(checks: Checks) -> None:
    """
    An order without problems passes the checks.
    """
    checks.raise_problems("order A")

    assert [] == checks.problems
