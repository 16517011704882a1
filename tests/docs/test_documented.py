"""
The built site documents the code's hooks, errors, commands, settings, configuration and states.
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
HOOKS = {name: hook for name, hook in vars(_hookspecs).items() if hasattr(hook, "orderferry_spec")}


def _anchor(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower()).strip("-")


@pytest.mark.parametrize("hook", HOOKS)
def test_each_hook_is_documented_with_its_arguments_and_types(site: Site, hook: str) -> None:
    """
    Each hook has a section with its arguments and the types of arguments and result.
    """
    signature = inspect.signature(HOOKS[hook])
    section = site.section("reference/hooks.html", f"hook-{_anchor(hook)}")
    names = {hook, *signature.parameters}
    names |= {str(parameter.annotation) for parameter in signature.parameters.values()}
    if signature.return_annotation != "None":
        names.add(str(signature.return_annotation))

    assert set() == names - section.codes


def test_each_type_of_a_hook_is_documented(site: Site) -> None:
    """
    Every public class of `orderferry` has a section.
    """
    kinds = [name for name in orderferry.__all__ if inspect.isclass(getattr(orderferry, name))]
    anchors = {anchor for page in site.pages.values() for anchor in page.ids}

    assert [] == [name for name in kinds if f"class-{_anchor(name)}" not in anchors]


def test_each_error_is_documented(site: Site) -> None:
    """
    Each error has a section with advice, and an error of an export names the resulting state.
    """
    kinds = {name: getattr(errors, name) for name in errors.__all__ if name != "Problem"}
    texts = {
        name: site.section("reference/errors.html", f"error-{name.lower()}").text for name in kinds
    }

    assert [] == [name for name, text in texts.items() if "Remedy" not in text]
    with_state = {name for name, text in texts.items() if "Export state" in text}
    of_exports = {name for name, kind in kinds.items() if issubclass(kind, errors.ExportError)}
    assert of_exports - {"ExportError"} == with_state


def test_each_command_is_documented_with_its_options(site: Site) -> None:
    """
    Each command has a section with all its options and arguments.
    """
    missing = []
    for path in command_paths():
        name, context = " ".join(("orderferry", *path)), context_of(path)
        section = site.section("reference/command-line.html", f"command-{_anchor(name)}")
        for parameter in context.command.get_params(context):
            is_option = isinstance(parameter, click.Option)
            names = parameter.opts if is_option else [parameter.make_metavar(context)]
            missing += [f"{name} {option}" for option in names if option not in section.codes]

    assert [] == missing


@pytest.mark.parametrize("connector", CONNECTORS)
def test_each_setting_is_documented(site: Site, connector: str) -> None:
    """
    The page of each connector has all its settings with their descriptions.
    """
    kind = load_connector(Catalogue.installed(), connector).kind
    section = site.section(f"reference/connectors/{connector}.html", "what-the-code-declares")
    docs = setting_docs(kind)

    assert set() == {doc.name for doc in docs} - section.codes
    descriptions = {doc.name: " ".join(doc.description.replace("`", "").split()) for doc in docs}
    assert [] == [name for name, text in descriptions.items() if text not in section.text]


def _keys(schema: dict[str, Any]) -> Iterator[str]:
    for name, inner in schema.get("properties", {}).items():
        yield name
        yield from _keys(inner)
        yield from _keys(inner.get("items", {}))


def test_each_key_of_the_configuration_is_documented(site: Site) -> None:
    """
    The reference has every key of every table of `orderferry.toml`.
    """
    section = site.section("reference/configuration.html", "the-configuration-file")
    tables = {"connector", "runtime"}

    assert set() == set(_keys(config_schema())) - tables - section.codes


def test_each_field_of_the_workflow_is_documented(site: Site) -> None:
    """
    The reference has every field of the workflow file, spelled with a small first letter.
    """
    section = site.section("reference/configuration.html", "the-workflow-file")
    patterns = [
        pattern
        for schema in workflow_schema()["$defs"].values()
        for pattern in schema.get("patternProperties", {})
    ]
    names = {f"{pattern[3]}{pattern[5:-1]}" for pattern in patterns}

    assert "runAfterOrderIsSaved" in names
    assert set() == names - section.codes


def test_each_transition_is_drawn(site: Site) -> None:
    """
    The diagram has a box for every state and a labelled arrow for every transition, and the page's
    alternative text names them all.
    """
    page = site.pages["explanation/guarantees.html"]
    (image,) = [path for path in page.loaded if path.endswith("states.svg")]
    text = (page.path.parent / image).read_text(encoding="utf-8")
    assert "{http://www.w3.org/2000/svg}svg" == ET.fromstring(text).tag

    assert [] == [state for state in ExportState if f">{state.value}</text>" not in text]
    arrows = [f"{t.source.value} to {t.target.value}: {t.when}" for t in TRANSITIONS]
    assert [] == [arrow for arrow in arrows if f"<title>{arrow}</title>" not in text]
    assert len(TRANSITIONS) == text.count("marker-end=")
    source = (ROOT / "docs/explanation/guarantees.md").read_text(encoding="utf-8")
    (alternative,) = re.findall(r"!\[([^]]*)\]\(states\.svg\)", source)
    steps = {
        part.partition(" to ")[0]: part.partition(" to ")[2] for part in alternative.split("; ")
    }
    described = {source.rpartition(" ")[2]: set(to.split(", ")) for source, to in steps.items()}
    expected: dict[str, set[str]] = {}
    for transition in TRANSITIONS:
        expected.setdefault(transition.source.value, set()).add(transition.target.value)
    assert expected == described


@pytest.mark.parametrize("name", ["Act", "Export", "ExportKey", "Failure", "Origin"])
def test_each_attribute_of_an_export_has_a_type_and_a_meaning(name: str) -> None:
    """
    The Python reference explains every public attribute of an export and of its parts.
    """
    assert [] == _undocumented(getattr(exports, name))


@pytest.mark.parametrize("kind", [TransitionResult, StepReport])
def test_each_attribute_of_a_result_has_a_type_and_a_meaning(kind: type) -> None:
    """
    The Python reference explains every public attribute of a transition's result.
    """
    assert [] == _undocumented(kind)


def _undocumented(kind: type) -> list[str]:
    """
    Find attributes and properties of a class that its section does not explain.
    """
    page = (ROOT / "docs/reference/python.md").read_text(encoding="utf-8")
    section = page.partition(f'<a id="class-{kind.__name__.lower()}"></a>')[2]
    section = re.split(rf'<a id="class-(?!{kind.__name__.lower()}-)', section)[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| `(?:[^`]+)` \| (.+) \|$", section, re.MULTILINE))
    names = [field.name for field in attrs.fields(kind)]
    names += [
        name
        for name, member in vars(kind).items()
        if isinstance(member, property | cached_property) and not name.startswith("_")
    ]
    meanings = {
        name: re.sub(r"Required\.|Default: .+|Empty by default\.", "", rows.get(name, ""))
        for name in names
    }
    assert names
    return [name for name, text in meanings.items() if text.strip() in {"", "-"}]
