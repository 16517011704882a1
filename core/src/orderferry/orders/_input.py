"""
From the bytes of a JSON text to its values, with every number exact.

msgspec reads; what it refuses, and what it takes in silence (a member that stands twice), is read
again with the standard library, which can tell where.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import islice
from typing import Any

import msgspec
from attrs import field, frozen

from orderferry.orders._output import write_json
from orderferry.orders._values import JsonReading, described, member

__all__ = ["read_json"]

_BOM = b"\xef\xbb\xbf"
_MOST_DIGITS = 4300
_MOST_FAULTS = 1000
_TOO_DEEP = "it is nested too deeply"


@cache
def _decoder() -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(Any, float_hook=Decimal)


def read_json(
    data: bytes | str,
    *,
    path: str = "$",
    first_line: int = 1,
    equal_repeats: bool = False,
) -> JsonReading:
    """
    Read a JSON text; see `orderferry.orders.read_json`.
    """
    try:
        raw = (data.encode() if isinstance(data, str) else data).removeprefix(_BOM)
    except UnicodeEncodeError as error:
        return JsonReading(faults=(_not_utf8(data, error, first_line),))
    if not raw.strip(b" \t\r\n"):
        return JsonReading(faults=("it is empty",))
    try:
        document = _decoder().decode(raw)
        if not _may_repeat(raw, document):
            return JsonReading(document=document)
    except (msgspec.DecodeError, UnicodeDecodeError, InvalidOperation, RecursionError) as error:
        reason = _TOO_DEEP if isinstance(error, RecursionError) else f"it is not JSON: {error}"
        return JsonReading(faults=_diagnosed(raw, path, first_line) or (reason,))
    found = _diagnosed(raw, path, first_line, equal_repeats=equal_repeats)
    return JsonReading(faults=found) if found else JsonReading(document=document)


def _may_repeat(raw: bytes, document: object) -> bool:
    """
    Whether a member may have been lost: then its quotes are missing when the value is written.
    """
    return raw.count(b'"') != write_json(document).count(b'"') or b"\\u0022" in raw


def _not_utf8(data: bytes | str, error: UnicodeError, first_line: int) -> str:
    if isinstance(error, UnicodeDecodeError) and isinstance(data, bytes):
        before = data.removeprefix(_BOM)[: error.start]
        line = before.count(b"\n")
        column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
        return f"it is not UTF-8: line {first_line + line}, column {column}"
    return f"it cannot be written in UTF-8: {error}"


@frozen
class _Refused:
    """
    Stands where the text has something that is no value.
    """

    reason: str


@frozen(eq=False)
class _Members:
    """
    An object, with what its members were when they stood there before.
    """

    values: dict[str, object]
    repeated: list[tuple[str, object, object]] = field(factory=list)


def _members(pairs: list[tuple[str, object]]) -> _Members:
    found = _Members({})
    for name, value in pairs:
        if name in found.values:
            found.repeated.append((name, found.values[name], value))
        found.values[name] = value
    return found


def _integer(text: str) -> object:
    if len(text) > _MOST_DIGITS:
        return _Refused(f"a number of {len(text)} digits is too long")
    return int(text)


def _decimal(text: str) -> object:
    try:
        return Decimal(text)
    except InvalidOperation:
        return _Refused(f"the number {text[:40]} cannot be kept exactly")


def _constant(text: str) -> object:
    return _Refused(f"{text} is not a number that JSON has")


def _diagnosed(
    raw: bytes, path: str, first_line: int, *, equal_repeats: bool = False
) -> tuple[str, ...]:
    """
    What is wrong with a text, with line and column, or with the path.
    """
    try:
        text = raw.decode()
        document = json.loads(
            text,
            object_pairs_hook=_members,
            parse_int=_integer,
            parse_float=_decimal,
            parse_constant=_constant,
        )
        found = _faults(document, path, equal_repeats=equal_repeats)
        return tuple(islice(found, _MOST_FAULTS))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno + first_line - 1}, column {error.colno}"
        return (f"it is not JSON: {error.msg}: {place}",)
    except UnicodeDecodeError as error:
        return (_not_utf8(raw, error, first_line),)
    except RecursionError:
        return (_TOO_DEEP,)


def _faults(document: object, path: str, *, equal_repeats: bool) -> Iterator[str]:
    waiting = [(path, document)]
    while waiting:
        place, value = waiting.pop()
        match value:
            case _Refused():
                yield f"{value.reason} @ {place}"
            case str() if _is_broken(value):
                yield f"half a surrogate pair in {described(value)} @ {place}"
            case list():
                each = [(f"{place}[{index}]", item) for index, item in enumerate(value)]
                waiting.extend(reversed(each))
            case _Members():
                yield from _object_faults(value, place, equal_repeats=equal_repeats)
                each = [(place + member(name), item) for name, item in value.values.items()]
                waiting.extend(reversed(each))


def _object_faults(members: _Members, place: str, *, equal_repeats: bool) -> Iterator[str]:
    for name, before, after in members.repeated:
        if not (equal_repeats and _plain(before) == _plain(after)):
            yield f"it stands twice in its object @ {place}{member(name)}"
    for name in members.values:
        if _is_broken(name):
            yield f"half a surrogate pair in the name {described(name)} @ {place}"


def _plain(value: object) -> object:
    """
    A value to compare: with its type, since `True == 1`.
    """
    match value:
        case _Members():
            return {name: _plain(item) for name, item in value.values.items()}
        case list():
            return [_plain(item) for item in value]
    return (type(value), value)


def _is_broken(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
