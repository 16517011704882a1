"""
Single values of settings, structured strictly: nothing is converted by a guess, as cattrs would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from pathlib import Path
from typing import Final, TypeVar, get_args

from attrs import frozen

from orderferry.connectors._secret import Secret
from orderferry.reading import (
    A_DATE,
    A_TIME,
    Fault,
    InvalidError,
    Unresolved,
    describe_type,
    invalid,
    mismatch,
    read_boolean,
    read_choice,
    read_integer,
    read_number,
    read_string,
)

__all__ = ["EXACT", "SecretFault", "structure_anything", "structure_choice", "structure_single"]

_DECIMAL = 'a decimal number as a string, such as "12.50"'

_T = TypeVar("_T")


@frozen
class SecretFault(Fault):
    """
    The fault of a secret that is missing, or is not fit to be one.
    """


def _secret(value: object) -> Secret:
    if isinstance(value, Unresolved):
        raise InvalidError([SecretFault("", value.reason)])
    if not isinstance(value, str):
        message = f"expected a string, got {describe_type(value)}"
        raise InvalidError([SecretFault("", message)])
    try:
        return Secret(str(value))
    except ValueError as error:
        raise InvalidError([SecretFault("", str(error))]) from None


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal):
        raise mismatch(_DECIMAL, value)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise mismatch(_DECIMAL, value) from None
    if not number.is_finite():
        raise mismatch("a finite number", value)
    return number


def _datetime(value: object) -> datetime:
    moment = _parse(datetime.fromisoformat, value) if isinstance(value, str) else value
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise mismatch(A_TIME, value)
    return moment


def _date(value: object) -> date:
    day = _parse(date.fromisoformat, value) if isinstance(value, str) else value
    if not isinstance(day, date) or isinstance(day, datetime):
        raise mismatch(A_DATE, value)
    return day


def _time(value: object) -> time:
    moment = _parse(time.fromisoformat, value) if isinstance(value, str) else value
    if not isinstance(moment, time):
        raise mismatch("a time of day such as 12:00:00", value)
    return moment


def _parse(parse: Callable[[str], _T], text: str) -> _T | None:
    try:
        return parse(text)
    except ValueError:
        return None


def _path(value: object) -> Path:
    if not isinstance(value, str) or not value:
        raise mismatch("a path as a string", value)
    return Path(value)


EXACT: Final[dict[type, Callable[[object], object]]] = {
    str: read_string,
    bool: read_boolean,
    int: read_integer,
    float: read_number,
    Decimal: _decimal,
    datetime: _datetime,
    date: _date,
    time: _time,
    Path: _path,
    Secret: _secret,
}
"""The types of single values, and what structures each."""


def structure_single(value: object, kind: type) -> object:
    """
    Structure a single value of exactly the declared type.

    cattrs calls this for subclasses too; those that are enums have their own values.

    Raises:
        TypeError: No setting can have the type.
    """
    if issubclass(kind, Enum):
        return read_choice(value, [(member.value, member) for member in kind])
    if kind not in EXACT:
        raise TypeError(f"a setting cannot be a {kind.__name__}")
    return EXACT[kind](value)


def structure_anything(value: object, _: object) -> object:
    """
    Structure a value of any type: its references are resolved already.
    """
    if isinstance(value, Unresolved):
        raise invalid(value.reason)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list):
        return [structure_anything(item, _) for item in value]
    if isinstance(value, Mapping):
        return {key: structure_anything(item, _) for key, item in value.items()}
    return value


def structure_choice(value: object, kind: object) -> object:
    """
    Structure one of the values of a `Literal`.
    """
    return read_choice(value, [(choice, choice) for choice in get_args(kind)])
