"""
The classes that connectors and host programs use: attributes, properties, methods.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from importlib import import_module

import attrs

from ._docstring import docstring
from ._markdown import code, fence, heading, slug, table

__all__ = ["class_anchor", "classes"]

_ITSELF = {"self", "cls"}


def class_anchor(name: str) -> str:
    """
    The anchor of a class's section.
    """
    return f"class-{slug(name)}"


def classes(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A section for each class of the body, whose lines are `module: Name, Name`.

    With the argument `json`, the table has each attribute's name in JSON.
    """
    return "\n".join(
        part
        for module, names in texts.items()
        for name in names.split(", ")
        for part in _class(getattr(import_module(module), name), json="json" in arguments)
    )


def _class(kind: type, *, json: bool) -> Iterator[str]:
    yield heading(1, code(kind.__name__), class_anchor(kind.__name__))
    text = docstring(kind)
    yield text.text + "\n"
    if issubclass(kind, Enum):
        yield table(("Name", "Value"), [(code(m.name), code(str(m.value))) for m in kind])
        return
    yield table(
        ("Argument", "Description"), [(code(name), part) for name, part in text.args.items()]
    )
    types = _annotations(kind)
    rows = _fields(kind, text.attributes, types) if attrs.has(kind) else []
    known = {name for name, _, _ in rows}
    rows += [
        (name, types.get(name, ""), part)
        for name, part in text.attributes.items()
        if name not in known
    ]
    heads = ("Attribute", *(("JSON",) if json else ()), "Type", "Description")
    cells = [
        (code(name), *_json(name, json=json), annotation and code(annotation), part)
        for name, annotation, part in rows
    ]
    yield table(heads, cells)
    members = [(name, value) for name, value in vars(kind).items() if not name.startswith("_")]
    yield table(
        ("Property", "Type", "Description"),
        [
            (code(name), code(_return_type(getter)), docstring(getter).text)
            for name, member in members
            if (getter := _getter(member)) is not None
        ],
    )
    for name, member in members:
        function = member.__func__ if isinstance(member, classmethod) else member
        if inspect.isfunction(function) and function.__doc__:
            yield from _method(kind, name, function)


def _json(name: str, *, json: bool) -> tuple[str, ...]:
    """
    The cell with an attribute's name in JSON, if the table has one; `extra` has no such name.
    """
    first, *rest = name.split("_")
    spelling = code(first + "".join(part.capitalize() for part in rest))
    return () if not json else ("-" if name == "extra" else spelling,)


def _annotations(kind: type) -> dict[str, str]:
    """
    The types of a class's attributes as its source spells them, the same on every Python.
    """
    return {
        name: str(annotation)
        for base in reversed(kind.__mro__)
        for name, annotation in vars(base).get("__annotations__", {}).items()
    }


def _getter(member: object) -> Callable[..., object] | None:
    if isinstance(member, property):
        return member.fget
    return member.func if isinstance(member, cached_property) else None


def _return_type(getter: Callable[..., object]) -> str:
    return str(getter.__annotations__["return"])


def _fields(
    kind: type, texts: Mapping[str, str], types: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    return [
        (field.name, types[field.name], f"{texts.get(field.name, '')} {_default(field.default)}")
        for field in attrs.fields(kind)
        if not field.name.startswith("_")
    ]


def _default(value: object) -> str:
    if value is attrs.NOTHING:
        return "Required."
    if isinstance(value, attrs.Factory):  # type: ignore[arg-type]  # a class without a type
        return "Empty by default."
    return "" if value is None else f"Default: {code(_source(value))}."


def _source(value: object) -> str:
    return f"{type(value).__name__}.{value.name}" if isinstance(value, Enum) else repr(value)


def _method(kind: type, name: str, function: Callable[..., object]) -> Iterator[str]:
    text = docstring(function)
    signature = inspect.signature(function)
    yield heading(2, code(f"{kind.__name__}.{name}"), f"{class_anchor(kind.__name__)}-{slug(name)}")
    yield fence(_signature(name, signature), "py")
    yield text.text + "\n"
    yield table(
        ("Argument", "Description"),
        [(code(argument), part) for argument, part in text.args.items()],
    )
    if text.returns:
        yield f"**Returns**: {text.returns}\n"
    for error, when in text.raises.items():
        yield f"**Raises** {code(error)}: {when}\n"


def _signature(name: str, signature: inspect.Signature) -> str:
    lines = list(_parameters(signature))
    returns = f" -> {signature.return_annotation}"
    line = f"{name}({', '.join(lines)}){returns}"
    if len(line) <= 88:
        return line
    inner = "".join(f"    {line},\n" for line in lines)
    return f"{name}(\n{inner}){returns}"


def _parameters(signature: inspect.Signature) -> Iterator[str]:
    """
    The parameters as the source spells them, without `self` and `cls`.
    """
    parameters = [p for p in signature.parameters.values() if p.name not in _ITSELF]
    stars: dict[object, str] = {
        inspect.Parameter.VAR_POSITIONAL: "*",
        inspect.Parameter.VAR_KEYWORD: "**",
    }
    has_star = any(p.kind is inspect.Parameter.VAR_POSITIONAL for p in parameters)
    for parameter in parameters:
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not has_star:
            has_star = True
            yield "*"
        is_required = parameter.default is parameter.empty
        default = "" if is_required else f" = {_source(parameter.default)}"
        star = stars.get(parameter.kind, "")
        yield f"{star}{parameter.name}: {parameter.annotation}{default}"
