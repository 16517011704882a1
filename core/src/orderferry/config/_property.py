"""
The properties of a step: `{key, value, keyGroup, valueType}`, typed and grouped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from attrs import frozen

from orderferry.config._faults import Faults, UnfitError
from orderferry.config._members import Member, Members, alike, canonical, members_of
from orderferry.config._nearest import nearest, remedy
from orderferry.config._readers import as_boolean, as_list, as_object, as_text
from orderferry.connectors import Properties
from orderferry.orders import described, read_json

__all__ = ["VALUE_TYPES", "further_properties"]

_MOST_DIGITS = 38
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}.*")


@frozen
class _PropertyItem:
    """
    One property, with its value as its type says.
    """

    key: str
    group: str | None
    value: Member


def _number(value: object) -> Decimal:
    if isinstance(value, str) and len(value) <= 2 * _MOST_DIGITS and _NUMBER.fullmatch(value):
        return Decimal(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        found = Decimal(value)
        if found.adjusted() < _MOST_DIGITS:
            return found
    raise UnfitError(f"expected a number, got {described(value)}")


def _day(value: object) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise UnfitError(f"expected a day, got {described(value)}: {error}") from None
    raise UnfitError(f"expected a day such as 2026-11-24, got {described(value)}")


def _moment(value: object) -> datetime:
    if isinstance(value, str) and _TIME.fullmatch(value):
        try:
            found = datetime.fromisoformat(value)
        except ValueError as error:
            raise UnfitError(f"expected a time, got {described(value)}: {error}") from None
        if found.tzinfo is not None:
            return found
    raise UnfitError(
        f"expected a time with a zone, such as 2026-11-24T12:00:00Z, got {described(value)}"
    )


def _json(value: object) -> object:
    if not isinstance(value, str):
        return value
    reading = read_json(value)
    if reading.faults:
        raise UnfitError(f"expected JSON: {'; '.join(reading.faults)}")
    return reading.document


VALUE_TYPES: Mapping[str, Callable[[object], object]] = {
    "String": as_text,
    "Boolean": as_boolean,
    "DateTime": _moment,
    "Date": _day,
    "Number": _number,
    "Textarea": as_text,
    "JSON": _json,
    "File": as_text,
    "Store": as_text,
    "OrderStatus": as_text,
}
"""What a property's value becomes, by its `valueType`."""


def further_properties(members: Members, own: Collection[str], faults: Faults) -> Properties:
    """
    All that a step has besides its own: for the connector, under the keys that the file has.

    Args:
        members: The step's fields. Its own properties that stand among `properties` are added.
        own: The names of its own properties.
        faults: Where what does not hold is noted.
    """
    found: dict[tuple[str | None, str], Member] = {
        (None, name): each for name, each in members.others.items()
    }
    for item in _items(members, faults):
        right = canonical(item.key)
        if item.group is None and right in own:
            if item.value.value is not None:
                members.named.setdefault(right, []).append(item.value)
            continue
        near = nearest(item.key, own) if item.group is None else None
        if near is not None:
            faults.add(f"property {item.key!r} is unknown; did you mean {near}?", item.value.path)
            continue
        first = found.setdefault((item.group, item.key), item.value)
        if not alike(first.value, item.value.value):
            faults.add(
                f"property {item.key!r} is given twice and differently: here, and at "
                f"{item.value.path}",
                first.path,
            )
    groups: dict[str, dict[str, Any]] = {}
    for (group, key), each in found.items():
        if group is not None:
            groups.setdefault(group, {})[key] = each.value
    values: dict[str, Any] = {key: each.value for (group, key), each in found.items() if not group}
    return Properties(values, groups)


def _items(members: Members, faults: Faults) -> Iterator[_PropertyItem]:
    items = members.read("Properties", as_list, faults)
    for index, item in enumerate(items or ()):
        here = f"{members.path_of('Properties')}[{index}]"
        found = faults.read(as_object, item, "Properties", here)
        if found is not None:
            read = _item(found, here, faults)
            if read is not None:
                yield read


def _item(document: Mapping[str, object], path: str, faults: Faults) -> _PropertyItem | None:
    members = members_of(document, path, ("Key", "Value", "KeyGroup", "ValueType"), faults)
    key = members.read("Key", as_text, faults)
    group = members.read("KeyGroup", as_text, faults)
    reader = members.read("ValueType", _value_type, faults) or _untyped
    if not key:
        if "Key" not in members.named or key == "":
            faults.add("Key is required, and missing", path)
        return None
    value = members.read("Value", reader, faults)
    return _PropertyItem(key, group or None, Member(value, members.path_of("Value")))


def _untyped(value: object) -> object:
    return value


def _value_type(value: object) -> Callable[[object], object]:
    name = as_text(value)
    if name and name not in VALUE_TYPES:
        raise UnfitError(f"{described(name)} is unknown; {remedy(name, VALUE_TYPES)}")
    return VALUE_TYPES.get(name, _untyped)
