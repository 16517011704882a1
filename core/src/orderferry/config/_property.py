"""
The properties of a step: `{key, value, keyGroup, valueType}`, with types and groups.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from attrs import frozen

from orderferry.config._faults import Faults
from orderferry.config._readers import read_flag
from orderferry.config._tables import Member, Members, are_same, capitalize, sort_members
from orderferry.connectors import Properties
from orderferry.orders import read_json
from orderferry.reading import (
    A_DATE,
    A_TIME,
    describe,
    invalid,
    mismatch,
    nearest,
    read_list,
    read_string,
    read_table,
    suggest,
)

__all__ = ["VALUE_TYPES", "read_properties"]

_MAX_DIGITS = 38
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}.*")


@frozen
class _PropertyItem:
    """
    A property, with its value converted to its type.
    """

    key: str
    group: str | None
    value: Member


def _read_number(value: object) -> Decimal:
    if isinstance(value, str) and len(value) <= 2 * _MAX_DIGITS and _NUMBER.fullmatch(value):
        return Decimal(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        number = Decimal(value)
        if number.adjusted() < _MAX_DIGITS:
            return number
    raise mismatch("a number", value)


def _read_date(value: object) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise invalid(f"{describe(value)} is not a valid date: {error}") from None
    raise mismatch(A_DATE, value)


def _read_time(value: object) -> datetime:
    if isinstance(value, str) and _TIME.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError as error:
            raise invalid(f"{describe(value)} is not a valid time: {error}") from None
        if moment.tzinfo is not None:
            return moment
    raise mismatch(A_TIME, value)


def _read_json(value: object) -> object:
    if not isinstance(value, str):
        return value
    reading = read_json(value)
    if reading.faults:
        raise invalid(f"expected JSON: {'; '.join(reading.faults)}")
    return reading.document


VALUE_TYPES: Mapping[str, Callable[[object], object]] = {
    "String": read_string,
    "Boolean": read_flag,
    "DateTime": _read_time,
    "Date": _read_date,
    "Number": _read_number,
    "Textarea": read_string,
    "JSON": _read_json,
    "File": read_string,
    "Store": read_string,
    "OrderStatus": read_string,
}
"""The reader of a property's value, by its `valueType`."""


def read_properties(members: Members, own: Collection[str], faults: Faults) -> Properties:
    """
    Read the properties that a step passes to its connector, under the file's keys.

    Args:
        members: The step's fields. Its own properties that are among `properties` are added.
        own: The names of its own properties.
        faults: The list to which faults are added.
    """
    properties: dict[tuple[str | None, str], Member] = {
        (None, name): item for name, item in members.others.items()
    }
    for item in _items(members, faults):
        name = capitalize(item.key)
        if item.group is None and name in own:
            if item.value.value is not None:
                members.known.setdefault(name, []).append(item.value)
            continue
        near = nearest(item.key, own) if item.group is None else None
        if near is not None:
            faults.add(f"property {item.key!r} is unknown; did you mean {near}?", item.value.path)
            continue
        first = properties.setdefault((item.group, item.key), item.value)
        if not are_same(first.value, item.value.value):
            faults.add(
                f"property {item.key!r} has two values: here, and at {item.value.path}",
                first.path,
            )
    values: dict[str, Any] = {}
    groups: dict[str, dict[str, Any]] = {}
    for (group, key), value in properties.items():
        target = values if group is None else groups.setdefault(group, {})
        target[key] = value.value
    return Properties(values, groups)


def _items(members: Members, faults: Faults) -> Iterator[_PropertyItem]:
    items = members.read("Properties", read_list, faults)
    for index, item in enumerate(items or ()):
        path = f"{members.path_of('Properties')}[{index}]"
        table = faults.read(read_table, item, "Properties", path)
        if table is not None:
            property_ = _item(table, path, faults)
            if property_ is not None:
                yield property_


def _item(document: Mapping[str, object], path: str, faults: Faults) -> _PropertyItem | None:
    members = sort_members(document, path, ("Key", "Value", "KeyGroup", "ValueType"), faults)
    key = members.read("Key", read_string, faults)
    group = members.read("KeyGroup", read_string, faults)
    reader = members.read("ValueType", _read_value_type, faults) or _read_any
    if not key:
        if "Key" not in members.known or key == "":
            faults.add("Key is missing", path)
        return None
    value = members.read("Value", reader, faults)
    return _PropertyItem(key, group or None, Member(value, members.path_of("Value")))


def _read_any(value: object) -> object:
    return value


def _read_value_type(value: object) -> Callable[[object], object]:
    name = read_string(value)
    if name and name not in VALUE_TYPES:
        raise invalid(f"{describe(name)} is unknown; {suggest(name, VALUE_TYPES)}")
    return VALUE_TYPES.get(name, _read_any)
