"""
Strict structuring of settings: a table of TOML into an attrs class, with all its faults at once.

cattrs chooses the hook for a type. The ones that come with it take `"false"` for true and text for
a list, and stop at a class's first failing validator: so each is replaced.
"""

from __future__ import annotations

from collections import abc
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar, get_args, get_origin

import attrs

from orderferry.connectors._faults import Fault, FaultsError, Structure, collect, shown, wrong
from orderferry.connectors._setting_class import structure_class
from orderferry.connectors._values import (
    EXACT,
    structure_anything,
    structure_choice,
    structure_single,
)

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["LISTS", "TABLES", "structured"]

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
