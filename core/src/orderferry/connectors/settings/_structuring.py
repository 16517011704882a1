"""
Structuring a settings class: its names, its fields, its validators, and the secrets in it.
"""

from __future__ import annotations

from collections import abc
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar, get_args, get_origin

import attrs

from orderferry.connectors._redaction import Redactor
from orderferry.connectors._secret import Secret
from orderferry.connectors.settings._faults import (
    Fault,
    FaultsError,
    Structure,
    collect,
    shown,
    wrong,
)
from orderferry.connectors.settings._values import (
    EXACT,
    structure_anything,
    structure_choice,
    structure_single,
)

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["LISTS", "TABLES", "secrets_in", "setting_fields", "structure_class", "structured"]


def setting_fields(kind: type[Any]) -> dict[str, attrs.Attribute[Any]]:
    """
    The settings of a class by name: what its constructor takes, with annotations resolved.
    """
    attrs.resolve_types(kind)
    return {each.alias or each.name: each for each in attrs.fields(kind) if each.init}


def secrets_in(value: Any, path: str = "") -> Iterator[tuple[str, Secret]]:  # noqa: ANN401
    """
    Every secret in settings, to any depth, with its path.

    Args:
        value: Settings, or the value of one.
        path: Where it stands.
    """
    if isinstance(value, Secret):
        yield path, value
    elif attrs.has(type(value)):
        for attribute in attrs.fields(type(value)):
            inner = f"{path}.{attribute.alias}" if path else attribute.alias
            yield from secrets_in(getattr(value, attribute.name), inner)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from secrets_in(each, f"{path}.{key}")
    elif isinstance(value, list | tuple | set | frozenset):
        for number, each in enumerate(value):
            yield from secrets_in(each, f"{path}[{number}]")


def structure_class(table: object, kind: type[Any], structure: Structure) -> object:
    """
    An instance of a settings class.

    Args:
        table: Its values, by name.
        kind: The class.
        structure: Structures the value of a setting.

    Raises:
        FaultsError: Unknown and missing names, values of a wrong type, failing validators: all.
    """
    if not isinstance(table, Mapping):
        raise FaultsError([wrong("a table", table)])
    fields = setting_fields(kind)
    faults = list(_unknown(table, list(fields)))
    values: dict[str, object] = {}
    for name, attribute in fields.items():
        if name in table:
            for value in collect(structure, table[name], attribute.type or Any, name, faults):
                values[name] = value
        elif attribute.default is attrs.NOTHING:
            faults.append(Fault("is required, and missing", name, secret=attribute.type is Secret))
    faults += _invalid(kind, fields, values)
    if faults:
        raise FaultsError(faults)
    try:
        return kind(**values)
    except Exception as error:  # noqa: BLE001 - converters and __attrs_post_init__ raise anything
        raise FaultsError([Fault(_said(error, values))]) from None


def _unknown(table: Mapping[str, object], known: list[str]) -> Iterator[Fault]:
    for name in table:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known) or 'none'}"
            yield Fault(f"is no setting; {hint}", name)


def _invalid(
    kind: type[Any], fields: Mapping[str, attrs.Attribute[Any]], values: Mapping[str, object]
) -> Iterator[Fault]:
    """
    What every validator says, where the class itself would stop at the first.

    They see a draft that has only the values so far: one that asks it for another value is left
    to the constructor, and so are those of fields with a converter.
    """
    draft = object.__new__(kind)
    for name, value in values.items():
        object.__setattr__(draft, fields[name].name, value)
    for name, value in values.items():
        validator = fields[name].validator
        if validator is not None and fields[name].converter is None:
            try:
                validator(draft, fields[name], value)
            except AttributeError:
                continue
            except Exception as error:  # noqa: BLE001 - a vendor's validator raises anything
                yield Fault(_said(error, values), name)


def _said(error: Exception, values: Mapping[str, object]) -> str:
    """
    The message of a validator; those of attrs put it before further arguments.
    """
    text = str(error.args[0]) if error.args else type(error).__name__
    return Redactor(secret.reveal() for _, secret in secrets_in(values)).text(text)


T = TypeVar("T")

LISTS: Final[dict[object, Callable[[list[object]], object]]] = {
    list: list,
    set: set,
    frozenset: frozenset,
    tuple: tuple,
    abc.Sequence: tuple,
    abc.Set: frozenset,
    abc.Collection: tuple,
}
"""What a list of TOML becomes, by the type that is declared."""

TABLES: Final = frozenset({dict, abc.Mapping})
"""The types that a table of TOML becomes where it is no class."""


def structured(table: object, kind: type[T]) -> T:
    """
    Settings from the table that the configuration has for them, references followed.

    Raises:
        FaultsError: All that is wrong with them.
        cattrs.errors.StructureHandlerNotFoundError: The class has a type that settings cannot have.
    """
    return _converter().structure(table, kind)


@cache
def _converter() -> Converter:
    from cattrs import Converter

    converter = Converter()
    register = converter.register_structure_hook_func

    def also(
        hook: Callable[[object, Any, Structure], object],
    ) -> Callable[[object, object], object]:
        return lambda value, kind: hook(value, kind, converter.structure)

    register(attrs.has, also(structure_class))
    register(lambda kind: _origin(kind) in LISTS, also(_list))
    register(lambda kind: _origin(kind) in TABLES, also(_table))
    register(_has_origin(Literal), structure_choice)
    register(_has_origin(Annotated), also(_bounded))
    register(lambda kind: kind is Any or kind is object, structure_anything)
    for kind in (Enum, *EXACT):
        converter.register_structure_hook(kind, structure_single)
    return converter


def _has_origin(origin: object) -> Callable[[object], bool]:
    return lambda kind: _origin(kind) is origin


def _origin(kind: object) -> object:
    return get_origin(kind) or kind


def _bounded(value: object, kind: object, structure: Structure) -> object:
    """
    A value with bounds: `Annotated[int, msgspec.Meta(ge=1)]`.
    """
    import msgspec

    inner, *notes = get_args(kind)
    plain = structure(value, inner)
    bounds = tuple(note for note in notes if isinstance(note, msgspec.Meta))
    try:
        return msgspec.convert(plain, Annotated[(inner, *bounds)]) if bounds else plain
    except msgspec.ValidationError as error:
        expected = str(error).replace("`", "").lower()
        raise FaultsError([Fault(f"{expected}, got {shown(value)}")]) from None


def _list(values: object, kind: object, structure: Structure) -> object:
    if not isinstance(values, list | tuple):
        raise FaultsError([wrong("a list", values)])
    faults: list[Fault] = []
    items: list[object] = []
    for number, (value, each) in enumerate(zip(values, _kinds(kind, len(values)), strict=True)):
        items += collect(structure, value, each, f"[{number}]", faults)
    if faults:
        raise FaultsError(faults)
    return LISTS[_origin(kind)](items)


def _kinds(kind: object, length: int) -> Sequence[object]:
    """
    The type of each value of a list.
    """
    inner = get_args(kind)
    if _origin(kind) is not tuple or not inner or inner[-1] is Ellipsis:
        return [inner[0] if inner else Any] * length
    if len(inner) != length:
        raise FaultsError([Fault(f"expected {len(inner)} values, got {length}")])
    return inner


def _table(table: object, kind: object, structure: Structure) -> dict[object, object]:
    if not isinstance(table, Mapping):
        raise FaultsError([wrong("a table", table)])
    of_key, of_value = get_args(kind) or (str, Any)
    faults: list[Fault] = []
    entries: dict[object, object] = {}
    for key, value in table.items():
        names = collect(structure, key, of_key, str(key), faults)
        for each in collect(structure, value, of_value, str(key), faults):
            entries |= dict.fromkeys(names, each)
    if faults:
        raise FaultsError(faults)
    return entries
