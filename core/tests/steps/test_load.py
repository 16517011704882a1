"""
Steps that are loaded through entry points.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from orderferry import Ferry, read_order
from orderferry.connectors import Catalogue
from orderferry.errors import ConfigurationError, DuplicateNameError, LoadError
from orderferry.steps import ExportOrder, Step, load_steps

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.tests.conftest import Site

TAGGING = """
from orderferry.exports import SetStatus
from orderferry.steps import Outcome, StepResult, StepRules


class TagOrder:
    rules = StepRules(key="TagOrder", required=frozenset({"Tag"}))

    def run(self, call):
        return StepResult(outcome=Outcome.WARNING, message=call.config.properties["Tag"])
"""


def install(
    site: Site, source: str = TAGGING, *, key: str = "TagOrder", distribution: str = "acme-steps"
) -> None:
    """
    Install a distribution that has one step.
    """
    module = distribution.replace("-", "_")
    site.distribution(
        distribution,
        modules={module: source},
        entry_points={"orderferry.steps": {key: f"{module}:TagOrder"}},
    )


def steps() -> Mapping[str, Step]:
    """
    Return the steps that are installed now.
    """
    return load_steps(Catalogue.installed("orderferry.steps"))


def test_the_core_registers_its_own_step_as_any_package_does(site: Site) -> None:
    """
    The core registers its own step by an entry point, as any package does.
    """
    assert ["ExportOrder"] == list(steps())
    assert isinstance(steps()["ExportOrder"], ExportOrder)
    with pytest.raises(KeyError):
        steps()["TagOrder"]


def test_a_step_of_another_package_runs(site: Site, tmp_path: Path) -> None:
    """
    A step of another package is checked by its rules, and loaded only where it is placed.
    """
    install(site)
    placed = {"name": "TagOrder", "Tag": "blue"}
    path = tmp_path / "orderferry.toml"
    path.write_text('[runtime]\nworkflow = "workflow.json"\n')

    def workflow(**status: object) -> None:
        order_type = {"name": "A", "orderStatuses": [{"name": "Any", **status}]}
        (tmp_path / "workflow.json").write_text(json.dumps(order_type))

    workflow()
    with Ferry.from_config(path):
        assert "acme_steps" not in site.imported_modules()
    workflow(workflowSteps=[{"name": "TagOrder"}])
    with pytest.raises(ConfigurationError, match="Tag is missing"):
        Ferry.from_config(path)
    workflow(workflowSteps=[placed])
    with Ferry.from_config(path) as ferry:
        (report,) = ferry.transition(read_order('{"id": "W1"}'), "Any").steps

    assert "TagOrder" == report.name
    assert "Warning" == report.outcome
    assert "blue" == report.message


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("raise LookupError('no licence')", "LookupError: no licence"),
        ("", "has no attribute 'TagOrder'"),
        (TAGGING.replace('key="TagOrder"', 'key="Tag"'), "has no rules for that key"),
        ("class TagOrder: pass", "has no rules for that key"),
    ],
)
def test_a_broken_step_is_named_with_its_distribution(
    site: Site, source: str, message: str
) -> None:
    """
    The error of a broken step names its distribution, and the other steps load.
    """
    install(site, source)
    installed = steps()

    with pytest.raises(LoadError, match=r"step TagOrder of acme-steps 1\.0") as raised:
        installed["TagOrder"]

    assert message in str(raised.value)
    assert "ExportOrder" == installed["ExportOrder"].rules.key


def test_two_packages_cannot_have_one_step(site: Site) -> None:
    """
    A step that two packages provide is an error that names both, also for a core step.
    """
    install(site, key="ExportOrder")

    with pytest.raises(DuplicateNameError) as raised:
        steps()["ExportOrder"]

    assert all(name in str(raised.value) for name in ("acme-steps", "orderferry"))
