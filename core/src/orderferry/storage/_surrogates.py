"""
Text that is no text: halves of characters, which other systems send and no JSON can hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

__all__ = ["encoded", "without_surrogates"]


def without_surrogates(text: str) -> str:
    """
    A text with a question mark in place of each lone surrogate.
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def encoded(encode: Callable[[object], bytes], value: object) -> str:
    """
    A value as JSON text, whatever its strings hold.

    Args:
        encode: Gives the JSON of a value.
    """
    try:
        return encode(value).decode()
    except UnicodeEncodeError:
        return encode(_replaced(value)).decode()


def _replaced(value: object) -> object:
    match value:
        case str():
            return without_surrogates(value)
        case Mapping():
            return {_replaced(key): _replaced(each) for key, each in value.items()}
        case list() | tuple():
            return [_replaced(each) for each in value]
    return value
