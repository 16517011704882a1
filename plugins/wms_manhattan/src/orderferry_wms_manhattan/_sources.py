"""
Sources, by which a setting names a value of the order, such as `shipment.properties.gate`.

A source begins with `order`, `shipment` or `line`, followed by field names of the order's JSON.
`properties` is followed by a key, `externalIds` by a provider's name, and `extra` by the name of a
field that the order model does not know; each of these may contain points.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from attrs import fields, frozen, has

from orderferry.orders import ExternalId, LineItem, Order, PropertyItem, Shipment

__all__ = ["Scope", "fault", "find"]

_ROOTS: Mapping[str, type] = {"order": Order, "shipment": Shipment, "line": LineItem}
_Holder = Order | Shipment | LineItem
_KEYED = ("properties", "externalIds", "extra")


@frozen(kw_only=True)
class Scope:
    """
    The order, shipment and line in which sources are looked up.
    """

    order: Order
    shipment: Shipment | None = None
    line: LineItem | None = None


def fault(source: str, roots: Collection[str]) -> str | None:
    """
    Return what is wrong with a source, or `None`.

    Args:
        source: The source as it is configured.
        roots: The valid first parts.
    """
    root, *rest = source.split(".")
    if root not in roots or not rest or not all(rest):
        first = " or ".join(f"{name}." for name in roots)
        return f"a source begins with {first} followed by a field, got {source!r}"
    kind: type | None = _ROOTS[root]
    for position, name in enumerate(rest):
        if kind is None:
            return f"{'.'.join(rest[:position])} of {root} is a single value, in {source!r}"
        known = _fields(kind)
        if name in _KEYED and name in known:
            return (
                None if rest[position + 1 :] else f"a key is missing after {name!r} in {source!r}"
            )
        if name not in known:
            return f"no field {name!r} in {source!r}; a field of the host is named after `extra`"
        is_list, kind = known[name][1:]
        if is_list:
            return f"{name!r} in {source!r} has several values"
    return None if kind is None else f"{source!r} is an object, not a value"


def find(source: str, scope: Scope) -> object:
    """
    Return the value that a source names, or `None` if the order has none.

    Args:
        source: A valid source.
        scope: The order, shipment and line in which the source is looked up.
    """
    root, *rest = source.split(".")
    value: Any = getattr(scope, root)
    for position, name in enumerate(rest):
        if value is None:
            return None
        if name in _KEYED:
            return _keyed(value, name, rest[position + 1 :])
        kind: type = type(value)
        value = getattr(value, _fields(kind)[name][0])
    return value


def _keyed(holder: _Holder, name: str, rest: list[str]) -> object:
    key = ".".join(rest)
    if name == "properties":
        return _property(holder.properties, key) or _property(_form_properties(holder), key)
    if name == "externalIds":
        ids: tuple[ExternalId, ...] = holder.external_ids
        return next((entry.id for entry in ids if entry.provider_name == key), None)
    value: object = holder.extra
    for segment in rest:
        value = value.get(segment) if isinstance(value, Mapping) else None
    return value


def _form_properties(holder: object) -> tuple[PropertyItem, ...]:
    return holder.order_form.properties if isinstance(holder, Order) else ()


def _property(items: tuple[PropertyItem, ...], key: str) -> str | None:
    return next((item.value for item in items if item.key == key), None)


@cache
def _fields(kind: type) -> dict[str, tuple[str, bool, type | None]]:
    """
    Return the fields of a class of the order model by JSON name: attribute, is a list, class.
    """
    hints = get_type_hints(kind)
    return {
        _camel(attribute.name): (attribute.name, *_shape(hints[attribute.name]))
        for attribute in fields(kind)
    }


def _camel(name: str) -> str:
    first, *words = name.split("_")
    return first + "".join(word.title() for word in words)


def _shape(hint: object) -> tuple[bool, type | None]:
    parts = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    for part in parts:
        if isinstance(part, type) and has(part):
            return False, part
    scalars = (str, int, bool, Decimal, datetime, type(None))
    return not all(isinstance(part, type) and issubclass(part, scalars) for part in parts), None
