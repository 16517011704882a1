"""
Structuring a settings class: its names, fields and validators, and the secrets in it.
"""

from __future__ import annotations

import re
from collections import abc
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache, partial
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Final,
    Literal,
    TypeVar,
    cast,
    get_args,
    get_origin,
)

import attrs

from orderferry.connectors._redaction import Redactor
from orderferry.connectors._secret import Secret
from orderferry.connectors.settings._values import (
    EXACT,
    SecretFault,
    structure_anything,
    structure_choice,
    structure_single,
)
from orderferry.reading import (
    Fault,
    InvalidError,
    collect,
    describe,
    gather,
    invalid,
    member,
    read_list,
    read_table,
    suggest,
)

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = [
    "LISTS",
    "TABLES",
    "find_secrets",
    "setting_fields",
    "structure_class",
    "structure_settings",
]

Structure = Callable[[object, Any], object]
"""Structures a value into a type."""


def setting_fields(kind: type[Any]) -> dict[str, attrs.Attribute[Any]]:
    """
    The settings of a class by name: the parameters of its constructor, with resolved annotations.
    """
    attrs.resolve_types(kind)
    return {field.alias or field.name: field for field in attrs.fields(kind) if field.init}


def find_secrets(value: Any, path: str = "") -> Iterator[tuple[str, Secret]]:  # noqa: ANN401
    """
    Find every secret in settings, at any depth, with its path.

    Args:
        value: Settings, or the value of one setting.
        path: The value's path.
    """
    if isinstance(value, Secret):
        yield path, value
    elif attrs.has(type(value)):
        for attribute in attrs.fields(type(value)):
            inner = f"{path}.{attribute.alias}" if path else attribute.alias
            yield from find_secrets(getattr(value, attribute.name), inner)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from find_secrets(item, f"{path}.{key}")
    elif isinstance(value, list | tuple | set | frozenset):
        for number, item in enumerate(value):
            yield from find_secrets(item, f"{path}[{number}]")


def structure_class(table: object, kind: type[Any], structure: Structure) -> object:
    """
    Structure a table into an instance of a settings class.

    Args:
        table: The settings' values by name.
        kind: The class.
        structure: Structures the value of a setting.

    Raises:
        InvalidError: Names are unknown or missing, or values are of another type or are rejected by
            validators; all of these faults.
    """
    table = read_table(table)
    fields = setting_fields(kind)
    faults = list(_unknown(table, list(fields)))
    values: dict[str, object] = {}
    for name, field in fields.items():
        if name in table:
            read = partial(_structure_as, structure, field.type or Any)
            for value in collect(read, table[name], member(name), faults):
                values[name] = value
        elif field.default is attrs.NOTHING:
            missing = SecretFault if field.type is Secret else Fault
            faults.append(missing(member(name), "is missing"))
    faults += _refused(kind, fields, values)
    if faults:
        raise InvalidError(faults)
    try:
        return kind(**values)
    except Exception as error:  # noqa: BLE001 - converters and __attrs_post_init__ raise anything
        raise invalid(_message(error, values)) from None


def _structure_as(structure: Structure, kind: object, value: object) -> object:
    return structure(value, kind)


def _unknown(table: Mapping[str, object], known: list[str]) -> Iterator[Fault]:
    for name in table:
        if name not in known:
            yield Fault(member(name), f"is unknown; {suggest(name, known)}")


def _refused(
    kind: type[Any], fields: Mapping[str, attrs.Attribute[Any]], values: Mapping[str, object]
) -> Iterator[Fault]:
    """
    The faults of every validator, where the class itself would stop at the first.

    Validators get a draft that has only the values so far. One that reads another value from it is
    left to the constructor, and so are those of fields with a converter.
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
                yield Fault(member(name), _message(error, values))


def _message(error: Exception, values: Mapping[str, object]) -> str:
    """
    A validator's message, without secrets; validators of attrs add further arguments to it.
    """
    text = str(error.args[0]) if error.args else type(error).__name__
    return Redactor(secret.reveal() for _, secret in find_secrets(values)).text(text)


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
"""The container that a list of TOML becomes, by the declared type."""

TABLES: Final = frozenset({dict, abc.Mapping})
"""The declared types, other than classes, that a table of TOML becomes."""


def structure_settings(table: object, kind: type[T]) -> T:
    """
    Structure the table of the configuration into settings.

    Args:
        table: The table, with its references resolved.
        kind: The settings class.

    Raises:
        InvalidError: The settings are invalid; all faults are in it.
        cattrs.errors.StructureHandlerNotFoundError: The class has a type that settings cannot have.
    """
    return _converter().structure(table, kind)


@cache
def _converter() -> Converter:
    from cattrs import Converter

    converter = Converter()
    register = converter.register_structure_hook_func

    def with_structure(
        hook: Callable[[object, Any, Structure], object],
    ) -> Callable[[object, object], object]:
        return lambda value, kind: hook(value, kind, converter.structure)

    register(attrs.has, with_structure(structure_class))
    register(lambda kind: _origin(kind) in LISTS, with_structure(_list))
    register(lambda kind: _origin(kind) in TABLES, with_structure(_table))
    register(_has_origin(Literal), structure_choice)
    register(_has_origin(Annotated), with_structure(_bounded))
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
    Structure a value with bounds: `Annotated[int, msgspec.Meta(ge=1)]`.
    """
    import msgspec

    inner, *notes = get_args(kind)
    plain = structure(value, inner)
    bounds = tuple(note for note in notes if isinstance(note, msgspec.Meta))
    try:
        return msgspec.convert(plain, Annotated[(inner, *bounds)]) if bounds else plain
    except msgspec.ValidationError as error:
        expected = _MSGSPEC_TYPE.sub(lambda match: _TYPES.get(match[1], match[1]), str(error))
        message = f"{expected[:1].lower()}{expected[1:]}, got {describe(value)}"
        raise invalid(message) from None


_MSGSPEC_TYPE = re.compile(r"`(\w+)`")
_TYPES = {
    "array": "a list",
    "float": "a number",
    "int": "an integer",
    "object": "a table",
    "str": "a string",
}
"""The words of types in messages, by those that msgspec has."""


def _list(values: object, kind: object, structure: Structure) -> object:
    items = read_list(values)
    kinds = _kinds(kind, len(items))

    def read(pair: object) -> object:
        value, item_kind = cast("tuple[object, object]", pair)
        return structure(value, item_kind)

    return LISTS[_origin(kind)](gather(enumerate(zip(items, kinds, strict=True)), read))


def _kinds(kind: object, length: int) -> Sequence[object]:
    """
    The type of each value of a list.
    """
    inner = get_args(kind)
    if _origin(kind) is not tuple or not inner or inner[-1] is Ellipsis:
        return [inner[0] if inner else Any] * length
    if len(inner) != length:
        raise invalid(f"expected {len(inner)} values, got {length}")
    return inner


def _table(table: object, kind: object, structure: Structure) -> dict[object, object]:
    key_kind, value_kind = get_args(kind) or (str, Any)
    read_key = partial(_structure_as, structure, key_kind)
    read_value = partial(_structure_as, structure, value_kind)
    faults: list[Fault] = []
    entries: dict[object, object] = {}
    for key, value in read_table(table).items():
        step = member(str(key))
        keys = collect(read_key, key, step, faults)
        for item in collect(read_value, value, step, faults):
            entries |= dict.fromkeys(keys, item)
    if faults:
        raise InvalidError(faults)
    return entries
