"""
Events and errors as JSON values, one by one: a lane writes two events for each export.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from orderferry.orders._order import EntityError, HistoryEvent

__all__ = ["json_name", "moment_text", "written_part"]


def json_name(name: str) -> str:
    """
    The name that JSON has for a field: `line_items` is `lineItems`.
    """
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def moment_text(value: datetime) -> str:
    """
    A time as JSON has it.

    Raises:
        ValueError: It has no zone.
    """
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no zone")
    return value.isoformat().replace("+00:00", "Z")


def written_part(part: HistoryEvent | EntityError) -> dict[str, Any]:
    """
    The JSON value of an event or an error, as it stands in that of its order.
    """
    names = _NAMES[type(part)]
    document: dict[str, Any] = {}
    for name, value in vars(part).items():
        if type(value) is datetime:
            document[names[name]] = moment_text(value)
        elif value is not None and value != {} and name != "extra":
            document[names[name]] = value
    for name, value in part.extra.items():
        document.setdefault(name, value)
    return document


_NAMES = {
    kind: {field.name: json_name(field.name) for field in attrs.fields(kind)}
    for kind in (HistoryEvent, EntityError)
}
