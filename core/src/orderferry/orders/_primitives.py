"""
How the values of an order's fields are read: strictly, nothing taken for something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from orderferry.orders._values import described, member

__all__ = [
    "LARGEST",
    "MOST_ID_CHARACTERS",
    "MOST_VERSION_DIGITS",
    "PRIMITIVES",
    "TIME",
    "ZONE",
    "FieldError",
    "gathered",
    "identity",
    "name_in",
    "name_text",
    "text",
    "text_map",
    "version",
]

_MOST_BEFORE_POINT = 38
_MOST_AFTER_POINT = 18
MOST_ID_CHARACTERS = 200
MOST_VERSION_DIGITS = 38
LARGEST = 10**_MOST_BEFORE_POINT - 1
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,12})?)?"
ZONE = r"(Z|[+-][0-9]{2}:?[0-9]{2})"
_TIME = re.compile(rf"{TIME}(?P<zone>{ZONE})?")
_VERSION = re.compile(rf"[0-9]{{1,{MOST_VERSION_DIGITS}}}")


_MOST_FAULTS = 1000

_T = TypeVar("_T")


class FieldError(ValueError):
    """
    What is wrong with a value and all that is in it.

    Attributes:
        faults: Pairs of a path, relative to the value, and what is wrong there.
    """

    def __init__(self, faults: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self.faults = list(faults)


def gathered(parts: Iterable[tuple[int | str, object]], read: Callable[[object], _T]) -> list[_T]:
    """
    Read all parts of a value, and gather what is wrong with any.

    Args:
        parts: Index or name, and value, of each part.
        read: What reads a part.

    Raises:
        FieldError: All that is wrong; after a thousand faults the rest is not looked at.
    """
    found, faults = [], []
    for key, value in parts:
        try:
            found.append(read(value))
        except FieldError as error:
            step = f"[{key}]" if isinstance(key, int) else member(str(key))
            faults += [(step + path, why) for path, why in error.faults]
            if len(faults) >= _MOST_FAULTS:
                break
    if faults:
        raise FieldError(faults)
    return found


def _wrong(expected: str, value: object) -> FieldError:
    return FieldError([("", f"expected {expected}, got {described(value)}")])


def text(value: object, _: object = None) -> str:
    """
    A string that can be written in UTF-8, without NUL: PostgreSQL holds none.
    """
    if not isinstance(value, str):
        raise _wrong("a string", value)
    if "\x00" in value:
        raise FieldError([("", f"a NUL character in {described(value)}")])
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise FieldError([("", f"half a surrogate pair in {described(value)}")]) from None
    return value


def boolean(value: object, _: object = None) -> bool:
    """
    True or false.
    """
    if type(value) is not bool:
        raise _wrong("true or false", value)
    return value


def integer(value: object, _: object = None) -> int:
    """
    An integer of at most 38 digits.
    """
    if type(value) is not int:
        raise _wrong("an integer", value)
    if abs(value) > LARGEST:
        raise FieldError(
            [("", f"an integer of more than {_MOST_BEFORE_POINT} digits: {described(value)}")]
        )
    return value


def number(value: object, _: object = None) -> Decimal:
    """
    A finite number, exactly; the magnitude is looked at before any digit is.
    """
    kind = type(value)
    if kind is Decimal:
        found: Decimal = value  # type: ignore[assignment]
    elif kind is int and abs(value) <= LARGEST:  # type: ignore[arg-type]
        return Decimal(value)  # type: ignore[arg-type]
    elif kind is float:
        found = Decimal(repr(value))
    elif kind is int:
        raise FieldError([("", _too_long("before", _MOST_BEFORE_POINT, value))])
    else:
        raise _wrong("a number", value)
    if not found.is_finite():
        raise FieldError([("", f"expected a finite number, got {found}")])
    if found.adjusted() >= _MOST_BEFORE_POINT:
        raise FieldError([("", _too_long("before", _MOST_BEFORE_POINT, value))])
    exponent = found.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_MOST_AFTER_POINT:
        raise FieldError([("", _too_long("after", _MOST_AFTER_POINT, value))])
    return Decimal(int(found)) if isinstance(exponent, int) and exponent > 0 else found


def _too_long(where: str, most: int, value: object) -> str:
    return f"a number of more than {most} digits {where} the point: {described(value)}"


def moment(value: object, _: object = None) -> datetime:
    """
    A time with a zone (RFC 3339), which is kept.
    """
    if type(value) is not str:
        raise _wrong("a time as a string", value)
    found = _TIME.fullmatch(value)
    if found is None:
        raise _wrong("a time such as 2026-11-24T12:00:00Z", value)
    if found["zone"] is None:
        raise _wrong("a time with a zone, such as 2026-11-24T12:00:00Z", value)
    try:
        time = datetime.fromisoformat(value)
        time.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise FieldError([("", f"{described(value)} is no time: {error}")]) from None
    return time


PRIMITIVES: dict[type, Callable[[object, object], object]] = {
    str: text,
    bool: boolean,
    int: integer,
    Decimal: number,
    datetime: moment,
}
"""The reader of each type that has no parts."""


def identity(value: object, _: object = None) -> str:
    """
    The id of an order or a shipment: 1 to 200 characters, none of them a control character.
    """
    found = text(value)
    if not found:
        raise FieldError([("", "it is empty")])
    if len(found) > MOST_ID_CHARACTERS:
        raise FieldError(
            [("", f"{len(found)} characters, and an id has at most {MOST_ID_CHARACTERS}")]
        )
    return _printable(found)


def name_text(value: object, _: object = None) -> str | None:
    """
    What an order is found by: its type, its status, its market; without control characters.
    """
    return None if value is None else _printable(text(value))


def _printable(value: str) -> str:
    if _CONTROL.search(value):
        raise FieldError([("", f"a control character in {described(value)}")])
    return value


def version(value: object, _: object = None) -> int | str | None:
    """
    A `versionId`: an integer, or digits as text; kept as it came.
    """
    if value is None:
        return None
    if type(value) is int:
        return integer(value)
    if type(value) is str and _VERSION.fullmatch(value):
        return value
    raise _wrong(f"an integer, or up to {MOST_VERSION_DIGITS} digits as text", value)


def text_map(value: object, _: object = None) -> dict[str, str]:
    """
    An object whose members are strings; null is an empty one.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong("an object", value)
    names = gathered(((name, name) for name in value), text)
    return dict(zip(names, gathered(value.items(), text), strict=True))


def name_in(value: object, kind: type[StrEnum]) -> StrEnum:
    """
    One name of a closed set.
    """
    for each in kind:
        if each.value == value:
            return each
    raise _wrong(" or ".join(kind), value)
