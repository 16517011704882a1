"""
Readers of amounts within bounds: numbers, durations and rates.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from orderferry.config._faults import UnfitError
from orderferry.delivery import Rate
from orderferry.orders import described

__all__ = ["DURATION", "RATE", "as_duration", "as_integer", "as_number", "as_rate"]

DURATION = r"^([0-9]+(?:\.[0-9]+)?)([smhd])$"
"""A duration as text."""

RATE = r"^([0-9]+(?:\.[0-9]+)?) ?/ ?(s|min|h)$"
"""A rate as text."""

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_RATE_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
_MOST_PER_SECOND = 10_000
_LEAST_PER_DAY = 1


def as_integer(least: int, most: int) -> Callable[[object], int]:
    """
    A reader of integers within bounds.
    """

    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        raise UnfitError(f"expected an integer from {least} to {most}, got {described(value)}")

    return read


def as_number(least: float, most: float, what: str = "a number") -> Callable[[object], float]:
    """
    A reader of numbers within bounds.

    Args:
        least: The least.
        most: The most.
        what: What the number is, for messages.
    """

    def read(value: object) -> float:
        if isinstance(value, int | float) and value is not True and least <= value <= most:
            return float(value)
        raise UnfitError(f"expected {what} from {least:g} to {most:g}, got {described(value)}")

    return read


def as_duration(most: int) -> Callable[[object], float]:
    """
    A reader of durations: seconds as a number, or text such as `30s`, `5m`, `2h`, `1d`.

    Args:
        most: The longest, in seconds. All are over 0.
    """

    def read(value: object) -> float:
        seconds = _seconds(value)
        if seconds is None:
            raise UnfitError(
                'expected seconds, or text such as "30s", "5m", "2h" or "1d", '
                f"got {described(value)}"
            )
        if 0 < seconds <= most:
            return float(seconds)
        raise UnfitError(
            f"expected a duration over 0, at most {_shown(most)}, got {described(value)}"
        )

    return read


def _seconds(value: object) -> float | None:
    if isinstance(value, str):
        found = re.fullmatch(DURATION, value)
        return None if found is None else float(found[1]) * _SECONDS[found[2]]
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _shown(seconds: int) -> str:
    unit = next(unit for unit in reversed(_SECONDS) if seconds % _SECONDS[unit] == 0)
    return f"{seconds // _SECONDS[unit]}{unit}"


def as_rate(value: object) -> Rate:
    """
    So many in a second, minute or hour: `10/s`, `600/min`, `3600/h`.
    """
    found = re.fullmatch(RATE, value) if isinstance(value, str) else None
    if found is None:
        raise UnfitError(
            'expected a number and a unit, such as "10/s", "600/min" or "3600/h", '
            f"got {described(value)}"
        )
    rate = Rate(float(found[1]), _RATE_SECONDS[found[2]])
    if _LEAST_PER_DAY / 86_400 <= rate.per_second <= _MOST_PER_SECOND:
        return rate
    raise UnfitError(
        f"expected a rate from {_LEAST_PER_DAY} a day to {_MOST_PER_SECOND} a second, "
        f"got {described(value)}"
    )
