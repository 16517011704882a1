"""
Structuring a settings class: its names, its fields, its validators, and the secrets in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import attrs

from orderferry.connectors._faults import Fault, FaultsError, Structure, collect, wrong
from orderferry.connectors._redaction import Redactor
from orderferry.connectors._secret import Secret

__all__ = ["secrets_in", "setting_fields", "structure_class"]


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
