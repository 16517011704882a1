"""
The section about unknown keys describes what happens to an unknown key in each place.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from orderferry.connectors import InstanceName
from orderferry.errors import ConfigurationError, SettingsError
from orderferry.orders import order_document, read_order
from orderferry.runtime import Configured
from orderferry.steps import StepConfig

from .page import ROOT
from .vocabulary import tables

PAGE = (ROOT / "docs/reference/configuration.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("\n## Unknown keys\n")[2].partition("\n## ")[0]
SAID = dict(re.findall(r"^\| (?!---|Place)(.+?) \| (.+?) \|$", SECTION, re.MULTILINE))
SETTINGS = [
    'base_url = "https://sap.example.com"',
    'username = "A"',
    'password = "a long secret"',
]
CONFIGURATION: dict[str, list[str]] = {
    "": [],
    "runtime": [],
    "runtime.age_limits": [],
    "connector": ['name = "erp_sap"'],
    "connector.settings": SETTINGS,
    "connector.flow": [],
    "connector.flow.retry": [],
}
STEP: dict[str, Any] = {
    "name": "ExportOrder",
    "connector": "erp_sap",
    "properties": [{"key": "A", "value": "1"}],
    "workflowStepConditions": [{"type": "Success"}],
}
OBJECTS = ("order type", "status", "condition", "property", "step")
IGNORED = "an order type, a status, a condition, an entry of `properties` in the workflow file"


def _configured(folder: Path, place: str = "none", key: str = "zzz") -> Configured:
    """
    A configuration with an unknown key in one place.
    """
    lines = []
    for head, own in CONFIGURATION.items():
        lines += [f"[[{head}]]" if head == "connector" else f"[{head}]"] if head else []
        lines += [*own, *([f"{key} = 1"] if head == place else [])]
    (folder / "orderferry.toml").write_text("\n".join(lines), encoding="utf-8")
    step = deepcopy(STEP)
    status: dict[str, Any] = {"name": "New", "workflowSteps": [step]}
    workflow: dict[str, Any] = {"name": "Online", "orderStatuses": [status]}
    (condition,), (entry,) = step["workflowStepConditions"], step["properties"]
    objects = dict(zip(OBJECTS, (workflow, status, condition, entry, step), strict=True))
    if place in objects:
        objects[place][key] = "1"
    (folder / "workflow.json").write_text(json.dumps(workflow), encoding="utf-8")
    return Configured.from_config(folder / "orderferry.toml")


def _step(configured: Configured) -> StepConfig:
    ((order_type,),) = (configured.config.workflow.order_types,)
    return order_type.statuses[0].steps[0]


@pytest.mark.parametrize("table", tables())
def test_a_table_of_orderferry_refuses_it(tmp_path: Path, table: str) -> None:
    """
    An unknown key in a table of the configuration file is an error that names it.
    """
    assert (
        "an error: nothing is run"
        == SAID["every table of `orderferry.toml` except `[connector.settings]`"]
    )
    with pytest.raises(ConfigurationError, match="'zzz' is unknown"):
        _configured(tmp_path, table)


def test_the_settings_of_a_connector_refuse_it(tmp_path: Path) -> None:
    """
    An unknown setting is an error of its instance, and the configuration is still read.
    """
    said = "an error of that instance, which is quarantined; the others run"
    assert said == SAID["`[connector.settings]`"]
    with (
        _configured(tmp_path, "connector.settings") as configured,
        pytest.raises(SettingsError, match="zzz"),
    ):
        configured.instances.exporter(InstanceName("erp_sap", "default"))


@pytest.mark.parametrize("place", OBJECTS[:-1])
def test_the_workflow_file_ignores_it(tmp_path: Path, place: str) -> None:
    """
    An unknown key in the workflow file is ignored, except in a step.
    """
    assert "none: the key is ignored" == SAID[IGNORED]
    with _configured(tmp_path) as without, _configured(tmp_path, place) as configured:
        assert without.config.workflow == configured.config.workflow


def test_a_step_passes_it_on(tmp_path: Path) -> None:
    """
    An unknown key of a step is passed to its connector as a property.
    """
    assert (
        "the key is passed to the connector, as a property of the step"
        == SAID["a step in the workflow file"]
    )
    with _configured(tmp_path, "step") as configured:
        assert {"A": "1", "zzz": "1"} == dict(_step(configured).properties)


def test_an_order_keeps_it() -> None:
    """
    An unknown key of an order, or of an object in it, is written back unchanged.
    """
    assert "the key is kept, and written back unchanged" == SAID["an order, and every object in it"]
    document = {"id": "A", "zzz": [1], "orderForm": {"lineItems": [{"zzz": {"a": None}}]}}
    output = order_document(read_order(json.dumps(document)))

    assert document["zzz"] == output["zzz"]
    assert {"a": None} == output["orderForm"]["lineItems"][0]["zzz"]


@pytest.mark.parametrize(
    ("place", "key", "known"),
    [
        ("runtime", "workflw", "workflow"),
        ("order type", "orderStatus", "OrderStatuses"),
        ("status", "workflowStep", "WorkflowSteps"),
        ("step", "enabledForMarket", "EnabledForMarkets"),
        ("property", "values", "Value"),
        ("condition", "types", "Type"),
    ],
)
def test_a_misspelling_is_an_error(tmp_path: Path, place: str, key: str, known: str) -> None:
    """
    A key that resembles a known one is an error everywhere, and the message names the known key.
    """
    with pytest.raises(ConfigurationError, match=f"did you mean '?{known}"):
        _configured(tmp_path, place, key)
