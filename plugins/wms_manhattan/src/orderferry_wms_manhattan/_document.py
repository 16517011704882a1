"""
The fields of a document: setting, removing, writing and checking them by their path.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from orderferry.errors import Problem

__all__ = [
    "Fields",
    "as_json",
    "faults",
    "local",
    "plain",
    "remove_fields",
    "set_field",
    "time_zone",
]

Fields = dict[str, Any]
"""An object of the document: fields by name."""

_LINES = "OriginalOrderLine"


def set_field(fields: Fields, path: str, value: object) -> None:
    """
    Set a field; `Extended.GiftNote` creates the object `Extended` if it is missing.
    """
    *parents, leaf = path.split(".")
    for parent in parents:
        inner = fields.get(parent)
        if not isinstance(inner, dict):
            inner = fields[parent] = {}
        fields = inner
    fields[leaf] = value


def remove_fields(document: Fields, paths: Iterable[str]) -> None:
    """
    Remove fields; those of lines are named `OriginalOrderLine.X`.
    """
    for path in paths:
        if path.startswith(f"{_LINES}."):
            for line in document[_LINES]:
                _remove(line, path.removeprefix(f"{_LINES}."))
        else:
            _remove(document, path)


def _remove(fields: Fields, path: str) -> None:
    *parents, leaf = path.split(".")
    for parent in parents:
        inner = fields.get(parent)
        if not isinstance(inner, dict):
            return
        fields = inner
    fields.pop(leaf, None)


def plain(number: Decimal) -> str:
    """
    Write a number without an exponent and without trailing zeros: `3`, `0.25`.
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def time_zone(name: str) -> tzinfo:
    """
    Return a time zone by its IANA name; `UTC` requires no time zone database.

    Raises:
        ValueError: The system has no such time zone.
    """
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"no time zone {name!r}; expected one such as Europe/Oslo (if the system has no"
            " time zone database, the package tzdata provides it)"
        ) from None


def local(moment: datetime, zone: tzinfo) -> str:
    """
    Write a moment in the facility's time zone, without naming it, as in the saved requests.
    """
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")


def as_json(value: object, zone: tzinfo) -> object:
    """
    Convert a value of the order or of a step to JSON: decimals and dates become text.
    """
    match value:
        case Decimal():
            return plain(value)
        case datetime():
            return local(value, zone)
        case date():
            return f"{value.isoformat()}T00:00:00"
        case Mapping():
            return {str(name): as_json(item, zone) for name, item in value.items()}
        case list() | tuple():
            return [as_json(item, zone) for item in value]
        case _:
            return value


def faults(document: Fields, limits: Mapping[str, int]) -> Iterator[Problem]:
    """
    Yield a problem for text that is too long or has control characters.

    Args:
        document: The document.
        limits: The most characters, by path.
    """
    for path, line_id, text in _texts(document, "", None):
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            yield Problem(
                line_item_id=line_id,
                field=path,
                value=ascii(text)[1:-1],
                cause="has a control character",
                remedy="remove it from the order",
            )
        limit = limits.get(path)
        if limit is not None and len(text) > limit:
            yield Problem(
                line_item_id=line_id,
                field=path,
                value=text,
                cause=f"has {len(text)} characters, the limit is {limit}",
                remedy="shorten it, or raise max_lengths if the tenant accepts more",
            )


def _texts(value: object, path: str, line_id: str | None) -> Iterator[tuple[str, str | None, str]]:
    if isinstance(value, str):
        yield path, line_id, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, f"{path}.{name}" if path else name, line_id)
    elif isinstance(value, list):
        for item in value:
            item_id = item.get("OriginalOrderLineId") if path == _LINES else None
            yield from _texts(item, path, line_id if item_id is None else str(item_id))
