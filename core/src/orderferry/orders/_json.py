"""
JSON texts and values: reading and writing, with every number exact.

msgspec reads. What it rejects, and what it accepts silently (a member that appears twice), is read
again by the standard library, whose errors have a position. msgspec is imported by the first call:
many commands import this module and read no JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from orderferry.reading import describe, member

if TYPE_CHECKING:
    import msgspec

__all__ = ["JsonReading", "JsonValue", "encode_canonical", "read_json", "write_json"]

_BOM = b"\xef\xbb\xbf"
_MAX_DIGITS = 4300
_MAX_FAULTS = 1000
_TOO_DEEP = "nested too deeply"

JsonValue = str | int | bool | Decimal | list["JsonValue"] | dict[str, "JsonValue"] | None
"""A value of a JSON text."""


@frozen(kw_only=True)
class JsonReading:
    """
    The result of reading a JSON text.

    Attributes:
        document: Its value: `dict`, `list`, `str`, `int`, `Decimal`, `bool` or `None`.
        faults: Why it could not be read, one sentence each; then `document` is `None`.
    """

    document: object = None
    faults: tuple[str, ...] = ()


@cache
def _decoder() -> msgspec.json.Decoder[Any]:
    import msgspec

    return msgspec.json.Decoder(Any, float_hook=Decimal)


@cache
def _encoder(order: str | None) -> msgspec.json.Encoder:
    import msgspec

    return msgspec.json.Encoder(decimal_format="number", order=order)  # type: ignore[arg-type]


def read_json(
    data: bytes | str, *, path: str = "$", first_line: int = 1, equal_repeats: bool = False
) -> JsonReading:
    """
    Read a JSON text in UTF-8, with or without a byte order mark.

    Numbers with a point or an exponent become `Decimal`, the others `int`. NaN, a member that
    appears twice in its object, an unpaired surrogate and an integer of more than 4300 digits are
    faults.

    Args:
        data: The text.
        path: The start of paths in faults.
        first_line: The number of the text's first line, for faults of its syntax.
        equal_repeats: Accept a member that appears twice with the same value.
    """
    import msgspec

    try:
        raw = (data.encode() if isinstance(data, str) else data).removeprefix(_BOM)
    except UnicodeEncodeError as error:
        return JsonReading(faults=(_not_utf8(data, error, first_line),))
    if not raw.strip(b" \t\r\n"):
        return JsonReading(faults=("empty: expected a JSON document",))
    try:
        document = _decoder().decode(raw)
        if not _may_repeat(raw, document):
            return JsonReading(document=document)
    except (msgspec.DecodeError, UnicodeDecodeError, InvalidOperation, RecursionError) as error:
        reason = _TOO_DEEP if isinstance(error, RecursionError) else f"not JSON: {error}"
        return JsonReading(faults=_diagnose(raw, path, first_line) or (reason,))
    faults = _diagnose(raw, path, first_line, equal_repeats=equal_repeats)
    return JsonReading(faults=faults) if faults else JsonReading(document=document)


def write_json(document: object, *, indent: int | None = None) -> bytes:
    """
    Write a JSON value; decimals as numbers, exactly.

    Args:
        document: The value.
        indent: Spaces a level, or `None` for one line.

    Raises:
        ValueError: A decimal in it is not finite.
    """
    import msgspec

    data = _encoder(None).encode(document)
    if (b"NaN" in data or b"Infinity" in data) and not _is_finite(document):
        raise ValueError("NaN and Infinity cannot be written as JSON")
    return data if indent is None else msgspec.json.format(data, indent=indent)


def encode_canonical(document: object) -> bytes:
    """
    Write a JSON value with sorted keys: equal values have equal bytes.
    """
    return _encoder("deterministic").encode(document)


def _is_finite(value: object) -> bool:
    match value:
        case Decimal():
            return value.is_finite()
        case dict():
            return all(_is_finite(item) for item in value.values())
        case list() | tuple():
            return all(_is_finite(item) for item in value)
    return True


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
        return f"not UTF-8: line {first_line + line}, column {column}"
    return f"cannot be encoded in UTF-8: {error}"


@frozen
class _BadNumber:
    """
    Replaces a number of the text that is not valid.
    """

    reason: str


@frozen(eq=False)
class _Members:
    """
    An object, with the earlier values of members that appear more than once.
    """

    values: dict[str, object]
    repeated: list[tuple[str, object, object]] = field(factory=list)


def _members(pairs: list[tuple[str, object]]) -> _Members:
    members = _Members({})
    for name, value in pairs:
        if name in members.values:
            members.repeated.append((name, members.values[name], value))
        members.values[name] = value
    return members


def _integer(text: str) -> object:
    if len(text) > _MAX_DIGITS:
        return _BadNumber(f"expected a number of at most {_MAX_DIGITS} digits, got {len(text)}")
    return int(text)


def _decimal(text: str) -> object:
    try:
        return Decimal(text)
    except InvalidOperation:
        return _BadNumber(f"the number {text[:40]} cannot be represented exactly")


def _constant(text: str) -> object:
    return _BadNumber(f"{text} is not a number of JSON")


def _diagnose(
    raw: bytes, path: str, first_line: int, *, equal_repeats: bool = False
) -> tuple[str, ...]:
    """
    The faults of a text, with line and column, or with a path.
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
        faults = _faults(document, path, equal_repeats=equal_repeats)
        return tuple(islice(faults, _MAX_FAULTS))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno + first_line - 1}, column {error.colno}"
        return (f"not JSON: {error.msg}: {place}",)
    except UnicodeDecodeError as error:
        return (_not_utf8(raw, error, first_line),)
    except RecursionError:
        return (_TOO_DEEP,)


def _faults(document: object, path: str, *, equal_repeats: bool) -> Iterator[str]:
    pending = [(path, document)]
    while pending:
        place, value = pending.pop()
        match value:
            case _BadNumber():
                yield f"{value.reason} @ {place}"
            case str() if _is_broken(value):
                yield _surrogate_fault("string", value, place)
            case list():
                parts = [(f"{place}[{index}]", item) for index, item in enumerate(value)]
                pending.extend(reversed(parts))
            case _Members():
                yield from _object_faults(value, place, equal_repeats=equal_repeats)
                parts = [(place + member(name), item) for name, item in value.values.items()]
                pending.extend(reversed(parts))


def _object_faults(members: _Members, place: str, *, equal_repeats: bool) -> Iterator[str]:
    for name, earlier, later in members.repeated:
        if not (equal_repeats and _typed(earlier) == _typed(later)):
            yield f"appears twice in its object @ {place}{member(name)}"
    for name in members.values:
        if _is_broken(name):
            yield _surrogate_fault("name", name, place)


def _surrogate_fault(what: str, text: str, place: str) -> str:
    return f"expected a {what} without unpaired surrogates, got {describe(text)} @ {place}"


def _typed(value: object) -> object:
    """
    A value to compare: with its type, because `True == 1`.
    """
    match value:
        case _Members():
            return {name: _typed(item) for name, item in value.values.items()}
        case list():
            return [_typed(item) for item in value]
    return (type(value), value)


def _is_broken(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
