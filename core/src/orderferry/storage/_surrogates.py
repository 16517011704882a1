"""
Characters that databases cannot store, but targets send: lone surrogates and NUL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

__all__ = ["part_text", "to_json_text", "without_surrogates"]


def without_surrogates(text: str) -> str:
    """
    Replace each lone surrogate of a text by a question mark.
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def to_json_text(encode: Callable[[object], bytes], value: object) -> str:
    """
    Encode a value as JSON text, with marks in place of lone surrogates.

    Args:
        encode: Encodes a value as JSON.
    """
    try:
        return encode(value).decode()
    except UnicodeEncodeError:
        return encode(_replace_in(value)).decode()


def part_text(encode: Callable[[object], bytes], value: object) -> str:
    """
    Encode a part of an order as JSON text that `read_order` accepts: with marks in place of NUL
    characters and lone surrogates.

    Args:
        encode: Encodes a value as JSON.
    """
    text = to_json_text(encode, value)
    return to_json_text(encode, _replace_in(value, _without_nul)) if "\\u0000" in text else text


def _without_nul(text: str) -> str:
    return without_surrogates(text).replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _replace_in(value: object, replace: Callable[[str], str] = without_surrogates) -> object:
    match value:
        case str():
            return replace(value)
        case Mapping():
            return {
                _replace_in(key, replace): _replace_in(member, replace)
                for key, member in value.items()
            }
        case list() | tuple():
            return [_replace_in(element, replace) for element in value]
    return value
