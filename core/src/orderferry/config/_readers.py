"""
Readers of values that both files or several tables have: names, paths, numbers within bounds.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from orderferry.delivery import Rate
from orderferry.reading import describe, invalid, mismatch, read_list, read_string

__all__ = [
    "DURATION",
    "RATE",
    "duration_reader",
    "integer_reader",
    "number_reader",
    "read_flag",
    "read_name",
    "read_names",
    "read_optional_name",
    "read_path",
    "read_rate",
    "read_seconds",
    "read_size",
]

DURATION = r"^([0-9]+(?:\.[0-9]+)?)([smhd])$"
"""A duration as a string."""

RATE = r"^([0-9]+(?:\.[0-9]+)?) ?/ ?(s|min|h)$"
"""A rate as a string."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_BOOLEANS = {"true": True, "false": False}
_MAX_SECONDS = 3600
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_RATE_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
_MAX_PER_SECOND = 10_000
_MIN_PER_DAY = 1


def read_flag(value: object) -> bool:
    """
    Read a boolean, or one of the strings `true` and `false`.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in _BOOLEANS:
        return _BOOLEANS[value]
    raise mismatch('a boolean, or the string "true" or "false"', value)


def read_path(value: object) -> str:
    """
    Read the path of a file or folder.
    """
    path = read_string(value)
    if not path or "\0" in path:
        raise mismatch("a path", value)
    return path


def read_name(value: object) -> str:
    """
    Read a name or id: not empty, without slashes, control characters and surrounding spaces.
    """
    name = read_string(value)
    if not name:
        raise invalid("expected a name, got an empty string")
    if "/" in name:
        raise mismatch('a name without "/"', name)
    if _CONTROL.search(name) or name.strip() != name:
        raise mismatch("a name without control characters and surrounding spaces", name)
    return name


def read_optional_name(value: object) -> str:
    """
    Read a name or id, or an empty string.
    """
    return "" if value == "" else read_name(value)


def read_names(value: object) -> frozenset[str]:
    """
    Read a list of strings that are not empty.
    """
    names = read_list(value)
    for index, name in enumerate(names):
        if not isinstance(name, str) or not name:
            raise invalid(f"expected a list of names, got {describe(name)} at [{index}]")
    return frozenset(str(name) for name in names)


def read_size(value: object) -> int:
    """
    Read an integer of at least 1.
    """
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise mismatch("an integer of at least 1", value)


def read_seconds(value: object) -> float:
    """
    Read seconds: more than 0 and at most an hour.
    """
    if isinstance(value, int | float) and value is not True and 0 < value <= _MAX_SECONDS:
        return float(value)
    raise mismatch(f"seconds, more than 0 and at most {_MAX_SECONDS}", value)


def integer_reader(minimum: int, maximum: int) -> Callable[[object], int]:
    """
    A reader of integers within bounds.
    """

    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and minimum <= value <= maximum:
            return value
        raise mismatch(f"an integer from {minimum} to {maximum}", value)

    return read


def number_reader(
    minimum: float, maximum: float, what: str = "a number"
) -> Callable[[object], float]:
    """
    A reader of numbers within bounds.

    Args:
        minimum: The minimum.
        maximum: The maximum.
        what: The number's name in messages.
    """

    def read(value: object) -> float:
        if isinstance(value, int | float) and value is not True and minimum <= value <= maximum:
            return float(value)
        raise mismatch(f"{what} from {minimum:g} to {maximum:g}", value)

    return read


def duration_reader(maximum: int) -> Callable[[object], float]:
    """
    A reader of durations: seconds as a number, or a string such as `30s`, `5m`, `2h`, `1d`.

    Args:
        maximum: The maximum in seconds. Every duration is more than 0.
    """

    def read(value: object) -> float:
        seconds = _seconds(value)
        if seconds is None:
            raise mismatch('seconds, or a string such as "30s", "5m", "2h" or "1d"', value)
        if 0 < seconds <= maximum:
            return float(seconds)
        raise mismatch(f"a duration of more than 0 and at most {_duration(maximum)}", value)

    return read


def _seconds(value: object) -> float | None:
    if isinstance(value, str):
        match = re.fullmatch(DURATION, value)
        return None if match is None else float(match[1]) * _SECONDS[match[2]]
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _duration(seconds: int) -> str:
    unit = next(unit for unit in reversed(_SECONDS) if seconds % _SECONDS[unit] == 0)
    return f"{seconds // _SECONDS[unit]}{unit}"


def read_rate(value: object) -> Rate:
    """
    Read a rate a second, minute or hour: `10/s`, `600/min`, `3600/h`.
    """
    match = re.fullmatch(RATE, value) if isinstance(value, str) else None
    if match is None:
        raise mismatch('a number and a unit, such as "10/s", "600/min" or "3600/h"', value)
    rate = Rate(float(match[1]), _RATE_SECONDS[match[2]])
    if _MIN_PER_DAY / 86_400 <= rate.per_second <= _MAX_PER_SECOND:
        return rate
    raise mismatch(f"a rate from {_MIN_PER_DAY} a day to {_MAX_PER_SECOND} a second", value)
