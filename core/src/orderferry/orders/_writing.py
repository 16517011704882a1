"""
Orders as JSON values, and as the text in which the program stores them.

A stored order was read from JSON before and is valid, so it is read back without checks. msgspec
makes its objects four times as fast as the converter, but only under the names of their attributes,
and faster still if they have a `__dict__`: this is why the model's classes have no slots.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any

from orderferry.orders._json import encode_canonical, write_json
from orderferry.orders._order import Order

if TYPE_CHECKING:
    import msgspec

__all__ = ["digest", "order_document", "read_stored", "write_stored"]

_NOT_CONTENT = frozenset({"errors", "history", "modified", "status", "versionId"})
_NOT_STORED = frozenset({"errors", "history"})
_VALUES = frozenset({str, Decimal, int, bool, datetime})

_building = Lock()


def order_document(order: Order) -> dict[str, Any]:
    """
    The JSON values of an order, decimals as `Decimal`; what is `None` or empty is omitted.

    Raises:
        ValueError: A time in it has no zone.
    """
    from orderferry.orders._converter import write_fields

    return write_fields(order)


def digest(order: Order) -> str:
    """
    16 hexadecimal digits that identify an order's content.

    Fields that change while an order is handled do not count: status, errors, history, modified and
    version.
    """
    document = order_document(order)
    content = {name: value for name, value in document.items() if name not in _NOT_CONTENT}
    return sha256(encode_canonical(content)).hexdigest()[:16]


@cache
def _decoder() -> msgspec.json.Decoder[Order]:
    import msgspec

    with _building:  # msgspec 0.22 crashes if two threads inspect a class for the first time
        return msgspec.json.Decoder(Order, float_hook=Decimal)


def write_stored(order: Order) -> str:
    """
    An order as the text that the program stores, and that only `read_stored` reads.

    Errors and history are omitted.
    """
    fields = {name: value for name, value in vars(order).items() if name not in _NOT_STORED}
    return write_json(_plain(fields)).decode()


def read_stored(text: str) -> Order:
    """
    The order of a text that `write_stored` wrote, without checks.
    """
    return _decoder().decode(text)


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """
    Fields without those that are `None` or empty.
    """
    plain: dict[str, Any] = {}
    for name, value in fields.items():
        if type(value) in _VALUES:
            plain[name] = value
        elif value:
            plain[name] = (
                [_value(item) for item in value] if type(value) is tuple else _value(value)
            )
    return plain


def _value(value: Any) -> Any:  # noqa: ANN401 - JSON values
    return _plain(vars(value)) if hasattr(value, "__attrs_attrs__") else value
