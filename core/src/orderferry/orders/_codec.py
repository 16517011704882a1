"""
Orders from and to JSON: what the other rooms and the hosts call.

The libraries behind it cost more to import than the whole model, so they are imported by the first
call.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from orderferry.orders._order import EntityError, HistoryEvent, Order
from orderferry.orders._part_documents import written_part
from orderferry.orders._values import JsonReading

__all__ = [
    "digest",
    "order_document",
    "order_from",
    "order_schema",
    "part_document",
    "read_json",
    "read_kept",
    "read_order",
    "read_orders",
    "write_json",
    "write_kept",
]

_LIMIT = 5_000_000
_NOT_CONTENT = frozenset({"errors", "history", "modified", "status", "versionId"})


def read_order(data: bytes | str, *, limit: int = _LIMIT) -> Order:
    """
    Read one order from JSON.

    Numbers are exact; a field that the model does not name is kept in `extra` of its object.

    Args:
        data: The JSON text, in UTF-8, with or without a byte order mark.
        limit: The most bytes that it may have.

    Raises:
        orderferry.errors.OrderFormatError: It is over the limit, not JSON, or not an order; all
            that is wrong is told, with paths in JSON's names.
    """
    from orderferry.orders import _reading

    return _reading.read_order(data, limit=limit)


def read_orders(data: bytes, *, lines: bool = False, limit: int = _LIMIT) -> list[Order]:
    """
    Read a file of orders: one, a list, or one a line.

    Args:
        data: The file's content.
        lines: Whether each line is an order (`.jsonl`); empty lines are left out.
        limit: The most bytes that one order may have.

    Raises:
        orderferry.errors.OrderFormatError: At least one cannot be read; the faults of all are told.
    """
    from orderferry.orders import _reading

    return _reading.read_orders(data, lines=lines, limit=limit)


def order_from(document: object, path: str = "$") -> Order:
    """
    Make an order of JSON values.

    Args:
        document: The order as `dict`, `list`, `str`, `int`, `Decimal` or finite `float`, `bool` and
            `None`. It is not kept: changing it later does not change the order.
        path: What paths in faults begin with.

    Raises:
        orderferry.errors.OrderFormatError: It is not an order; all that is wrong is told.
    """
    from orderferry.orders import _reading

    return _reading.order_from(document, path)


def order_document(order: Order) -> dict[str, Any]:
    """
    The JSON values of an order, decimals as `Decimal`; what is `None` or empty is left out.

    Raises:
        ValueError: A time in it has no zone.
    """
    from orderferry.orders import _converter

    return _converter.written_fields(order)


def order_schema() -> dict[str, Any]:
    """
    The JSON Schema of the order document, draft 2020-12, with the names that JSON has.
    """
    from orderferry.orders import _schema

    return _schema.order_schema()


def part_document(part: HistoryEvent | EntityError) -> dict[str, Any]:
    """
    The JSON values of an event or an error, as they stand in those of its order.
    """
    return written_part(part)


def digest(order: Order) -> str:
    """
    16 hexadecimal digits that tell an order's content from another's.

    What changes while an order is handled does not count: status, errors, history, modified and
    version.
    """
    from orderferry.orders import _output

    document = order_document(order)
    content = {name: value for name, value in document.items() if name not in _NOT_CONTENT}
    return sha256(_output.canonical(content)).hexdigest()[:16]


def read_json(
    data: bytes | str, *, path: str = "$", first_line: int = 1, equal_repeats: bool = False
) -> JsonReading:
    """
    Read a JSON text in UTF-8, with or without a byte order mark.

    Numbers with a point or an exponent become `Decimal`, the others `int`. NaN, a member that
    stands twice in its object, half a surrogate pair and an integer of more than 4300 digits are
    faults.

    Args:
        data: The text.
        path: What paths in faults begin with.
        first_line: The number of the text's first line, for faults of its syntax.
        equal_repeats: Take a member that stands twice with one value.
    """
    from orderferry.orders import _input

    return _input.read_json(data, path=path, first_line=first_line, equal_repeats=equal_repeats)


def write_json(document: object, *, indent: int | None = None) -> bytes:
    """
    Write a JSON value; decimals as numbers, exactly.

    Args:
        document: The value.
        indent: Spaces a level, or `None` for one line.

    Raises:
        ValueError: A decimal in it is not finite.
    """
    from orderferry.orders import _output

    return _output.write_json(document, indent=indent)


def write_kept(order: Order) -> str:
    """
    An order as text that only `read_kept` reads: for what the program keeps for itself.

    Errors and history are left out.
    """
    from orderferry.orders import _kept

    return _kept.write_kept(order)


def read_kept(text: str) -> Order:
    """
    The order of a text that `write_kept` has written; nothing of it is checked again.
    """
    from orderferry.orders import _kept

    return _kept.read_kept(text)
