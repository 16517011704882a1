"""
From JSON values to bytes, with every number exact.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import msgspec

__all__ = ["canonical", "write_json"]


@cache
def _encoder(order: str | None) -> msgspec.json.Encoder:
    return msgspec.json.Encoder(decimal_format="number", order=order)  # type: ignore[arg-type]


def _is_finite(value: object) -> bool:
    match value:
        case Decimal():
            return value.is_finite()
        case dict():
            return all(_is_finite(item) for item in value.values())
        case list() | tuple():
            return all(_is_finite(item) for item in value)
    return True


def write_json(document: object, *, indent: int | None = None) -> bytes:
    """
    Write a JSON value; decimals as numbers, exactly.

    Args:
        document: The value; its decimals are finite.
        indent: Spaces a level, or `None` for one line.

    Raises:
        ValueError: A decimal in it is not a number.
    """
    data = _encoder(None).encode(document)
    if (b"NaN" in data or b"Infinity" in data) and not _is_finite(document):
        raise ValueError("NaN and Infinity cannot be written as JSON")
    return data if indent is None else msgspec.json.format(data, indent=indent)


def canonical(document: object) -> bytes:
    """
    A JSON value with its objects' keys sorted: equal values, equal bytes.
    """
    return _encoder("deterministic").encode(document)
