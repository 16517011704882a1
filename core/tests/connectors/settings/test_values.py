"""
Single values of settings: what is taken, and what is refused.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from pathlib import Path
from typing import Any, Literal

import pytest

from orderferry.connectors import Secret
from orderferry.connectors.settings._faults import Fault, FaultsError
from orderferry.connectors.settings._references import Absentee, Referred
from orderferry.connectors.settings._structuring import structured


class Mode(Enum):
    """
    Any values.
    """

    LIVE = "live"
    LEVEL = 2


class Colour(StrEnum):
    """
    Texts.
    """

    RED = "red"


class Level(IntEnum):
    """
    Whole numbers.
    """

    ONE = 1


NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (str, "a", "a"),
        (bool, False, False),
        (int, -3, -3),
        (float, 1, 1.0),
        (float, 1.5, 1.5),
        (float, Decimal("1.5"), 1.5),
        (Decimal, "1.50", Decimal("1.50")),
        (Decimal, 3, Decimal(3)),
        (Decimal, Decimal("0.1"), Decimal("0.1")),
        (datetime, NOON, NOON),
        (datetime, "2026-11-24T13:00:00+01:00", NOON),
        (date, date(2026, 11, 24), date(2026, 11, 24)),
        (date, "2026-11-24", date(2026, 11, 24)),
        (time, time(12), time(12)),
        (time, "12:30", time(12, 30)),
        (Path, "keys/id", Path("keys/id")),
        (Secret, "12345678", Secret("12345678")),
        (Mode, "live", Mode.LIVE),
        (Mode, 2, Mode.LEVEL),
        (Colour, "red", Colour.RED),
        (Level, 1, Level.ONE),
        (Literal["x", 1], 1, 1),
        (Any, {"a": [1, Referred("b")]}, {"a": [1, "b"]}),
        (object, "a", "a"),
        (str | None, "a", "a"),
        (int | None, 1, 1),
    ],
)
def test_a_value_of_the_declared_type_is_taken(kind: Any, value: object, expected: object) -> None:
    """
    As TOML has it, or as text where TOML has no such type.
    """
    structure: Any = structured(value, kind)

    assert (expected, type(expected)) == (structure, type(structure))


DECIMAL = 'a decimal number as text, such as "12.50"'
ZONE = "a time with a zone, such as 2026-11-24T12:00:00Z"


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (str, 1, "expected text, got 1 (a whole number)"),
        (str, None, "expected text, got NoneType"),
        (bool, "false", "expected true or false, got 'false' (text)"),
        (bool, 0, "expected true or false, got 0 (a whole number)"),
        (int, True, "expected a whole number, got true (a boolean)"),
        (int, "1", "expected a whole number, got '1' (text)"),
        (int, 1.0, "expected a whole number, got 1.0 (a number)"),
        (float, True, "expected a number, got true (a boolean)"),
        (float, "1.5", "expected a number, got '1.5' (text)"),
        (float, float("nan"), "expected a finite number, got nan (a number)"),
        (float, float("inf"), "expected a finite number, got inf (a number)"),
        (Decimal, 1.5, f"expected {DECIMAL}, got 1.5 (a number)"),
        (Decimal, True, f"expected {DECIMAL}, got true (a boolean)"),
        (Decimal, "a", f"expected {DECIMAL}, got 'a' (text)"),
        (Decimal, "NaN", "expected a finite number, got 'NaN' (text)"),
        (datetime, NOON.replace(tzinfo=None), f"expected {ZONE}, got 2026-11-24 12:00:00 (a date)"),
        (datetime, "2026-11-24", f"expected {ZONE}, got '2026-11-24' (text)"),
        (datetime, "noon", f"expected {ZONE}, got 'noon' (text)"),
        (date, NOON, "expected a date, such as 2026-11-24, got 2026-11-24 12:00:00+00:00 (a date)"),
        (date, "24.11.2026", "expected a date, such as 2026-11-24, got '24.11.2026' (text)"),
        (time, "noon", "expected a time of day, such as 12:00:00, got 'noon' (text)"),
        (Path, 3, "expected a path as text, got 3 (a whole number)"),
        (Path, "", "expected a path as text, got '' (text)"),
        (Mode, "dead", "expected one of 'live', 2, got 'dead' (text)"),
        (Level, True, "expected one of 1, got true (a boolean)"),
        (Colour, ["red"], "expected one of 'red', got a list"),
        (Literal["x", 1], True, "expected one of 'x', 1, got true (a boolean)"),
        (str | None, {}, "expected text, got a table"),
        (int, Referred("8080"), "expected a whole number, got text that stands elsewhere"),
        (int, Absentee("X is not set"), "X is not set"),
        (Any, [Absentee("X is not set")], "X is not set"),
    ],
)
def test_a_value_of_another_type_is_refused(kind: Any, value: object, message: str) -> None:
    """
    Nothing is converted by a guess, and the message says what was there.
    """
    with pytest.raises(FaultsError) as error:
        structured(value, kind)

    assert (Fault(message),) == error.value.faults


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("short", "a secret has at least 8 characters; this one has 5"),
        (12345678, "expected text, got a whole number"),
        (True, "expected text, got a boolean"),
        (["12345678"], "expected text, got a list"),
        (Absentee("X is not set; set it"), "X is not set; set it"),
    ],
)
def test_a_faulty_secret_is_never_shown(value: object, message: str) -> None:
    """
    Only its kind, or its length.
    """
    with pytest.raises(FaultsError) as error:
        structured(value, Secret)

    assert (Fault(message, secret=True),) == error.value.faults


def test_text_that_came_by_reference_is_plain_text_in_the_settings() -> None:
    """
    The mark is ours alone.
    """
    assert str is type(structured(Referred("a"), str))
    assert str is type(structured({"a": Referred("b")}, dict[str, str])["a"])


def test_a_type_that_no_setting_can_have_is_refused() -> None:
    """
    A text of the vendor's own.
    """

    class Address(str):
        __slots__ = ()

    with pytest.raises(TypeError, match="a setting cannot be a Address"):
        structured("a", Address)
