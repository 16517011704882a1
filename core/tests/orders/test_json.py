"""
Tests of the limits and the syntax of JSON.
"""

import time
from decimal import Decimal

import pytest

from orderferry.orders import order_from, read_order

from .conftest import faults_of, order_text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"", "empty: expected a JSON document"),
        (b"\xef\xbb\xbf \n", "empty: expected a JSON document"),
        (
            b'{"id": "W1"\n  "status": 1}',
            "not JSON: Expecting ',' delimiter: line 2, column 3",
        ),
        (b'{"id": "W1', "not JSON: Unterminated string starting at: line 1, column 8"),
        (b"{'id': 1}", "line 1, column 2"),
        (b'{"id": "W1"} {}', "not JSON: Extra data: line 1, column 14"),
        (b'{"id": 01}', "line 1, column 9"),
        (b'{"id": "a\tb"}', "line 1, column 10"),
        (b'{\n"id": "\xff"}', "not UTF-8: line 2, column 8"),
        ("{\n".encode("utf-16"), "not UTF-8: line 1, column 1"),
        (b"[]", "expected an object, got a list @ $"),
        (b"7", "expected an object, got 7 (an integer) @ $"),
        (b'{"id": "W1", "x": NaN}', "NaN is not a number of JSON @ $.x"),
        (b'{"id": "W1", "x": [-Infinity]}', "-Infinity is not a number of JSON @ $.x[0]"),
        (
            b'{"id": "\\ud800"}',
            'expected a string without unpaired surrogates, got "\\ud800" (a string) @ $.id',
        ),
        (b'{"id": "W1", "\\udc00": 1}', "expected a name without unpaired surrogates"),
        (b'{"id": "W1", "x": 1e99999999999999999999}', "cannot be represented exactly @ $.x"),
        (
            b'{"id": "W1", "x": ' + b"9" * 5000 + b"}",
            "expected a number of at most 4300 digits, got 5000 @ $.x",
        ),
    ],
)
def test_an_error_of_syntax_is_reported_with_its_place(text: bytes, fault: str) -> None:
    """
    An error of syntax has line and column, and an invalid value has its path.
    """
    [message] = faults_of(lambda: read_order(text))

    assert fault in message


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (b'{"id": "W1", "id": "W1"}', ["$.id"]),
        (b'{"id": "W1", "x": {"a": [{"b": 1, "b": 2}]}}', ["$.x.a[0].b"]),
        (b'{"id": "W1", "a": "\\u0022\\u0022", "a": 1}', ["$.a"]),
        (b'{"id": "W1", "a\\u0062": 1, "ab": 2}', ["$.ab"]),
        (b'{"id": "W1", "a": 1, "a": 1, "b": 1, "b": 1}', ["$.a", "$.b"]),
    ],
)
def test_a_member_that_appears_twice_is_invalid(text: bytes, paths: list[str]) -> None:
    """
    A member that appears twice is ambiguous, also if escapes hide that both names are the same.
    """
    faults = faults_of(lambda: read_order(text))

    assert [f"appears twice in its object @ {path}" for path in paths] == list(faults)


def test_an_escaped_quote_is_not_a_repeated_member() -> None:
    """
    A text with an escaped quote is examined a second time, and is valid.
    """
    assert 'a"b' == read_order(b'{"id": "a\\u0022b"}').id


def test_a_byte_order_mark_is_ignored() -> None:
    """
    A byte order mark, which Windows programs write, is accepted.
    """
    assert "W1" == read_order(b"\xef\xbb\xbf" + order_text()).id
    assert "W1" == read_order("\ufeff" + order_text().decode()).id


def test_an_unpaired_surrogate_is_invalid() -> None:
    """
    An unpaired surrogate cannot be encoded in UTF-8, and so could not be sent.
    """
    assert "cannot be encoded in UTF-8" in faults_of(lambda: read_order('{"id": "\ud800"}'))[0]
    document = {"id": "W1", "x": {"y": ["\ud800"]}, "status": "\ud800"}
    assert ["$.status", "$.x.y[0]"] == sorted(
        fault.rpartition(" @ ")[2] for fault in faults_of(lambda: order_from(document))
    )


@pytest.mark.parametrize("size", [101, 200, 20_000, 1_000_000])
def test_deep_nesting_is_invalid(size: int) -> None:
    """
    Deep nesting is reported with a shortened path, and does not crash the process.
    """
    text = b'{"id": "W1", "x": ' + b"[" * size + b"]" * size + b"}"
    [message] = faults_of(lambda: read_order(text))

    assert message.startswith("nested too deeply")
    assert len(message) < 300


def test_a_hundred_levels_are_read() -> None:
    """
    An order may be nested a hundred levels deep.
    """
    text = b'{"id": "W1", "x": ' + b"[" * 100 + b"]" * 100 + b"}"

    assert "W1" == read_order(text).id


def test_an_order_over_the_limit_is_invalid() -> None:
    """
    The message has the size, the limit, and the name of its setting.
    """
    text = order_text(x="ø" * 100)
    size = len(text)

    assert "W1" == read_order(text, limit=size).id
    for data in (text, text.decode()):
        [message] = faults_of(lambda data=data: read_order(data, limit=size - 1))  # type: ignore[misc]
        assert (
            f"{size:,} bytes exceed the limit of {size - 1:,} (`order_limit_bytes` in `[runtime]`)"
        ) == message


@pytest.mark.parametrize("number", ["1e999999999", "-1e999999999", "1e-999999999", "0e999999999"])
def test_an_enormous_exponent_costs_nothing(number: str) -> None:
    """
    A number with an enormous exponent is invalid in a known field and kept in others, in no time.
    """
    began = time.process_time()
    text = f'{{"id": "W1", "orderForm": {{"total": {number}}}}}'
    assert "digits" in faults_of(lambda: read_order(text))[0]
    value = read_order(f'{{"id": "W1", "x": {number}}}').extra["x"]

    assert Decimal(number) == value
    assert time.process_time() - began < 1


def test_a_small_exponent_becomes_plain_digits() -> None:
    """
    A number that a connector writes with `str` has no exponent.
    """
    order = read_order(b'{"id": "W1", "orderForm": {"total": 12e2}}')

    assert "1200" == str(order.order_form.total)
