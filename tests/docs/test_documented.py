"""
What the code has is in the built site: hooks, errors, commands, settings, configuration, states.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from xml.etree import ElementTree as ET

import attrs
import click
import pytest

import orderferry
from orderferry import errors, exports
from orderferry.config import config_schema, workflow_schema
from orderferry.connectors import Catalogue, ExportState, load_connector, setting_docs
from orderferry.connectors.spec import _hookspecs
from orderferry.exports import TRANSITIONS
from orderferry.workflow import StepReport, TransitionResult

from .commands import command_paths, context_of
from .page import ROOT
from .site import Site

CONNECTORS = ("erp_sap", "wms_manhattan", "fulfillment_3pl")
HOOKS = {name: each for name, each in vars(_hookspecs).items() if hasattr(each, "orderferry_spec")}


def _anchor(name: str) -> str:
    return "".join(each if each.isalnum() else "-" for each in name.lower()).strip("-")


@pytest.mark.parametrize("hook", HOOKS)
def test_each_hook_is_documented_with_its_arguments_and_types(site: Site, hook: str) -> None:
    """
    In a section of its own.
    """
    signature = inspect.signature(HOOKS[hook])
    section = site.section("reference/hooks.html", f"hook-{_anchor(hook)}")
    wanted = {hook, *signature.parameters}
    wanted |= {str(each.annotation) for each in signature.parameters.values()}
    if signature.return_annotation != "None":
        wanted.add(str(signature.return_annotation))

    assert set() == wanted - section.codes


def test_each_type_of_a_hook_is_documented(site: Site) -> None:
    """
    All that `orderferry` offers but functions and what hosts use has a section.
    """
    kinds = [name for name in orderferry.__all__ if inspect.isclass(getattr(orderferry, name))]
    anchors = {anchor for page in site.pages.values() for anchor in page.ids}

    assert [] == [name for name in kinds if f"class-{_anchor(name)}" not in anchors]


def test_each_error_is_documented(site: Site) -> None:
    """
    With what it has, what to do, and, for an export's, the state that it leads to.
    """
    kinds = {name: getattr(errors, name) for name in errors.__all__ if name != "Problem"}
    found = {
        name: site.section("reference/errors.html", f"error-{name.lower()}").text for name in kinds
    }

    assert [] == [name for name, text in found.items() if "What to do" not in text]
    leads = {name for name, text in found.items() if "The export becomes" in text}
    raised = {name for name, kind in kinds.items() if issubclass(kind, errors.ExportError)}
    assert raised - {"ExportError"} == leads


def test_each_command_is_documented_with_its_options(site: Site) -> None:
    """
    And with its arguments.
    """
    missing = []
    for path in command_paths():
        name, context = " ".join(("orderferry", *path)), context_of(path)
        section = site.section("reference/command-line.html", f"command-{_anchor(name)}")
        for parameter in context.command.get_params(context):
            options = isinstance(parameter, click.Option)
            names = parameter.opts if options else [parameter.make_metavar(context)]
            missing += [f"{name} {each}" for each in names if each not in section.codes]

    assert [] == missing


@pytest.mark.parametrize("connector", CONNECTORS)
def test_each_setting_is_documented(site: Site, connector: str) -> None:
    """
    Of each connector, on its page, with what it is for.
    """
    kind = load_connector(Catalogue.installed(), connector).kind
    section = site.section(f"reference/connectors/{connector}.html", "what-the-code-declares")
    docs = setting_docs(kind)

    assert set() == {doc.name for doc in docs} - section.codes
    described = {doc.name: " ".join(doc.description.replace("`", "").split()) for doc in docs}
    assert [] == [name for name, text in described.items() if text not in section.text]


def _keys(schema: dict[str, Any]) -> Iterator[str]:
    for name, inner in schema.get("properties", {}).items():
        yield name
        yield from _keys(inner)
        yield from _keys(inner.get("items", {}))


def test_each_key_of_the_configuration_is_documented(site: Site) -> None:
    """
    Of every table of `orderferry.toml`.
    """
    section = site.section("reference/configuration.html", "the-configuration-file")
    tables = {"connector", "runtime"}

    assert set() == set(_keys(config_schema())) - tables - section.codes


def test_each_field_of_the_workflow_is_documented(site: Site) -> None:
    """
    As it is written where it begins small.
    """
    section = site.section("reference/configuration.html", "the-workflow-file")
    patterns = [
        pattern
        for each in workflow_schema()["$defs"].values()
        for pattern in each.get("patternProperties", {})
    ]
    names = {f"{pattern[3]}{pattern[5:-1]}" for pattern in patterns}

    assert "runAfterOrderIsSaved" in names
    assert set() == names - section.codes


def test_each_transition_is_drawn(site: Site) -> None:
    """
    The diagram has every state as a box, and every step between states as an arrow that says when;
    the page shows it with a text that names them all.
    """
    page = site.pages["explanation/guarantees.html"]
    (image,) = [path for path in page.loaded if path.endswith("states.svg")]
    text = (page.path.parent / image).read_text(encoding="utf-8")
    assert "{http://www.w3.org/2000/svg}svg" == ET.fromstring(text).tag

    assert [] == [each for each in ExportState if f">{each.value}</text>" not in text]
    arrows = [f"{each.source.value} to {each.target.value}: {each.when}" for each in TRANSITIONS]
    assert [] == [each for each in arrows if f"<title>{each}</title>" not in text]
    assert len(TRANSITIONS) == text.count("marker-end=")
    source = (ROOT / "docs/explanation/guarantees.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"!\[([^]]*)\]\(states\.svg\)", source)
    steps = {part.partition(" to ")[0]: part.partition(" to ")[2] for part in shown.split("; ")}
    named = {source.rpartition(" ")[2]: set(to.split(", ")) for source, to in steps.items()}
    wanted: dict[str, set[str]] = {}
    for each in TRANSITIONS:
        wanted.setdefault(each.source.value, set()).add(each.target.value)
    assert wanted == named


@pytest.mark.parametrize("name", ["Act", "Export", "ExportKey", "Failure", "Origin"])
def test_each_attribute_of_an_export_has_a_type_and_a_meaning(name: str) -> None:
    """
    A host program finds every public attribute of an export and of what it holds.
    """
    assert [] == _undocumented(getattr(exports, name))


@pytest.mark.parametrize("kind", [TransitionResult, StepReport])
def test_each_attribute_of_a_result_has_a_type_and_a_meaning(kind: type) -> None:
    """
    A host program finds every public attribute of what a transition returns.
    """
    assert [] == _undocumented(kind)


def _undocumented(kind: type) -> list[str]:
    """
    The attributes and properties of a class that its section does not explain.
    """
    page = (ROOT / "docs/reference/python.md").read_text(encoding="utf-8")
    section = page.partition(f'<a id="class-{kind.__name__.lower()}"></a>')[2]
    section = re.split(rf'<a id="class-(?!{kind.__name__.lower()}-)', section)[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| `(?:[^`]+)` \| (.+) \|$", section, re.MULTILINE))
    names = [each.name for each in attrs.fields(kind)]
    names += [
        name
        for name, each in vars(kind).items()
        if isinstance(each, property | cached_property) and not name.startswith("_")
    ]
    said = {
        name: re.sub(r"Required\.|Default: .+|Empty unless given\.", "", rows.get(name, ""))
        for name in names
    }
    assert names
    return [name for name, text in said.items() if text.strip() in {"", "-"}]
