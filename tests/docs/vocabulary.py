"""
The names that the code has: keys, fields, commands, options, values, and what is public in Python.
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
from collections.abc import Iterator, Mapping
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
"""What the pages call their objects, and the class of each."""

PYTHON = {"Decimal", "Path", "UUID", "datetime", "pathlib", *typing.__all__, *abc.__all__}
"""Types of Python's library that annotations name."""

_ATTRIBUTE = re.compile(r"^\s+(\w+): ", re.MULTILINE)
_SHAPED = re.compile(r"\w[_A-Z0-9]")
"""What a name has and a word of a sentence has not."""

_WRITERS = (
    "cli/*.py",
    "exports/_document.py",
    "workflow/_document.py",
    "testing/suite/_cert*.py",
    "testing/suite/_report.py",
)
"""Where the JSON of the commands is written."""


def json_name(name: str) -> str:
    """
    A Python name as JSON has it.
    """
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


@cache
def public() -> dict[str, object]:
    """
    What is public in `orderferry` and in its rooms, by name.
    """
    modules = ["orderferry", "orderferry.connectors.http", *(f"orderferry.{r}" for r in ROOMS)]
    found: dict[str, object] = {}
    for module in map(import_module, modules):
        found = {name: getattr(module, name) for name in module.__all__} | found
    return found


@cache
def attributes_of(kind: type) -> frozenset[str]:
    """
    The public attributes of a class, those that only an instance has among them.
    """
    found = {name for name in dir(kind) if not name.startswith("_")}
    found |= set(kind.__members__) if issubclass(kind, Enum) else set()
    for each in kind.__mro__:
        found |= set(vars(each).get("__annotations__", ()))
        head, _, listed = (each.__doc__ or "").partition("Attributes:")
        found |= set(_ATTRIBUTE.findall(listed)) if head else set()
    return frozenset(found)


@cache
def parameters() -> frozenset[str]:
    """
    The parameters of public functions, classes and methods.
    """
    found: set[str] = set()
    for thing in public().values():
        functions = [thing, *vars(thing).values()] if inspect.isclass(thing) else [thing]
        for each in functions:
            function = each.__func__ if isinstance(each, classmethod | staticmethod) else each
            try:
                found |= set(inspect.signature(function).parameters)  # type: ignore[arg-type]
            except (TypeError, ValueError):
                continue
    return frozenset(found)


def tables() -> dict[str, dict[str, Any]]:
    """
    The tables of `orderferry.toml` by their path, each with the schema of its keys.
    """

    def walk(path: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
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
    The objects of the workflow file, each with its names in both spellings.
    """
    found = {}
    for name, each in workflow_schema()["$defs"].items():
        if "patternProperties" in each:
            names = {f"{p[2]}{p[5:-1]}" for p in each["patternProperties"]}
            names |= {f"{p[3]}{p[5:-1]}" for p in each["patternProperties"]}
            found[name] = frozenset(names)
    return found


@cache
def order_fields() -> frozenset[str]:
    """
    The fields of the order document, as JSON has them.
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
    The keys of all that the commands print as JSON.
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


def _members(module: ModuleType) -> Iterator[str]:
    things = {name: getattr(module, name) for name in getattr(module, "__all__", ())}
    for name, thing in (vars(module) | things).items():
        if isinstance(thing, type) and issubclass(thing, Enum):
            yield from (f"{each.value}" for each in thing)
            yield from thing.__members__
        if not name.startswith("__"):
            yield name


@cache
def core_names() -> frozenset[str]:
    """
    Every name that may stand alone on a page: none of them is a value.
    """
    found: set[str] = {*keyword.kwlist, *dir(builtins), *ROOMS, *CONNECTORS}
    found |= configuration_keys() | set(tables()) | order_fields() | json_keys()
    for connector in CONNECTORS:
        found |= settings_of(connector)
    for names in workflow_objects().values():
        found |= names
    for path in command_paths():
        found |= {
            " ".join(path),
            *path,
            *(each.metavar or "" for each in options_of(path).values()),
        }
    found |= {*public(), *parameters(), *PYTHON, *VALUE_TYPES}
    for name, hook in vars(_hookspecs).items():
        if hasattr(hook, "orderferry_spec"):
            found |= {name, *inspect.signature(hook).parameters}
    for thing in public().values():
        if isinstance(thing, type):
            found |= attributes_of(thing)
    for source in CORE.rglob("*.py"):
        found |= {node.name for node in _nodes(source) if isinstance(node, ast.ClassDef)}
    return frozenset(found)


@cache
def core_values() -> frozenset[str]:
    """
    The values of closed sets, of choices, and whole texts of the code.
    """
    found: set[str] = set()
    for path in command_paths():
        for option in options_of(path).values():
            if isinstance(option.type, click.Choice):
                found |= set(map(str, option.type.choices))
    for source in [*CORE.rglob("*.py"), *ROOT.glob("plugins/*/src/*/*.py")]:
        for node in _nodes(source):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.Assign) and len(node.targets) == 1:
                found |= {t.id for t in node.targets if isinstance(t, ast.Name) and t.id.isupper()}
    return frozenset(found)


@cache
def plugin_words(connector: str) -> frozenset[str]:
    """
    The words in the texts of a connector's code, its docstrings left out: what it calls its target
    by.
    """
    found: set[str] = set()
    for source in ROOT.glob(f"plugins/{connector}/src/**/*.py"):
        tree = _tree(source)
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in told:
                text = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
                words = re.findall(r"[A-Za-z_0-9]+", str(text))
                found |= {word for word in words if " " not in str(text) or _SHAPED.search(word)}
            elif isinstance(node, ast.ClassDef):
                found |= {node.name, *_public_names(node)}
            elif isinstance(node, ast.keyword) and node.arg:
                found.add(node.arg)
    return frozenset(found)


@cache
def private_members(name: str) -> frozenset[str]:
    """
    The public functions of the core's classes of that name, private classes among them.
    """
    return frozenset(
        member
        for source in CORE.rglob("*.py")
        for node in _nodes(source)
        if isinstance(node, ast.ClassDef) and node.name == name
        for member in _public_names(node)
    )


def _public_names(kind: ast.ClassDef) -> Iterator[str]:
    for node in kind.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name


@cache
def distributions() -> frozenset[str]:
    """
    The distributions of the workspace, and the groups of their entry points.
    """
    found: set[str] = set()
    for path in (ROOT / "core/pyproject.toml", *ROOT.glob("plugins/*/pyproject.toml")):
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        found |= set(project.get("entry-points", {})) | {project["name"]}
    return frozenset(found)


def resolves(names: list[str]) -> bool:
    """
    Whether a dotted name is a module, or something in one.
    """
    for length in range(len(names), 0, -1):
        try:
            found: object = import_module(".".join(names[:length]))
        except ModuleNotFoundError:
            continue
        for name in names[length:]:
            if isinstance(found, type) and name in attributes_of(found):
                return True
            if not hasattr(found, name):
                return False
            found = getattr(found, name)
        return True
    return False
