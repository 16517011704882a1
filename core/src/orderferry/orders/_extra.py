"""
The fields that the model does not name: kept as they came, and apart from the caller's values.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from orderferry.orders._primitives import FieldError, gathered, text
from orderferry.orders._values import JsonValue, described

__all__ = ["kept"]

_MOST_BITS = 14_000
_MOST_LEVELS = 100


def kept(value: object, level: int = 0) -> JsonValue:
    """
    A copy of a JSON value, with its floats as decimals.

    Args:
        value: Any value.
        level: How deep it stands; 100 levels is the most.

    Raises:
        FieldError: Something in it is no JSON value, is not finite, or stands too deep.
    """
    if level > _MOST_LEVELS:
        raise FieldError([("", "it is nested too deeply")])
    match value:
        case None | bool():
            return value
        case str():
            return text(value)
        case int() | float() | Decimal():
            return _number(value)
        case list() | tuple():
            return gathered(enumerate(value), partial(kept, level=level + 1))
        case dict():
            names = gathered(((name, name) for name in value), text)
            values = gathered(value.items(), partial(kept, level=level + 1))
            return dict(zip(names, values, strict=True))
    raise FieldError([("", f"expected a JSON value, got {described(value)}")])


def _number(value: float | Decimal) -> int | Decimal:
    if isinstance(value, int):
        if value.bit_length() > _MOST_BITS:
            raise FieldError([("", f"a number that is too long: {described(value)}")])
        return value
    found = Decimal(repr(value)) if isinstance(value, float) else value
    if not found.is_finite():
        raise FieldError([("", f"expected a finite number, got {found}")])
    return found
