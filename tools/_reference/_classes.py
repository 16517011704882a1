"""
Classes that connectors and hosts use: attributes, properties, methods.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from importlib import import_module

import attrs

from ._docstring import docstring
from ._markdown import code, fenced, heading, slug, table

__all__ = ["class_anchor", "classes"]

_ITSELF = {"self", "cls"}


def class_anchor(name: str) -> str:
    """
    Where a page may link to.
    """
    return f"class-{slug(name)}"


def classes(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A section for each class that the body names: a line `module: Name, Name`. With the argument
    `json`, each attribute is shown with its name in JSON.
    """
    return "\n".join(
        part
        for module, names in texts.items()
        for name in names.split(", ")
        for part in _class(getattr(import_module(module), name), json="json" in arguments)
    )


def _class(kind: type, *, json: bool) -> Iterator[str]:
    yield heading(1, code(kind.__name__), class_anchor(kind.__name__))
    said = docstring(kind)
    yield said.text + "\n"
    if issubclass(kind, Enum):
        yield table(("Name", "Value"), [(code(m.name), code(str(m.value))) for m in kind])
        return
    yield table(
        ("Argument", "What it is"), [(code(name), text) for name, text in said.args.items()]
    )
    types = _annotations(kind)
    rows = _fields(kind, said.attributes, types) if attrs.has(kind) else []
    known = {name for name, _, _ in rows}
    rows += [
        (name, types.get(name, ""), text)
        for name, text in said.attributes.items()
        if name not in known
    ]
    heads = ("Attribute", *(("JSON",) if json else ()), "Type", "What it is")
    cells = [
        (code(name), *_json(name, json=json), shown and code(shown), text)
        for name, shown, text in rows
    ]
    yield table(heads, cells)
    members = [(name, each) for name, each in vars(kind).items() if not name.startswith("_")]
    yield table(
        ("Property", "Type", "What it is"),
        [
            (code(name), code(_returned(getter)), docstring(getter).text)
            for name, each in members
            if (getter := _getter(each)) is not None
        ],
    )
    for name, each in members:
        function = each.__func__ if isinstance(each, classmethod) else each
        if inspect.isfunction(function) and function.__doc__:
            yield from _method(kind, name, function)


def _json(name: str, *, json: bool) -> tuple[str, ...]:
    """
    The cell with an attribute's name in JSON, where one is wanted; `extra` has no name there.
    """
    first, *rest = name.split("_")
    shown = code(first + "".join(part.capitalize() for part in rest))
    return () if not json else ("-" if name == "extra" else shown,)


def _annotations(kind: type) -> dict[str, str]:
    """
    The types of a class's attributes as its source has them, whatever Python runs this.
    """
    return {
        name: str(annotation)
        for each in reversed(kind.__mro__)
        for name, annotation in vars(each).get("__annotations__", {}).items()
    }


def _getter(member: object) -> Callable[..., object] | None:
    if isinstance(member, property):
        return member.fget
    return member.func if isinstance(member, cached_property) else None


def _returned(getter: Callable[..., object]) -> str:
    return str(getter.__annotations__["return"])


def _fields(
    kind: type, texts: Mapping[str, str], types: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    return [
        (each.name, types[each.name], " ".join([texts.get(each.name, ""), _default(each.default)]))
        for each in attrs.fields(kind)
        if not each.name.startswith("_")
    ]


def _default(value: object) -> str:
    if value is attrs.NOTHING:
        return "Required."
    if isinstance(value, attrs.Factory):  # type: ignore[arg-type]  # a class, and typed as none
        return "Empty unless given."
    return "" if value is None else f"Default: {code(_shown(value))}."


def _shown(value: object) -> str:
    return f"{type(value).__name__}.{value.name}" if isinstance(value, Enum) else repr(value)


def _method(kind: type, name: str, function: Callable[..., object]) -> Iterator[str]:
    said = docstring(function)
    signature = inspect.signature(function)
    yield heading(2, code(f"{kind.__name__}.{name}"), f"{class_anchor(kind.__name__)}-{slug(name)}")
    yield fenced(_signature(name, signature), "py")
    yield said.text + "\n"
    yield table(
        ("Argument", "What it is"), [(code(each), text) for each, text in said.args.items()]
    )
    if said.returns:
        yield f"**Returns**: {said.returns}\n"
    for error, when in said.raises.items():
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
    The parameters as the source has them, without that of the object itself.
    """
    parameters = [each for each in signature.parameters.values() if each.name not in _ITSELF]
    stars: dict[object, str] = {
        inspect.Parameter.VAR_POSITIONAL: "*",
        inspect.Parameter.VAR_KEYWORD: "**",
    }
    named = any(each.kind is inspect.Parameter.VAR_POSITIONAL for each in parameters)
    for each in parameters:
        if each.kind is inspect.Parameter.KEYWORD_ONLY and not named:
            named = True
            yield "*"
        default = "" if each.default is each.empty else f" = {_shown(each.default)}"
        yield f"{stars.get(each.kind, '')}{each.name}: {each.annotation}{default}"
