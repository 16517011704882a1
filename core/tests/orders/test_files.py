"""
Tests of files with one order or several.
"""

import pytest

from orderferry.errors import OrderFormatError
from orderferry.orders import read_orders

from .conftest import faults_of, order_text


def test_a_file_has_one_order_a_list_or_one_order_a_line() -> None:
    """
    Blank lines, byte order marks and both line ends are accepted.
    """
    first, second = order_text(), b'{"id": "W2"}'

    assert ["W1"] == [order.id for order in read_orders(first)]
    assert ["W1", "W2"] == [order.id for order in read_orders(b" [" + first + b"," + second + b"]")]
    assert [] == read_orders(b"[]")
    lines = b"\xef\xbb\xbf" + first + b"\r\n\n  \n" + second + b"\n"
    assert ["W1", "W2"] == [order.id for order in read_orders(lines, lines=True)]


def test_the_limit_applies_to_each_order() -> None:
    """
    A file of many orders may be larger than the limit of one order.
    """
    small = order_text()
    assert 50 == len(read_orders(b"[" + b",".join([small] * 50) + b"]", limit=len(small)))

    big = order_text(x=1)
    [fault] = faults_of(lambda: read_orders(b"[" + small + b"," + big + b"]", limit=len(small)))
    assert fault.endswith("(`order_limit_bytes` in `[runtime]`) @ $[1]")


def test_the_faults_of_all_orders_of_a_file_are_reported() -> None:
    """
    A file with an invalid order is rejected as a whole, with the faults of all its orders.
    """
    text = b'[{"id": "W1"}, {"id": "W2", "status": 1}, {"id": "W3", "x": 1, "x": 2}]'
    with pytest.raises(OrderFormatError) as caught:
        read_orders(text)

    assert (
        "expected a string, got 1 (an integer) @ $[1].status",
        "appears twice in its object @ $[2].x",
    ) == caught.value.faults
    assert str(caught.value).startswith("2 of 3 orders are invalid (W2): expected a string")


def test_a_fault_of_a_line_has_its_number() -> None:
    """
    The number of the line is in the path, and in the position of an error of syntax.
    """
    text = b'{"id": "W1"}\n\n{"id": 2}\n{"id": }\n{"id": "\xff"}'

    assert (
        "expected a string, got 2 (an integer) @ line 3: $.id",
        "not JSON: Expecting value: line 4, column 8",
        "not UTF-8: line 5, column 9",
    ) == faults_of(lambda: read_orders(text, lines=True))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b'[{"id": "W1"},\n {"id": "W2"},]', "not JSON: "),
        (b'[{"id": "W1"},\n {"id": "\xff"}]', "not UTF-8"),
        (b'[{"id": "W1"}', "line 1, column 14"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_an_error_of_syntax_in_a_list_has_its_place(text: bytes, fault: str) -> None:
    """
    A list that is not valid JSON is rejected as a whole, with the place of the error.
    """
    assert fault in faults_of(lambda: read_orders(text))[0]
