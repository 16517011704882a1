"""
What becomes of an order's values on their way into elements.
"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderferry.errors import InvalidOrderError
from orderferry_fulfillment_3pl import CharacterSet, Delimited, Outside
from orderferry_fulfillment_3pl._checks import Checks

from .conftest import SettingsOf


@pytest.fixture
def checks(settings_of: SettingsOf) -> Checks:
    """
    Checks by the default settings: nothing is replaced.
    """
    return Checks(settings_of())


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ("a*b", "has '*', which is a delimiter and has no escape in X12"),
        ("a>b", "has '>', which is a delimiter"),
        ("a~b", "has '~', which is a delimiter"),
        ("a\nb", "has the control character U+000A"),
        ("a\x00b", "has the control character U+0000"),
        ("a\x85b", "has the control character U+0085"),
        ("\xd8stfold", "has U+00D8, outside the character set 'ascii' (N3-01)"),
        ("x" * 56, "has 56 characters, N3-01 takes 55"),
    ],
)
def test_text_that_does_not_fit_is_a_problem_that_names_field_and_value(
    checks: Checks, value: str, cause: str
) -> None:
    """
    One problem a value, with the line where it is a line's, and something to do.
    """
    checks.text("N3-01", "address.line1", value, line="7")

    (problem,) = checks.problems
    assert ("7", "address.line1", value) == (problem.line_item_id, problem.field, problem.value)
    assert problem.cause.startswith(cause)
    assert problem.remedy


@pytest.mark.parametrize(
    ("value", "expected"),
    [("caf\xe9", "cafe"), ("a*b\r\nc", "a b  c"), (" x~", "x"), (None, ""), ("  ", "")],
)
def test_text_is_mended_where_the_settings_say_so(
    settings_of: SettingsOf, value: str | None, expected: str
) -> None:
    """
    Transliterated, delimiters and control characters replaced by spaces.
    """
    settings = settings_of(
        outside_characters=Outside.TRANSLITERATE, delimiters_in_text=Delimited.REPLACE
    )
    checks = Checks(settings)

    assert (expected, []) == (checks.text("N3-01", "address.line1", value), checks.problems)


def test_text_that_has_no_transliteration_is_still_refused(settings_of: SettingsOf) -> None:
    """
    Another alphabet is not guessed at.
    """
    checks = Checks(settings_of(outside_characters=Outside.TRANSLITERATE))

    checks.text("N3-01", "address.line1", "\u6771\u4eac")

    assert ["address.line1"] == [each.field for each in checks.problems]


@pytest.mark.parametrize("value", ["SKU\xd8", "SKU*1", "SKU ", "sku"])
def test_ids_are_never_changed(settings_of: SettingsOf, value: str) -> None:
    """
    Whatever the settings say of text: another id is another thing.
    """
    settings = settings_of(
        character_set=CharacterSet.BASIC,
        sender_id="M1",
        recipient="CUSTOMER",
        outside_characters=Outside.TRANSLITERATE,
        delimiters_in_text=Delimited.REPLACE,
    )
    checks = Checks(settings)

    checks.identifier("W01-05", "code", value)

    assert [value] == [each.value for each in checks.problems]


@pytest.mark.parametrize(
    ("value", "faults"), [("UPSN", 0), ("UP", 0), ("", 0), ("upsn", 1), ("UPS N", 2), ("U", 1)]
)
def test_codes_are_capitals_and_digits(checks: Checks, value: str, faults: int) -> None:
    """
    A SCAC has two to four.
    """
    checks.code("W66-10", "Scac", value)

    assert faults == len(checks.problems)


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
def test_an_id_that_may_be_left_out_is_looked_at_first(
    checks: Checks, value: str, fits: bool
) -> None:
    """
    It makes no problem.
    """
    assert (fits, []) == (checks.fits("N1-04", value), checks.problems)


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
def test_long_text_is_broken_at_spaces(
    checks: Checks, value: str | None, expected: list[str]
) -> None:
    """
    And inside a word only where it is longer than an element.
    """
    assert expected == checks.pieces("G69-01", "displayName", value, 5)


@given(st.text(alphabet="ab ", max_size=400))
def test_pieces_lose_no_letter(settings_of: SettingsOf, text: str) -> None:
    """
    Every piece fits its element, and together they are the text without its spaces.
    """
    pieces = Checks(settings_of()).pieces("G69-01", "displayName", text, None)

    assert all(0 < len(each) <= 45 for each in pieces)
    assert text.replace(" ", "") == "".join(pieces).replace(" ", "")


def test_text_beyond_the_last_piece_is_cut_off(checks: Checks) -> None:
    """
    A W01 has at most five G69.
    """
    assert ["a" * 45] * 5 == checks.pieces("G69-01", "displayName", "a" * 1000, 5)


@pytest.mark.parametrize(
    ("quantity", "cause"),
    [
        ("0", "must be more than zero"),
        ("-1", "must be more than zero"),
        ("NaN", "must be more than zero"),
        ("Infinity", "must be more than zero"),
        ("1e15", "has more digits than W01-01 takes, 15"),
        ("1e37", "has more digits than W01-01 takes, 15"),
        ("1234567890123.456", "has more digits than W01-01 takes, 15"),
        ("1.2345", "has more than 3 decimals"),
        ("0.0001", "has more than 3 decimals"),
    ],
)
def test_a_quantity_that_cannot_be_shipped_is_refused(
    checks: Checks, quantity: str, cause: str
) -> None:
    """
    By line.
    """
    checks.quantity("quantity", Decimal(quantity), line="L1")

    assert [("L1", cause)] == [(each.line_item_id, each.cause) for each in checks.problems]


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
def test_numbers_have_no_exponent_and_no_needless_zeros(quantity: str, expected: str) -> None:
    """
    X12's type R.
    """
    assert expected == Checks.number(Decimal(quantity))


@given(st.decimals(min_value=Decimal("0.001"), max_value=10**12, places=3))
def test_a_shippable_quantity_keeps_its_value(settings_of: SettingsOf, quantity: Decimal) -> None:
    """
    What is written is the same number.
    """
    checks = Checks(settings_of())

    checks.quantity("quantity", quantity)

    assert ([], quantity) == (checks.problems, Decimal(checks.number(quantity)))


def test_all_problems_are_raised_together(checks: Checks) -> None:
    """
    The message names the first ten, the error has all.
    """
    for number in range(12):
        checks.refuse("code", "is missing", line=str(number))

    with pytest.raises(InvalidOrderError) as raised:
        checks.raise_found("order A")

    assert 12 == len(raised.value.problems)
    assert str(raised.value).startswith("order A cannot be sent as a 940: line 0, code: is missing")
    assert str(raised.value).endswith("; and 2 more")


def test_nothing_is_raised_where_nothing_was_found(checks: Checks) -> None:
    """
    An order without faults goes on.
    """
    checks.raise_found("order A")

    assert [] == checks.problems
