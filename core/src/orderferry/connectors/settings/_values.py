"""
Single values of settings, structured strictly: what cattrs would convert, these refuse.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar, get_args

from orderferry.connectors._secret import Secret
from orderferry.connectors.settings._faults import Fault, FaultsError, shown, wrong
from orderferry.connectors.settings._references import Absentee

__all__ = ["EXACT", "structure_anything", "structure_choice", "structure_enum", "structure_single"]

T = TypeVar("T")


def _refuse(expected: str, value: object) -> NoReturn:
    raise FaultsError([wrong(expected, value)])


def _text(value: object) -> str:
    if not isinstance(value, str):
        _refuse("text", value)
    return str(value)


def _secret(value: object) -> Secret:
    if isinstance(value, Absentee):
        raise FaultsError([Fault(value.reason, secret=True)])
    if not isinstance(value, str):
        kind = shown(value).rpartition(" (")[2].rstrip(")")
        raise FaultsError([Fault(f"expected text, got {kind}", secret=True)])
    try:
        return Secret(str(value))
    except ValueError as error:
        raise FaultsError([Fault(str(error), secret=True)]) from None


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        _refuse("true or false", value)
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        _refuse("a whole number", value)
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
        _refuse("a number", value)
    if not math.isfinite(value):
        _refuse("a finite number", value)
    return float(value)


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal):
        _refuse('a decimal number as text, such as "12.50"', value)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        _refuse('a decimal number as text, such as "12.50"', value)
    if not number.is_finite():
        _refuse("a finite number", value)
    return number


def _moment(value: object) -> datetime:
    moment = _iso(datetime.fromisoformat, value) if isinstance(value, str) else value
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        _refuse("a time with a zone, such as 2026-11-24T12:00:00Z", value)
    return moment


def _date(value: object) -> date:
    day = _iso(date.fromisoformat, value) if isinstance(value, str) else value
    if not isinstance(day, date) or isinstance(day, datetime):
        _refuse("a date, such as 2026-11-24", value)
    return day


def _time(value: object) -> time:
    moment = _iso(time.fromisoformat, value) if isinstance(value, str) else value
    if not isinstance(moment, time):
        _refuse("a time of day, such as 12:00:00", value)
    return moment


def _iso(read: Callable[[str], T], text: str) -> T | None:
    try:
        return read(text)
    except ValueError:
        return None


def _path(value: object) -> Path:
    if not isinstance(value, str) or not value:
        _refuse("a path as text", value)
    return Path(value)


EXACT: Final[dict[type, Callable[[object], object]]] = {
    str: _text,
    bool: _boolean,
    int: _whole,
    float: _number,
    Decimal: _decimal,
    datetime: _moment,
    date: _date,
    time: _time,
    Path: _path,
    Secret: _secret,
}
"""The types of single values, and what structures each."""


def structure_single(value: object, kind: type) -> object:
    """
    A single value of exactly the declared type.

    cattrs asks for it for subclasses as well; those that are enums have values of their own.

    Raises:
        TypeError: The type is another one.
    """
    if issubclass(kind, Enum):
        return structure_enum(value, kind)
    if kind not in EXACT:
        raise TypeError(f"a setting cannot be a {kind.__name__}")
    return EXACT[kind](value)


def structure_anything(value: object, _: object) -> object:
    """
    Whatever stands there, references followed.
    """
    if isinstance(value, Absentee):
        _refuse("a value", value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list):
        return [structure_anything(each, _) for each in value]
    if isinstance(value, Mapping):
        return {key: structure_anything(each, _) for key, each in value.items()}
    return value


def structure_enum(value: object, kind: type[Enum]) -> Enum:
    """
    A member of an enum, by its value.
    """
    return _member(value, [(member.value, member) for member in kind])


def structure_choice(value: object, kind: object) -> object:
    """
    One of the values of a `Literal`.
    """
    return _member(value, [(choice, choice) for choice in get_args(kind)])


def _member(value: object, choices: list[tuple[Any, T]]) -> T:
    plain = str(value) if isinstance(value, str) else value
    for choice, member in choices:
        if choice == plain and type(choice) is type(plain):
            return member
    _refuse("one of " + ", ".join(repr(choice) for choice, _ in choices), value)
