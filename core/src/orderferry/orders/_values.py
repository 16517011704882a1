"""
JSON values and paths, as messages show them.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal

from attrs import frozen

__all__ = ["JsonReading", "JsonValue", "described", "member"]

_MOST_CHARACTERS = 40
_MOST_BITS = 200
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def _shortened(text: str) -> str:
    if len(text) <= _MOST_CHARACTERS:
        return text
    return f"{text[:_MOST_CHARACTERS]}..."


def _number(value: float | Decimal) -> str:
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return f"an integer of {value.bit_length()} bits"
    return f"{_shortened(str(value))} (a number)"


def described(value: object) -> str:
    """
    A value and its JSON type in few words: `true (a boolean)`, `"12" (a string)`, `a list`.
    """
    match value:
        case None:
            return "null"
        case bool():
            return f"{str(value).lower()} (a boolean)"
        case int() | float() | Decimal():
            return _number(value)
        case str():
            return (
                f"{json.dumps(_shortened(value), ensure_ascii=not value.isprintable())} (a string)"
            )
        case list() | tuple():
            return "a list"
        case dict():
            return "an object"
    return f"a Python {type(value).__name__}"


def member(name: str) -> str:
    """
    A member of an object as a step of a JSON path: `.name`, or `["a name"]` where it needs quotes.
    """
    if _PLAIN.fullmatch(name):
        return f".{name}"
    return f"[{json.dumps(_shortened(name), ensure_ascii=not name.isprintable())}]"


JsonValue = str | int | bool | Decimal | list["JsonValue"] | dict[str, "JsonValue"] | None
"""What a JSON text can hold."""


@frozen(kw_only=True)
class JsonReading:
    """
    What became of a JSON text.

    Attributes:
        document: Its value: `dict`, `list`, `str`, `int`, `Decimal`, `bool` or `None`.
        faults: Why it could not be read, one sentence each; `document` is `None` then.
    """

    document: object = None
    faults: tuple[str, ...] = ()
