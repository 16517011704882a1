"""
The names of the code: keys, fields, commands, options, values, and public names of Python.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import keyword
import re
import tomllib
import typing
from collections import abc
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import click

from orderferry.config import config_schema, workflow_schema
from orderferry.config._property import VALUE_TYPES
from orderferry.connectors import Catalogue, load_connector, setting_docs
from orderferry.connectors.spec import _hookspecs

from .commands import command_paths, options_of
from .page import ROOT

__all__ = [
    "CONNECTORS",
    "ROOMS",
    "VARIABLES",
    "attributes_of",
    "configuration_keys",
    "core_names",
    "core_values",
    "distributions",
    "json_keys",
    "json_name",
    "order_fields",
    "plugin_words",
    "private_members",
    "public",
    "resolves",
    "settings_of",
    "tables",
    "workflow_objects",
]

CORE = ROOT / "core/src/orderferry"
ROOMS = sorted(path.parent.name for path in CORE.glob("*/__init__.py"))
CONNECTORS = ("erp_sap", "fulfillment_3pl", "wms_manhattan")
VARIABLES = {
    "context": "Context",
    "error": "ExportError",
    "export": "Export",
    "ferry": "Ferry",
    "order": "Order",
    "result": "TransitionResult",
    "step": "StepReport",
}
"""The names of variables on the pages, and the class of each."""

PYTHON = {"Decimal", "Path", "UUID", "datetime", "pathlib", *typing.__all__, *abc.__all__}
"""Types of Python's standard library that appear in annotations."""

_ATTRIBUTE = re.compile(r"^\s+(\w+): ", re.MULTILINE)
_SHAPED = re.compile(r"\w[_A-Z0-9]")
"""A character that names have and ordinary words do not."""

_WRITERS = (
    "cli/*.py",
    "exports/_document.py",
    "workflow/_document.py",
    "testing/suite/_cert*.py",
    "testing/suite/_report.py",
)
"""The modules that write the commands' JSON."""


def json_name(name: str) -> str:
    """
    A Python name in JSON's spelling.
    """
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


@cache
def public() -> dict[str, object]:
    """
    The public names of `orderferry` and its rooms, with their values.
    """
    modules = ["orderferry", "orderferry.connectors.http", *(f"orderferry.{r}" for r in ROOMS)]
    names: dict[str, object] = {}
    for module in map(import_module, modules):
        names = {name: getattr(module, name) for name in module.__all__} | names
    return names


@cache
def attributes_of(kind: type) -> frozenset[str]:
    """
    The public attributes of a class and its instances.
    """
    names = {name for name in dir(kind) if not name.startswith("_")}
    names |= set(kind.__members__) if issubclass(kind, Enum) else set()
    for base in kind.__mro__:
        names |= set(vars(base).get("__annotations__", ()))
        head, _, section = (base.__doc__ or "").partition("Attributes:")
        names |= set(_ATTRIBUTE.findall(section)) if head else set()
    return frozenset(names)


@cache
def parameters() -> frozenset[str]:
    """
    The parameters of public functions, classes and methods.
    """
    names: set[str] = set()
    for thing in public().values():
        members = [thing, *vars(thing).values()] if inspect.isclass(thing) else [thing]
        for member in members:
            function = member
            if isinstance(member, classmethod | staticmethod):
                function = member.__func__
            try:
                names |= set(inspect.signature(function).parameters)  # type: ignore[arg-type]
            except (TypeError, ValueError):
                continue
    return frozenset(names)


def tables() -> dict[str, dict[str, Any]]:
    """
    The tables of `orderferry.toml` by path, with the schemas of their keys.
    """

    def walk(path: str, schema: abc.Mapping[str, Any]) -> abc.Iterator[tuple[str, dict[str, Any]]]:
        whole = schema.get("items", schema)
        if "properties" in whole:
            yield path, whole["properties"]
            for name, inner in whole["properties"].items():
                yield from walk(f"{path}.{name}".removeprefix("."), inner)

    return dict(walk("", config_schema()))


@cache
def configuration_keys() -> frozenset[str]:
    """
    The keys of every table of `orderferry.toml`.
    """
    return frozenset(name for table in tables().values() for name in table)


@cache
def settings_of(connector: str) -> frozenset[str]:
    """
    The settings of an installed connector.
    """
    kind = load_connector(Catalogue.installed(), connector).kind
    return frozenset(doc.name for doc in setting_docs(kind))


@cache
def workflow_objects() -> dict[str, frozenset[str]]:
    """
    The objects of the workflow file, with the names of their fields in both spellings.
    """
    objects = {}
    for name, schema in workflow_schema()["$defs"].items():
        if "patternProperties" in schema:
            fields = {f"{p[2]}{p[5:-1]}" for p in schema["patternProperties"]}
            fields |= {f"{p[3]}{p[5:-1]}" for p in schema["patternProperties"]}
            objects[name] = frozenset(fields)
    return objects


@cache
def order_fields() -> frozenset[str]:
    """
    The fields of the order document, in JSON's spelling.
    """
    return frozenset(
        json_name(field.name)
        for kind in map(public().get, import_module("orderferry.orders").__all__)
        if isinstance(kind, type) and "extra" in attributes_of(kind)
        for field in attrs.fields(kind)
        if field.name != "extra"
    )


@cache
def json_keys() -> frozenset[str]:
    """
    The keys of the JSON that the commands print.
    """
    return frozenset(
        key.value
        for pattern in _WRITERS
        for path in CORE.glob(pattern)
        for node in _nodes(path)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    )


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(_tree(path)))


def _members(module: ModuleType) -> abc.Iterator[str]:
    things = {name: getattr(module, name) for name in getattr(module, "__all__", ())}
    for name, thing in (vars(module) | things).items():
        if isinstance(thing, type) and issubclass(thing, Enum):
            yield from (f"{member.value}" for member in thing)
            yield from thing.__members__
        if not name.startswith("__"):
            yield name


@cache
def core_names() -> frozenset[str]:
    """
    Every name that may be alone in a span of code, except values.
    """
    names: set[str] = {*keyword.kwlist, *dir(builtins), *ROOMS, *CONNECTORS}
    names |= configuration_keys() | set(tables()) | order_fields() | json_keys()
    for connector in CONNECTORS:
        names |= settings_of(connector)
    for fields in workflow_objects().values():
        names |= fields
    for path in command_paths():
        names |= {
            " ".join(path),
            *path,
            *(option.metavar or "" for option in options_of(path).values()),
        }
    names |= {*public(), *parameters(), *PYTHON, *VALUE_TYPES}
    for name, hook in vars(_hookspecs).items():
        if hasattr(hook, "orderferry_spec"):
            names |= {name, *inspect.signature(hook).parameters}
    for thing in public().values():
        if isinstance(thing, type):
            names |= attributes_of(thing)
    for source in CORE.rglob("*.py"):
        names |= {node.name for node in _nodes(source) if isinstance(node, ast.ClassDef)}
    return frozenset(names)


@cache
def core_values() -> frozenset[str]:
    """
    The values of closed sets and choices, and the string constants of the code.
    """
    values: set[str] = set()
    for path in command_paths():
        for option in options_of(path).values():
            if isinstance(option.type, click.Choice):
                values |= set(map(str, option.type.choices))
    for source in [*CORE.rglob("*.py"), *ROOT.glob("plugins/*/src/*/*.py")]:
        for node in _nodes(source):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                values.add(node.value)
            elif isinstance(node, ast.Assign) and len(node.targets) == 1:
                values |= {t.id for t in node.targets if isinstance(t, ast.Name) and t.id.isupper()}
    return frozenset(values)


@cache
def plugin_words(connector: str) -> frozenset[str]:
    """
    The words in a connector's string constants and names, which name its target's fields.
    """
    names: set[str] = set()
    for source in ROOT.glob(f"plugins/{connector}/src/**/*.py"):
        tree = _tree(source)
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in docstrings:
                text = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
                words = re.findall(r"[A-Za-z_0-9]+", str(text))
                names |= {word for word in words if " " not in str(text) or _SHAPED.search(word)}
            elif isinstance(node, ast.ClassDef):
                names |= {node.name, *_public_names(node)}
            elif isinstance(node, ast.keyword) and node.arg:
                names.add(node.arg)
    return frozenset(names)


@cache
def private_members(name: str) -> frozenset[str]:
    """
    The public methods of the core's classes with that name, including private classes.
    """
    return frozenset(
        member
        for source in CORE.rglob("*.py")
        for node in _nodes(source)
        if isinstance(node, ast.ClassDef) and node.name == name
        for member in _public_names(node)
    )


def _public_names(kind: ast.ClassDef) -> abc.Iterator[str]:
    for node in kind.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name


@cache
def distributions() -> frozenset[str]:
    """
    The distributions of the workspace, and the groups of their entry points.
    """
    names: set[str] = set()
    for path in (ROOT / "core/pyproject.toml", *ROOT.glob("plugins/*/pyproject.toml")):
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        names |= set(project.get("entry-points", {})) | {project["name"]}
    return frozenset(names)


def resolves(names: list[str]) -> bool:
    """
    Whether a dotted name is a module, or a name in one.
    """
    for length in range(len(names), 0, -1):
        try:
            thing: object = import_module(".".join(names[:length]))
        except ModuleNotFoundError:
            continue
        for name in names[length:]:
            if isinstance(thing, type) and name in attributes_of(thing):
                return True
            if not hasattr(thing, name):
                return False
            thing = getattr(thing, name)
        return True
    return False
