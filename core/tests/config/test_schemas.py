"""
Tests of the JSON Schemas of both files, as an independent validator reads them.
"""

import json
import tomllib
from typing import Any

import pytest
from attrs import fields
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from orderferry.config import RuntimeSettings, config_schema, workflow_schema
from orderferry.config._runtime import AGE_NAMES, FLOW_NAMES, RETRY_NAMES, RUNTIME_NAMES
from orderferry.config._step import STEP_NAMES, UNUSED_STEP_NAMES
from orderferry.config._toml import CONNECTOR_NAMES
from orderferry.config._workflow_schema import _STEP
from orderferry.connectors import ExportState
from orderferry.delivery import Flow

from .conftest import Files, workflow_with
from .test_toml import FULL


def faults(schema: dict[str, Any], document: object) -> list[str]:
    """
    The paths at which a document does not fit a schema.
    """
    errors = Draft202012Validator(schema).iter_errors(document)
    return [error.json_path for error in errors]


SEED: list[dict[str, Any]] = [
    {
        "name": "Online",
        "orderStatuses": [
            {
                "name": "New",
                "displayName": "New",
                "order": 1,
                "workflowSteps": [
                    {
                        "name": "ExportOrder",
                        "active": True,
                        "Connector": ["sap/eu", "wms"],
                        "StopOnError": "true",
                        "ErrorStatus": "ExportFailed",
                        "RunAfterOrderIsSaved": False,
                        "translateKey": "WorkflowStep_ExportOrder",
                        "isInvisible": False,
                        "folder": "/inbound",
                        "enabledForMarkets": ["NOR"],
                        "workflowStepConditions": [{"type": "Success"}],
                        "properties": [
                            {"Key": "A", "Value": "1", "KeyGroup": "G", "ValueType": "Number"}
                        ],
                    }
                ],
            }
        ],
    }
]


def with_capitals(value: Any) -> Any:
    """
    A workflow whose names begin with capitals.
    """
    if isinstance(value, dict):
        return {name[:1].upper() + name[1:]: with_capitals(item) for name, item in value.items()}
    return [with_capitals(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("schema", [config_schema(), workflow_schema()])
def test_a_schema_is_valid(schema: dict[str, Any]) -> None:
    """
    A schema is valid under draft 2020-12, and can be written as JSON.
    """
    Draft202012Validator.check_schema(schema)

    assert "https://json-schema.org/draft/2020-12/schema" == schema["$schema"]
    assert schema == json.loads(json.dumps(schema))


def test_the_schema_of_the_configuration_accepts_valid_files() -> None:
    """
    The full example and an empty file fit the schema.
    """
    assert [] == faults(config_schema(), tomllib.loads(FULL))
    assert [] == faults(config_schema(), {})


@pytest.mark.parametrize(
    ("toml", "path"),
    [
        ("[runtime]\nworkflw = 'a'", "$.runtime"),
        ("[runtime]\norder_limit_bytes = '1'", "$.runtime.order_limit_bytes"),
        ("[runtime]\ninline_deadline_seconds = 0", "$.runtime.inline_deadline_seconds"),
        ("[runtimes]", "$"),
        ("[[connector]]\nid = 'a'", "$.connector[0]"),
        ("[[connector]]\nname = 'a/b'", "$.connector[0].name"),
        ("[[connector]]\nname = 'a'\nmarket = []", "$.connector[0]"),
        ("[connector]\nname = 'a'", "$.connector"),
        ("[runtime]\ndatabase = ''", "$.runtime.database"),
        ("[runtime]\napi_deadline_seconds = 0", "$.runtime.api_deadline_seconds"),
        ("[runtime]\nlease_seconds = 61", "$.runtime.lease_seconds"),
        ("[runtime]\ngrace_seconds = -1", "$.runtime.grace_seconds"),
        ("[runtime]\ndocument_retention_days = -1", "$.runtime.document_retention_days"),
        ("[runtime.age_limits]\nskipped = 1", "$.runtime.age_limits"),
        ("[runtime.age_limits]\nqueued = '5x'", "$.runtime.age_limits.queued"),
        ("[[connector]]\nname = 'a'\nflow = 1", "$.connector[0].flow"),
        ("[[connector]]\nname = 'a'\nflow.rates = 1", "$.connector[0].flow"),
        ("[[connector]]\nname = 'a'\nflow.concurrency = 0", "$.connector[0].flow.concurrency"),
        ("[[connector]]\nname = 'a'\nflow.concurrency = 257", "$.connector[0].flow.concurrency"),
        ("[[connector]]\nname = 'a'\nflow.rate = '10'", "$.connector[0].flow.rate"),
        ("[[connector]]\nname = 'a'\nflow.batch = 1.5", "$.connector[0].flow.batch"),
        ("[[connector]]\nname = 'a'\nflow.shards = 65", "$.connector[0].flow.shards"),
        ("[[connector]]\nname = 'a'\nflow.timeout = 3601", "$.connector[0].flow.timeout"),
        ("[[connector]]\nname = 'a'\nflow.cooldown = 0", "$.connector[0].flow.cooldown"),
        ("[[connector]]\nname = 'a'\nflow.retry.most = 1", "$.connector[0].flow.retry"),
        ("[[connector]]\nname = 'a'\nflow.retry.max = true", "$.connector[0].flow.retry.max"),
        ("[[connector]]\nname = 'a'\nflow.retry.factor = 0.5", "$.connector[0].flow.retry.factor"),
    ],
)
def test_the_schema_of_the_configuration_rejects_invalid_files(
    files: Files, toml: str, path: str
) -> None:
    """
    Misspelt keys and values beyond their bounds do not fit the schema.
    """
    assert [path] == faults(config_schema(), tomllib.loads(toml))
    assert 1 == len(files.faults({"name": "Online"}, toml))


def test_the_schema_of_the_workflow_accepts_both_spellings(files: Files) -> None:
    """
    A workflow with or without capitals fits the schema, and is read.
    """
    for workflow in (SEED, SEED[0], with_capitals(SEED)):
        assert [] == faults(workflow_schema(), workflow)
        assert "Online" == files.read(workflow).workflow.order_types[0].name


@pytest.mark.parametrize(
    "fields",
    [
        {"stopOnError": "yes"},
        {"StopOnError": 1},
        {"connector": 7},
        {"connector": ["a/b/c"]},
        {"properties": {}},
        {"properties": [{"value": 1}]},
        {"properties": [{"key": "a", "valueType": "Bolean"}]},
        {"workflowStepConditions": [{"type": "Maybe"}]},
        {"enabledForMarkets": [1]},
        {"disabledForTags": "a"},
    ],
)
def test_the_schema_of_the_workflow_rejects_invalid_files(
    files: Files, fields: dict[str, object]
) -> None:
    """
    Wrong types and unknown names of closed sets do not fit the schema.
    """
    workflow = workflow_with(fields)

    assert 1 == len(faults(workflow_schema(), workflow))
    assert 1 == len(files.faults(workflow))


def test_the_schemas_have_every_name_that_is_read() -> None:
    """
    A name that is added to the readers is added to the schemas.
    """
    schema = config_schema()["properties"]

    assert set(RUNTIME_NAMES) == set(schema["runtime"]["properties"])
    assert set(CONNECTOR_NAMES) == set(schema["connector"]["items"]["properties"])
    read = {field.name for field in fields(RuntimeSettings)} - {"missing_database"}
    assert read == set(RUNTIME_NAMES)
    assert set(AGE_NAMES) == set(schema["runtime"]["properties"]["age_limits"]["properties"])
    flow = schema["connector"]["items"]["properties"]["flow"]["properties"]
    assert set(FLOW_NAMES) == set(flow)
    assert set(RETRY_NAMES) == set(flow["retry"]["properties"])
    read = {*FLOW_NAMES, *RETRY_NAMES, "most"} - {"retry", "max"}
    assert {field.name for field in fields(Flow)} == read
    assert {*STEP_NAMES, *UNUSED_STEP_NAMES} == set(_STEP)


def test_the_defaults_of_the_schema_are_those_of_the_settings(files: Files) -> None:
    """
    The defaults that an editor shows are those that apply.
    """
    schema = config_schema()["properties"]
    runtime = schema["runtime"]["properties"]
    read = files.read({"name": "Online"}).runtime
    plain = {name: key["default"] for name, key in runtime.items() if "default" in key}
    assert files.folder / plain.pop("workflow") == read.workflow
    assert read.state_directory is None
    assert plain.pop("database").replace("///", f"///{files.folder}/") == read.database
    assert [] == plain.pop("foreign_steps")
    assert plain == {name: getattr(read, name) for name in plain}
    assert {
        ExportState(name): key["default"]
        for name, key in runtime["age_limits"]["properties"].items()
        if "default" in key
    } == read.age_limits

    flow = schema["connector"]["items"]["properties"]["flow"]["properties"]
    keys = {**flow, **flow["retry"]["properties"]}
    keys["most"] = keys.pop("max")
    defaults = {name: key["default"] for name, key in keys.items() if "default" in key}
    assert defaults == {name: getattr(Flow(), name) for name in defaults}
    assert {"rate", "batch", "retry"} == set(keys) - set(defaults)
