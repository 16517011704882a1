"""
Tests of faults, their paths, and the descriptions of values.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from orderferry.reading import (
    Fault,
    InvalidError,
    Referenced,
    Unresolved,
    collect,
    describe,
    describe_type,
    gather,
    invalid,
    member,
    mismatch,
    read_integer,
)


def test_a_fault_is_seen_from_the_table_around_it() -> None:
    """
    The path of a fault grows by the step to its value, and the rest of the fault stays.
    """
    assert Fault(".a[2].b", "is missing") == Fault(".b", "is missing").within("[2]").within(".a")


def test_the_text_of_an_error_has_the_messages_of_its_faults() -> None:
    """
    An error that is shown as text has the messages of all faults.
    """
    assert "is empty" == str(invalid("is empty"))
    assert "one; two" == str(InvalidError([Fault("", "one"), Fault(".a", "two")]))


def test_a_valid_part_is_collected_alone() -> None:
    """
    A valid part is returned in a list, and adds no fault.
    """
    faults: list[Fault] = []

    assert [1] == collect(read_integer, 1, ".a", faults)
    assert [] == faults


def test_the_faults_of_an_invalid_part_are_collected() -> None:
    """
    An invalid part is not returned, and its faults are added with its place.
    """
    faults = [Fault(".a", "is missing")]

    assert [] == collect(read_integer, "x", ".b", faults)
    assert [
        Fault(".a", "is missing"),
        Fault(".b", 'expected an integer, got "x" (a string)'),
    ] == faults


def test_valid_parts_are_gathered_in_order() -> None:
    """
    All parts are returned in their order.
    """
    assert [2, 1] == gather([("b", 2), ("a", 1)], read_integer)


def test_the_faults_of_all_parts_are_gathered() -> None:
    """
    One error has the faults of all parts, under their index or name.
    """
    with pytest.raises(InvalidError) as caught:
        gather([(0, "x"), ("a", 1), ("a b", None)], read_integer)

    assert (
        Fault("[0]", 'expected an integer, got "x" (a string)'),
        Fault('["a b"]', "expected an integer, got null"),
    ) == caught.value.faults


def test_gathering_stops_after_a_thousand_faults() -> None:
    """
    Parts after the thousandth fault are not read.
    """
    with pytest.raises(InvalidError) as caught:
        gather(((number, "x") for number in range(10_000)), read_integer)

    assert 1000 == len(caught.value.faults)


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("token", ".token"),
        ("_a-1", "._a-1"),
        ("", '[""]'),
        ("a b", '["a b"]'),
        ("1", '["1"]'),
        ("blå", '["blå"]'),
        ("a\n", '["a\\n"]'),
        ("x" * 41, "." + "x" * 41),
        (" " * 41, '["' + " " * 40 + '..."]'),
    ],
)
def test_a_name_is_a_step_of_a_path(name: str, step: str) -> None:
    """
    A name that is not plain is quoted, and a long quoted name is shortened.
    """
    assert step == member(name)


@pytest.mark.parametrize(
    ("value", "description"),
    [
        (None, "null"),
        (True, "true (a boolean)"),
        (False, "false (a boolean)"),
        (7, "7 (an integer)"),
        (1.5, "1.5 (a number)"),
        (Decimal("1.50"), "1.50 (a number)"),
        (float("nan"), "nan (a number)"),
        ("12", '"12" (a string)'),
        ("blå", '"blå" (a string)'),
        ("a\0", '"a\\u0000" (a string)'),
        ("x" * 41, '"' + "x" * 40 + '..." (a string)'),
        ([1], "a list"),
        ((1,), "a list"),
        ({"a": 1}, "a table"),
        (datetime(2026, 11, 24, 12, tzinfo=UTC), "2026-11-24 12:00:00+00:00 (a time)"),
        (date(2026, 11, 24), "2026-11-24 (a date)"),
        (time(12), "12:00:00 (a time of day)"),
        (1j, "a Python complex"),
        (Referenced("hunter2-hunter2"), "a referenced value (not shown)"),
    ],
)
def test_a_value_is_described_with_its_type(value: object, description: str) -> None:
    """
    The description has the value and its type, and never a referenced value.
    """
    assert description == describe(value)


def test_a_long_integer_is_described_by_its_size() -> None:
    """
    An integer of thousands of digits does not fill the message.
    """
    assert "an integer of 16610 bits" == describe(10**5000)


def test_a_type_is_described_without_the_value() -> None:
    """
    The description of a type does not show the value, which may be a secret.
    """
    assert "an integer" == describe_type(12345678)
    assert "a string" == describe_type("hunter2-hunter2")


def test_a_format_may_call_a_table_an_object() -> None:
    """
    The word for a table is the one of the file's format.
    """
    assert "an object" == describe({}, table="an object")
    assert "expected a list, got an object" == str(mismatch("a list", {}, table="an object"))


def test_a_mismatch_has_what_was_expected_and_what_was_found() -> None:
    """
    The message of a mismatch has the expected type and a description of the value.
    """
    assert "expected a string, got 7 (an integer)" == str(mismatch("a string", 7))


def test_a_reference_that_cannot_be_resolved_is_the_reason_of_a_mismatch() -> None:
    """
    The reason why a reference cannot be resolved replaces the description of the value.
    """
    assert "X is not set; set it" == str(mismatch("a string", Unresolved("X is not set; set it")))
