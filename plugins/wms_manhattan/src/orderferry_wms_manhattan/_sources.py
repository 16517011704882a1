"""
Sources: how a setting names a value of the order, such as `shipment.properties.gate`.

A source begins with `order`, `shipment` or `line` and goes on with field names as they stand in
the order's JSON. After `properties` comes a key, after `externalIds` a provider's name, after
`extra` the name of a field that the order model does not know; each of these may hold points.
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
    What sources are looked up in.
    """

    order: Order
    shipment: Shipment | None = None
    line: LineItem | None = None


def fault(source: str, roots: Collection[str]) -> str | None:
    """
    What is wrong with a source, or `None`.

    Args:
        source: The source as it was configured.
        roots: What it may begin with.
    """
    root, *rest = source.split(".")
    if root not in roots or not rest or not all(rest):
        begins = " or ".join(f"{name}." for name in roots)
        return f"a source begins with {begins} and goes on with a field, got {source!r}"
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
            return f"no field {name!r} in {source!r}; a host's own field is named after `extra`"
        many, kind = known[name][1:]
        if many:
            return f"{name!r} in {source!r} holds many values"
    return None if kind is None else f"{source!r} is an object, not a value"


def find(source: str, scope: Scope) -> object:
    """
    The value that a source names, or `None` where the order has none.

    Args:
        source: A source without fault.
        scope: The order, and the shipment and line that it is looked up in.
    """
    root, *rest = source.split(".")
    here: Any = getattr(scope, root)
    for position, name in enumerate(rest):
        if here is None:
            return None
        if name in _KEYED:
            return _keyed(here, name, rest[position + 1 :])
        kind: type = type(here)
        here = getattr(here, _fields(kind)[name][0])
    return here


def _keyed(here: _Holder, name: str, rest: list[str]) -> object:
    key = ".".join(rest)
    if name == "properties":
        return _property(here.properties, key) or _property(_form_properties(here), key)
    if name == "externalIds":
        ids: tuple[ExternalId, ...] = here.external_ids
        return next((each.id for each in ids if each.provider_name == key), None)
    value: object = here.extra
    for segment in rest:
        value = value.get(segment) if isinstance(value, Mapping) else None
    return value


def _form_properties(here: object) -> tuple[PropertyItem, ...]:
    return here.order_form.properties if isinstance(here, Order) else ()


def _property(items: tuple[PropertyItem, ...], key: str) -> str | None:
    return next((item.value for item in items if item.key == key), None)


@cache
def _fields(kind: type) -> dict[str, tuple[str, bool, type | None]]:
    """
    The fields of a class of the order model: attribute, whether many, and class, by JSON name.
    """
    hints = get_type_hints(kind)
    return {_camel(each.name): (each.name, *_shape(hints[each.name])) for each in fields(kind)}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.title() for other in others)


def _shape(hint: object) -> tuple[bool, type | None]:
    parts = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    for part in parts:
        if isinstance(part, type) and has(part):
            return False, part
    scalars = (str, int, bool, Decimal, datetime, type(None))
    return not all(isinstance(part, type) and issubclass(part, scalars) for part in parts), None
