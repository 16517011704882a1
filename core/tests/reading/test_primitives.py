"""
Tests of the readers of single types.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from orderferry.reading import (
    InvalidError,
    Referenced,
    Unresolved,
    read_boolean,
    read_choice,
    read_integer,
    read_list,
    read_number,
    read_string,
    read_table,
)

READERS = {
    "a string": read_string,
    "a boolean": read_boolean,
    "an integer": read_integer,
    "a number": read_number,
    "a list": read_list,
    "a table": read_table,
}
VALUES: dict[str, object] = {
    "null": None,
    '"12" (a string)': "12",
    "true (a boolean)": True,
    "1 (an integer)": 1,
    "1.5 (a number)": 1.5,
    "a list": [1],
    "a table": {"a": 1},
}
VALID = {
    ("a string", '"12" (a string)'),
    ("a boolean", "true (a boolean)"),
    ("an integer", "1 (an integer)"),
    ("a number", "1 (an integer)"),
    ("a number", "1.5 (a number)"),
    ("a list", "a list"),
    ("a table", "a table"),
}


@pytest.mark.parametrize("description", VALUES)
@pytest.mark.parametrize("expected", READERS)
def test_a_reader_accepts_its_type_alone(expected: str, description: str) -> None:
    """
    A value of another type is not converted: its description is in the message.
    """
    read, value = READERS[expected], VALUES[description]
    if (expected, description) in VALID:
        assert value == read(value)
        return
    with pytest.raises(InvalidError) as caught:
        read(value)

    assert f"expected {expected}, got {description}" == str(caught.value)


@pytest.mark.parametrize("read", READERS.values())
def test_a_reference_that_cannot_be_resolved_is_reported(read: Callable[[object], object]) -> None:
    """
    Every reader reports why a reference cannot be resolved.
    """
    with pytest.raises(InvalidError, match=r"^X is not set$"):
        read(Unresolved("X is not set"))


def test_a_referenced_string_is_read_as_a_plain_string() -> None:
    """
    The type that marks a referenced string does not leave the reader.
    """
    assert str is type(read_string(Referenced("a")))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN")])
def test_a_number_is_finite(value: object) -> None:
    """
    Infinity and NaN are invalid.
    """
    with pytest.raises(InvalidError, match=r"^expected a finite number, got "):
        read_number(value)


def test_a_number_is_read_as_a_float() -> None:
    """
    An integer and a decimal become floats.
    """
    assert float is type(read_number(1))
    assert 1.5 == read_number(Decimal("1.5"))


def test_a_list_may_be_a_tuple() -> None:
    """
    A tuple of a program is read as a list.
    """
    assert [1, 2] == read_list((1, 2))


CHOICES: list[tuple[object, str]] = [("live", "LIVE"), (1, "ONE")]


def test_a_choice_is_one_of_the_values() -> None:
    """
    The result is the one that belongs to the value, also to a referenced one.
    """
    assert "LIVE" == read_choice("live", CHOICES)
    assert "LIVE" == read_choice(Referenced("live"), CHOICES)
    assert "ONE" == read_choice(1, CHOICES)


@pytest.mark.parametrize(
    ("value", "description"), [(True, "true (a boolean)"), ("Live", '"Live" (a string)')]
)
def test_a_choice_of_another_type_is_invalid(value: object, description: str) -> None:
    """
    A value that is equal and of another type is none of the choices, which the message lists.
    """
    with pytest.raises(InvalidError) as caught:
        read_choice(value, CHOICES)

    assert f'expected one of "live", 1, got {description}' == str(caught.value)
