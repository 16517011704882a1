"""
The document as it grows: fields placed by their path, left out, and read through for faults.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from orderferry.errors import Problem

__all__ = ["Fields", "as_json", "faults", "leave_out", "local", "place", "plain", "zone_named"]

Fields = dict[str, Any]
"""An object of the document: fields by name."""

_LINES = "OriginalOrderLine"


def place(fields: Fields, path: str, value: object) -> None:
    """
    Set a field; `Extended.GiftNote` makes the object `Extended` where there is none.
    """
    *parents, leaf = path.split(".")
    for parent in parents:
        inner = fields.get(parent)
        if not isinstance(inner, dict):
            inner = fields[parent] = {}
        fields = inner
    fields[leaf] = value


def leave_out(document: Fields, paths: Iterable[str]) -> None:
    """
    Remove fields, those of lines by `OriginalOrderLine.X`.
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
    A number as text, without exponent and without zeros that say nothing: `3`, `0.25`.
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def zone_named(name: str) -> tzinfo:
    """
    The time zone of a name; `UTC` also where the system has no time zone database.

    Raises:
        ValueError: There is none of that name.
    """
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"no time zone {name!r}; expected one such as Europe/Oslo (where the system has no"
            " time zone database, the package tzdata brings it)"
        ) from None


def local(moment: datetime, zone: tzinfo) -> str:
    """
    A moment on the facility's clock, without zone, as the saved requests have it.
    """
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")


def as_json(value: object, zone: tzinfo) -> object:
    """
    A value of the order or of a step as it stands in the document: decimals and dates as text.
    """
    match value:
        case Decimal():
            return plain(value)
        case datetime():
            return local(value, zone)
        case date():
            return f"{value.isoformat()}T00:00:00"
        case Mapping():
            return {str(name): as_json(each, zone) for name, each in value.items()}
        case list() | tuple():
            return [as_json(each, zone) for each in value]
        case _:
            return value


def faults(document: Fields, limits: Mapping[str, int]) -> Iterator[Problem]:
    """
    Text that is too long, or that holds characters that no label or screen can show.

    Args:
        document: The whole document.
        limits: Most characters by path.
    """
    for path, line_id, text in _texts(document, "", None):
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            yield Problem(
                line_item_id=line_id,
                field=path,
                value=ascii(text)[1:-1],
                cause="holds a control character",
                remedy="take it out of the order",
            )
        most = limits.get(path)
        if most is not None and len(text) > most:
            yield Problem(
                line_item_id=line_id,
                field=path,
                value=text,
                cause=f"is {len(text)} characters long, and {most} is the limit",
                remedy="shorten it, or raise max_lengths where the tenant takes more",
            )


def _texts(value: object, path: str, line_id: str | None) -> Iterator[tuple[str, str | None, str]]:
    if isinstance(value, str):
        yield path, line_id, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(each, f"{path}.{name}" if path else name, line_id)
    elif isinstance(value, list):
        for each in value:
            own = each.get("OriginalOrderLineId") if path == _LINES else None
            yield from _texts(each, path, line_id if own is None else str(own))
