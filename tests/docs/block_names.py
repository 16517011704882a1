"""
The names in a page's code blocks that the code does not have.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any

from sqlalchemy import Connection

from .commands import session_faults
from .order_names import in_order, in_order_path
from .page import ROOT, PageSource
from .places import in_calls, in_text
from .vocabulary import (
    CONNECTORS,
    VARIABLES,
    attributes_of,
    distributions,
    json_keys,
    order_fields,
    public,
    settings_of,
    tables,
    workflow_objects,
)

__all__ = ["PRINTED", "in_blocks"]

PRINTED = "docs/reference/json.md"
"""The page of the commands' JSON output."""

_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")

OTHERS_TOML = {"build-system", "dependencies", "project", "tool"}
"""The tables and keys of pyproject.toml: packaging.python.org."""


def in_blocks(page: PageSource) -> Iterator[str]:
    """
    Find unknown options, settings, keys, fields and attributes, each kind where it can appear.
    """
    yield from in_text(page)
    for span in _SPAN.findall(page.text):
        yield from in_order_path(span)
    for block in page.blocks("console", "sh"):
        for line in _continued(block.text).splitlines():
            if block.language == "sh" or line.startswith("$ "):
                yield from session_faults(line.removeprefix("$ "))
    for block in page.blocks("toml"):
        yield from _in_toml(tomllib.loads(block.text), page)
    for block in page.blocks("json"):
        document = json.loads(block.text)
        if _kind(document) == "order" and page.name != PRINTED:
            yield from in_order(document)
            continue
        yield from _in_json(document, "$", "json" if page.name == PRINTED else _kind(document))
    for block in page.blocks("python"):
        yield from _in_python(block.text)


def _continued(text: str) -> str:
    """
    A session with each command on one line.
    """
    return re.sub(r"\\\n(> )? *", " ", text)


def _in_toml(document: Mapping[str, Any], page: PageSource) -> Iterator[str]:
    if not set(document) & {"runtime", "connector"}:
        yield from (f"no key {key} of pyproject.toml" for key in set(document) - OTHERS_TOML)
        groups = document.get("project", {}).get("entry-points", {})
        own = (group for group in groups if group.split(".")[0] == "orderferry")
        yield from (
            f"no group {group} of entry points" for group in own if group not in distributions()
        )
        if "orderferry" in document.get("tool", {}):
            yield "no table [tool.orderferry]"
        return
    yield from _in_table("", document, page)
    connectors = document.get("connector")
    for connector in connectors if isinstance(connectors, list) else []:
        settings = connector.get("settings", {})
        name = str(connector.get("name"))
        known = settings_of(name) if name in CONNECTORS else _defined_settings(page)
        yield from (f"{name} has no setting {key}" for key in settings if key not in known)


def _in_table(path: str, table: Mapping[str, Any], page: PageSource) -> Iterator[str]:
    known = tables()
    for key, value in table.items():
        inner = f"{path}.{key}".removeprefix(".")
        if key not in known[path]:
            yield f"[{path}] has no key {key}"
        elif inner in known:
            for entry in value if isinstance(value, list) else [value]:
                yield from _in_table(inner, entry, page)


def _defined_settings(page: PageSource) -> set[str]:
    """
    The settings of a connector that the page or the scaffold defines.
    """
    scaffold = ROOT / "core/src/orderferry/_template/http/src/{{package}}/_settings.py.jinja"
    sources = [*(block.text for block in page.blocks("python")), scaffold.read_text("utf-8")]
    return set(re.findall(r"^    (\w+): ", "\n".join(sources), re.MULTILINE))


def _kind(document: Mapping[str, object]) -> str:
    """
    The kind of a JSON document: an order, a step of a workflow, or otherwise a workflow.
    """
    if "orderForm" in document:
        return "order"
    return "step" if "active" in document else "orderType"


def _in_json(document: object, path: str, kind: str) -> Iterator[str]:
    """
    Find unknown keys of workflows and of the commands' output.
    """
    if isinstance(document, list):
        for index, entry in enumerate(document):
            yield from _in_json(entry, f"{path}[{index}]", kind)
        return
    if not isinstance(document, dict) or path.endswith(".remoteIds"):
        return
    inner = {"orderStatuses": "status", "workflowSteps": "step", "properties": "property"}
    if kind == "json":
        known: Iterable[str] = json_keys() | order_fields()
    else:
        known = workflow_objects()[kind]
    for key, value in document.items():
        if key not in known:
            yield f"{kind} has no field {key} @ {path}"
        below = kind if kind == "json" else inner.get(key, "")
        if below:
            yield from _in_json(value, f"{path}.{key}", below)


def _in_python(text: str) -> Iterator[str]:
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        yield f"invalid Python: {error}"
        return
    yield from in_calls(tree)
    known = _python_attributes(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            name = node.value.id if isinstance(node.value, ast.Name) else ""
            kind = public().get(VARIABLES.get(name, ""))
            if node.attr not in (attributes_of(kind) if isinstance(kind, type) else known):
                yield f"no attribute {ast.unparse(node)}"


def _python_attributes(tree: ast.Module) -> set[str]:
    """
    The attributes that a block may use: of orderferry's public classes, of imported names, of
    Python's built-in types, and those that the block defines.
    """
    names = set().union(*(dir(kind) for kind in (str, bytes, dict, list, set, tuple, Connection)))
    for thing in public().values():
        names |= attributes_of(thing) if isinstance(thing, type) else set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names |= set(dir(import_module(alias.name)))
        elif isinstance(node, ast.ImportFrom):
            module = import_module(str(node.module))
            for alias in node.names:
                names |= set(dir(getattr(module, alias.name)))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.FunctionDef):
            names.add(node.name)
    return names
