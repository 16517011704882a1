"""
Tests of single values of settings.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from pathlib import Path
from typing import Any, Literal

import pytest

from orderferry.connectors import Secret
from orderferry.connectors.settings._structuring import structure_settings
from orderferry.connectors.settings._values import SecretFault
from orderferry.reading import Fault, InvalidError, Referenced, Unresolved


class Mode(Enum):
    """
    An enum with values of two types.
    """

    LIVE = "live"
    LEVEL = 2


class Colour(StrEnum):
    """
    An enum of strings.
    """

    RED = "red"


class Level(IntEnum):
    """
    An enum of integers.
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
        (Any, {"a": [1, Referenced("b")]}, {"a": [1, "b"]}),
        (object, "a", "a"),
        (str | None, "a", "a"),
        (int | None, 1, 1),
    ],
)
def test_a_value_of_the_declared_type_is_valid(kind: Any, value: object, expected: object) -> None:
    """
    A value is read as TOML has it, or from a string where TOML has no such type.
    """
    result: Any = structure_settings(value, kind)

    assert expected == result
    assert type(expected) is type(result)


DECIMAL = 'a decimal number as a string, such as "12.50"'
ZONE = "a time with a zone, such as 2026-11-24T12:00:00Z"


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (str, 1, "expected a string, got 1 (an integer)"),
        (str, None, "expected a string, got null"),
        (bool, "false", 'expected a boolean, got "false" (a string)'),
        (bool, 0, "expected a boolean, got 0 (an integer)"),
        (int, True, "expected an integer, got true (a boolean)"),
        (int, "1", 'expected an integer, got "1" (a string)'),
        (int, 1.0, "expected an integer, got 1.0 (a number)"),
        (float, True, "expected a number, got true (a boolean)"),
        (float, "1.5", 'expected a number, got "1.5" (a string)'),
        (float, float("nan"), "expected a finite number, got nan (a number)"),
        (float, float("inf"), "expected a finite number, got inf (a number)"),
        (Decimal, 1.5, f"expected {DECIMAL}, got 1.5 (a number)"),
        (Decimal, True, f"expected {DECIMAL}, got true (a boolean)"),
        (Decimal, "a", f'expected {DECIMAL}, got "a" (a string)'),
        (Decimal, "NaN", 'expected a finite number, got "NaN" (a string)'),
        (datetime, NOON.replace(tzinfo=None), f"expected {ZONE}, got 2026-11-24 12:00:00 (a time)"),
        (datetime, "2026-11-24", f'expected {ZONE}, got "2026-11-24" (a string)'),
        (datetime, "noon", f'expected {ZONE}, got "noon" (a string)'),
        (date, NOON, "expected a date such as 2026-11-24, got 2026-11-24 12:00:00+00:00 (a time)"),
        (date, "24.11.2026", 'expected a date such as 2026-11-24, got "24.11.2026" (a string)'),
        (time, "noon", 'expected a time of day such as 12:00:00, got "noon" (a string)'),
        (Path, 3, "expected a path as a string, got 3 (an integer)"),
        (Path, "", 'expected a path as a string, got "" (a string)'),
        (Mode, "dead", 'expected one of "live", 2, got "dead" (a string)'),
        (Level, True, "expected one of 1, got true (a boolean)"),
        (Colour, ["red"], 'expected one of "red", got a list'),
        (Literal["x", 1], True, 'expected one of "x", 1, got true (a boolean)'),
        (str | None, {}, "expected a string, got a table"),
        (int, Referenced("8080"), "expected an integer, got a referenced value (not shown)"),
        (int, Unresolved("X is not set"), "X is not set"),
        (Any, [Unresolved("X is not set")], "X is not set"),
    ],
)
def test_a_value_of_another_type_is_invalid(kind: Any, value: object, message: str) -> None:
    """
    A value of another type is not converted, and the message describes it.
    """
    with pytest.raises(InvalidError) as error:
        structure_settings(value, kind)

    assert (Fault("", message),) == error.value.faults


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("short", "a secret has at least 8 characters; this one has 5"),
        (12345678, "expected a string, got an integer"),
        (True, "expected a string, got a boolean"),
        (["12345678"], "expected a string, got a list"),
        (Unresolved("X is not set; set it"), "X is not set; set it"),
    ],
)
def test_an_invalid_secret_is_never_shown(value: object, message: str) -> None:
    """
    The message has only the type of an invalid secret, or its length.
    """
    with pytest.raises(InvalidError) as error:
        structure_settings(value, Secret)

    assert (SecretFault("", message),) == error.value.faults


def test_a_referenced_string_is_a_plain_string_in_the_settings() -> None:
    """
    A connector gets a plain `str`, without the type that marks referenced values.
    """
    assert str is type(structure_settings(Referenced("a"), str))
    assert str is type(structure_settings({"a": Referenced("b")}, dict[str, str])["a"])


def test_a_type_that_no_setting_can_have_is_an_error() -> None:
    """
    A subclass of `str` that a vendor defines cannot be the type of a setting.
    """

    class Address(str):
        __slots__ = ()

    with pytest.raises(TypeError, match="a setting cannot be a Address"):
        structure_settings("a", Address)
