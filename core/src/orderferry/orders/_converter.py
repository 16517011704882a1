"""
The converter between JSON values and the order model: cattrs, with strict readers of fields.

cattrs by itself reads `"false"` as true and 1.9 as 1, so every type has its own reader. JSON has
names in camelCase. Fields that the model does not name are kept in `extra`, and written from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from threading import Lock
from typing import Any, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.errors import ClassValidationError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from orderferry.orders._fields import (
    FIELD_READERS,
    PRIMITIVES,
    copy_extra,
    mismatch_in_order,
    read_enum,
    read_text_map,
)
from orderferry.orders._order import Order, json_name, time_text
from orderferry.reading import Fault, InvalidError, gather

__all__ = ["read_fields", "write_fields"]

_EXTRA = "(extra)"
"""The member with the unnamed fields while a class is read; a field of that name is among them."""

_FACTORY: Any = attrs.Factory
_Reader = Callable[[object, object], Any]
_Writer = Callable[[Order], Any]

_lock = Lock()
_ready: list[tuple[_Reader, _Writer]] = []


def read_fields(document: object) -> Order:
    """
    Read an order from a JSON value.

    Raises:
        InvalidError: It is not a valid order; all faults are in it.
    """
    order: Order = _hooks()[0](document, Order)
    return order


def write_fields(order: Order) -> dict[str, Any]:
    """
    The JSON value of an order; what is `None` or empty is omitted.
    """
    document: dict[str, Any] = _hooks()[1](order)
    return document


def _hooks() -> tuple[_Reader, _Writer]:
    if not _ready:
        with _lock:
            if not _ready:
                converter = _converter()
                hooks = (converter.get_structure_hook(Order), converter.get_unstructure_hook(Order))
                _ready.append(hooks)
    return _ready[0]


def _converter() -> Converter:
    converter = Converter(detailed_validation=True, unstruct_collection_overrides={tuple: list})
    for kind, read in PRIMITIVES.items():
        converter.register_structure_hook(kind, read)
    converter.register_structure_hook(StrEnum, read_enum)
    converter.register_structure_hook_factory(_is_tuple, lambda kind: _list_reader(kind, converter))
    converter.register_structure_hook_factory(
        attrs.has, lambda kind: _class_reader(kind, converter)
    )
    converter.register_unstructure_hook_factory(
        attrs.has, lambda kind: _class_writer(kind, converter)
    )
    converter.register_unstructure_hook(StrEnum, str)
    converter.register_unstructure_hook(Decimal, lambda value: value)
    converter.register_unstructure_hook(datetime, time_text)
    return converter


def _is_tuple(kind: object) -> bool:
    return get_origin(kind) is tuple


def _list_reader(kind: object, converter: Converter) -> Callable[[object, object], object]:
    part = get_args(kind)[0]
    hook = converter.get_structure_hook(part)

    def read(value: object, _: object) -> tuple[object, ...]:
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            raise mismatch_in_order("a list", value)
        return tuple(gather(enumerate(value), lambda item: hook(item, part)))

    return read


def _class_reader(kind: type[Any], converter: Converter) -> Callable[[object, object], object]:
    fields = attrs.fields(attrs.resolve_types(kind))
    names = {field.name: json_name(field.name) for field in fields}
    overrides: dict[str, Any] = {
        name: override(rename=names[name], struct_hook=FIELD_READERS.get((kind, name)))
        for name in names
    }
    overrides["extra"] = override(rename=_EXTRA, struct_hook=lambda value, _: copy_extra(value))
    for field in fields:
        if get_origin(field.type) in (Mapping, dict) and field.name != "extra":
            overrides[field.name] = override(rename=names[field.name], struct_hook=read_text_map)
    structure = make_dict_structure_fn(
        kind, converter, _cattrs_detailed_validation=True, **overrides
    )
    known = frozenset(names.values()) - {"extra"}

    def read(value: object, _: object) -> object:
        if not isinstance(value, dict):
            raise mismatch_in_order("an object", value)
        whole = value
        if not value.keys() <= known:
            unknown = {name: item for name, item in value.items() if name not in known}
            whole = {**value, _EXTRA: unknown}
        try:
            return structure(whole, kind)
        except ClassValidationError as error:
            raise InvalidError(_faults(error, names, value)) from None

    return read


def _faults(
    error: ClassValidationError, names: Mapping[str, str], value: dict[str, object]
) -> list[Fault]:
    """
    The faults of a class's fields, under their JSON names.
    """
    faults: list[Fault] = []
    for cause, note in error.group_exceptions()[0]:
        step = "" if note.name == "extra" else f".{names[note.name]}"
        if isinstance(cause, InvalidError):
            faults += [fault.within(step) for fault in cause.faults]
        elif isinstance(cause, KeyError):
            faults.append(Fault(step, _missing(names[note.name], value)))
        else:
            raise cause
    return faults


def _missing(name: str, value: dict[Any, object]) -> str:
    for key in value:
        if isinstance(key, str) and key.lower() == name.lower():
            return f"is missing; rename {key!r}"
    return "is missing"


def _class_writer(kind: type[Any], converter: Converter) -> Callable[[Order], dict[str, Any]]:
    fields = attrs.fields(attrs.resolve_types(kind))
    overrides: dict[str, Any] = {
        field.name: override(rename=json_name(field.name), omit_if_default=_is_optional(field))
        for field in fields
    }
    overrides["extra"] = override(omit=True)
    unstructure = make_dict_unstructure_fn(kind, converter, **overrides)

    def write(value: Order) -> dict[str, Any]:
        document: dict[str, Any] = unstructure(value)
        for name, item in value.extra.items():
            document.setdefault(name, item)
        return document

    return write


def _is_optional(field: attrs.Attribute[Any]) -> bool:
    default: object = field.default
    return default is None or default == () or isinstance(default, _FACTORY)
