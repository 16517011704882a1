"""
Configuration files for tests.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest
from attrs import frozen

from orderferry.config import Config, read_config
from orderferry.errors import ConfigurationError
from orderferry.steps import ExportOrder, Outcome, Step, StepCall, StepConfig, StepResult, StepRules


class TagOrder:
    """
    A step without connectors that requires a property of its own.
    """

    rules: ClassVar[StepRules] = StepRules(key="TagOrder", required=frozenset({"Tag"}))

    def run(self, call: StepCall) -> StepResult:
        """
        Do nothing.
        """
        return StepResult(outcome=Outcome.SUCCESS)


ENVIRONMENT = {
    "API_TOKEN": "oms-token-1",
    "DB_USER": "ferry",
    "DB_PASSWORD": "p@ss/w:rd?",
    "SHORT": "hunter2",
}
"""The environment that references look in."""

STEPS: Mapping[str, Step] = {"ExportOrder": ExportOrder(), "TagOrder": TagOrder()}


@frozen
class Files:
    """
    A folder for `orderferry.toml` and `workflow.json`.
    """

    folder: Path

    @property
    def path(self) -> Path:
        """
        The configuration file.
        """
        return self.folder / "orderferry.toml"

    def write(self, workflow: object, toml: str | bytes = "") -> None:
        """
        Write both files; a workflow other than bytes is written as JSON.
        """
        self.path.write_bytes(toml.encode() if isinstance(toml, str) else toml)
        text = workflow if isinstance(workflow, bytes) else json.dumps(workflow).encode()
        (self.folder / "workflow.json").write_bytes(text)

    def read(
        self, workflow: object, toml: str | bytes = "", steps: Mapping[str, Step] = STEPS
    ) -> Config:
        """
        Write both files, and read them.
        """
        self.write(workflow, toml)
        return read_config(self.path, steps=steps, environment=ENVIRONMENT)

    def faults(
        self, workflow: object, toml: str | bytes = "", steps: Mapping[str, Step] = STEPS
    ) -> list[str]:
        """
        The faults of both files; the names of the files are without their folder.
        """
        with pytest.raises(ConfigurationError) as caught:
            self.read(workflow, toml, steps)
        return [fault.removeprefix(f"{self.folder}/") for fault in caught.value.faults]

    def step(self, **fields: object) -> StepConfig:
        """
        Read ExportOrder to sap with these fields at status New.
        """
        return self.read(workflow_with(fields)).workflow.order_types[0].statuses[0].steps[0]

    def step_faults(self, status: str = "New", **fields: object) -> list[str]:
        """
        The faults of ExportOrder to sap with these fields, without the path of the step.
        """
        faults = self.faults(workflow_with(fields, status))
        step = "$.orderStatuses[0].workflowSteps[0]"
        return [fault.removeprefix("workflow.json: ").replace(step, "") for fault in faults]


def workflow_with(fields: Mapping[str, object], status: str = "New") -> dict[str, object]:
    """
    An order type with ExportOrder to sap, and these fields, at a status.
    """
    connector = {} if {"connector", "Connector"} & set(fields) else {"connector": "sap"}
    step = {"name": "ExportOrder", **connector, **fields}
    return {"name": "Online", "orderStatuses": [{"name": status, "workflowSteps": [step]}]}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """
    An empty folder for both files.
    """
    return Files(tmp_path)
