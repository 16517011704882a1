"""
Text that is no text: halves of characters and NUL, which other systems send.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

__all__ = ["encoded", "part_text", "without_surrogates"]


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


def part_text(encode: Callable[[object], bytes], value: object) -> str:
    """
    A part of an order as JSON text that is read back: with marks in place of NUL characters.

    Args:
        encode: Gives the JSON of a value.
    """
    text = encoded(encode, value)
    return encoded(encode, _replaced(value, _without_nul)) if "\\u0000" in text else text


def _without_nul(text: str) -> str:
    return without_surrogates(text).replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _replaced(value: object, replace: Callable[[str], str] = without_surrogates) -> object:
    match value:
        case str():
            return replace(value)
        case Mapping():
            return {
                _replaced(key, replace): _replaced(each, replace) for key, each in value.items()
            }
        case list() | tuple():
            return [_replaced(each, replace) for each in value]
    return value
