"""
Classes that connectors and hosts use: attributes, properties, methods.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from importlib import import_module

import attrs

from ._docstring import docstring
from ._markdown import code, fenced, heading, slug, table

__all__ = ["class_anchor", "classes"]


def class_anchor(name: str) -> str:
    """
    Where a page may link to.
    """
    return f"class-{slug(name)}"


def classes(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A section for each class that the body names: a line `module: Name, Name`.
    """
    return "\n".join(
        part
        for module, names in texts.items()
        for name in names.split(", ")
        for part in _class(getattr(import_module(module), name))
    )


def _class(kind: type) -> Iterator[str]:
    yield heading(1, code(kind.__name__), class_anchor(kind.__name__))
    said = docstring(kind)
    yield said.text + "\n"
    if issubclass(kind, Enum):
        yield table(("Name", "Value"), [(code(m.name), code(str(m.value))) for m in kind])
        return
    yield table(
        ("Argument", "What it is"), [(code(name), text) for name, text in said.args.items()]
    )
    rows = _fields(kind, said.attributes) if attrs.has(kind) else []
    known = {name for name, _ in rows}
    rows += [(name, text) for name, text in said.attributes.items() if name not in known]
    yield table(("Attribute", "What it is"), [(code(name), text) for name, text in rows])
    members = [(name, each) for name, each in vars(kind).items() if not name.startswith("_")]
    yield table(
        ("Property", "What it is"),
        [
            (code(name), docstring(each).text)
            for name, each in members
            if isinstance(each, property)
        ],
    )
    for name, each in members:
        function = each.__func__ if isinstance(each, classmethod) else each
        if inspect.isfunction(function) and function.__doc__:
            yield from _method(kind, name, function)


def _fields(kind: type, texts: Mapping[str, str]) -> list[tuple[str, str]]:
    rows = []
    for each in attrs.fields(kind):
        if each.name.startswith("_"):
            continue
        annotation = each.type if isinstance(each.type, str) else _shown(each.type)
        default = _default(each.default)
        said = [texts.get(each.name, ""), code(annotation) + default]
        rows.append((each.name, " ".join(part for part in said if part)))
    return rows


def _shown(kind: object) -> str:
    if isinstance(kind, type) and not hasattr(kind, "__args__"):
        return kind.__name__
    text = str(kind).replace("typing.", "").replace("collections.abc.", "")
    return text.replace("decimal.", "").replace("datetime.datetime", "datetime")


def _default(value: object) -> str:
    if value is attrs.NOTHING:
        return ", required"
    if isinstance(value, attrs.Factory):  # type: ignore[arg-type]  # a class, and typed as none
        return ", empty unless given"
    shown = f"{type(value).__name__}.{value.name}" if isinstance(value, Enum) else repr(value)
    return f", default {code(shown)}"


def _method(kind: type, name: str, function: Callable[..., object]) -> Iterator[str]:
    said = docstring(function)
    signature = inspect.signature(function)
    yield heading(2, code(f"{kind.__name__}.{name}"), f"{class_anchor(kind.__name__)}-{slug(name)}")
    yield fenced(_signature(name, signature), "python")
    yield said.text + "\n"
    yield table(
        ("Argument", "What it is"), [(code(each), text) for each, text in said.args.items()]
    )
    if said.returns:
        yield f"**Returns**: {said.returns}\n"
    for error, when in said.raises.items():
        yield f"**Raises** {code(error)}: {when}\n"


def _signature(name: str, signature: inspect.Signature) -> str:
    parameters = [
        each for each in signature.parameters.values() if each.name not in {"self", "cls"}
    ]
    line = f"{name}{signature.replace(parameters=parameters)}".replace("'", "")
    if len(line) <= 88:
        return line
    lines = [str(each) for each in parameters]
    named = [each.kind is inspect.Parameter.KEYWORD_ONLY for each in parameters]
    if True in named:
        lines.insert(named.index(True), "*")
    inner = ",\n".join(f"    {line}" for line in lines).replace("'", "")
    returns = str(signature.return_annotation).replace("'", "")
    return f"{name}(\n{inner},\n) -> {returns}"
