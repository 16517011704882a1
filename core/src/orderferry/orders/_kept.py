"""
Orders as the program keeps them for itself: the model's own names, read back without checks.

An order that was read from JSON once is known to be right. msgspec makes its objects four times as
fast as the converter, but only under the names of their attributes, and faster still where they
have a `__dict__`: that is why the model's classes have no slots.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from threading import Lock
from typing import Any

import msgspec

from orderferry.orders._order import Order
from orderferry.orders._output import write_json

__all__ = ["read_kept", "write_kept"]

_OURS = frozenset({"errors", "history"})
_VALUES = frozenset({str, Decimal, int, bool, datetime})


_building = Lock()


@cache
def _decoder() -> msgspec.json.Decoder[Order]:
    with _building:  # msgspec 0.22 crashes where two threads look at a class for the first time
        return msgspec.json.Decoder(Order, float_hook=Decimal)


def write_kept(order: Order) -> str:
    """
    The text of an order; see `orderferry.orders.write_kept`.
    """
    fields = {name: value for name, value in vars(order).items() if name not in _OURS}
    return write_json(_plain(fields)).decode()


def read_kept(text: str) -> Order:
    """
    The order of such a text; see `orderferry.orders.read_kept`.
    """
    return _decoder().decode(text)


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """
    Fields without what is None or empty.
    """
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if type(value) in _VALUES:
            found[name] = value
        elif value:
            found[name] = [_value(e) for e in value] if type(value) is tuple else _value(value)
    return found


def _value(value: Any) -> Any:  # noqa: ANN401 - JSON values
    return _plain(vars(value)) if hasattr(value, "__attrs_attrs__") else value
