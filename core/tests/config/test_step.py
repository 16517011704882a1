"""
Tests of a step of the workflow: its own properties and its connectors.
"""

from typing import Any

import pytest

from orderferry.config._step import OWN_PROPERTIES, UNUSED_STEP_NAMES
from orderferry.connectors import Properties
from orderferry.steps import ConnectorReference, StepConfig

from .conftest import Files

OWN: dict[str, Any] = {
    "Connector": "wms",
    "ConnectorId": "eu",
    "StopOnError": True,
    "ErrorStatus": "ExportFailed",
    "RunAfterOrderIsSaved": "true",
    "PerShipment": True,
    "AllowAnyStatus": "false",
}
SAME = StepConfig(
    name="ExportOrder",
    path="$.orderStatuses[0].workflowSteps[0]",
    connectors=(ConnectorReference("wms", "eu"),),
    stop_on_error=True,
    error_status="ExportFailed",
    run_after_order_is_saved=True,
    per_shipment=True,
    allow_any_status=False,
)


def uncapitalize(name: str) -> str:
    """
    A name without its capital.
    """
    return name[:1].lower() + name[1:]


def test_a_step_has_defaults(files: Files) -> None:
    """
    A step is by default active, does not stop on errors, and runs inside the transition.
    """
    assert (
        StepConfig(
            name="ExportOrder",
            path="$.orderStatuses[0].workflowSteps[0]",
            connectors=(ConnectorReference("sap"),),
        )
        == files.step()
    )


def test_own_properties_are_fields_or_among_the_properties(files: Files) -> None:
    """
    The own properties of a step may begin with a capital, and do not reach the connector.
    """
    for spelt in (str, uncapitalize):
        fields = {spelt(name): value for name, value in OWN.items()}
        listed = [{"key": spelt(name), "value": value} for name, value in OWN.items()]

        assert SAME == files.step(**fields)
        assert SAME == files.step(connector=None, properties=listed)
    assert set(OWN) == set(OWN_PROPERTIES)


def test_own_properties_may_repeat_their_value(files: Files) -> None:
    """
    A value may appear in both spellings and among the properties; "true" and true are the same.
    """
    listed = [{"Key": uncapitalize(name), "Value": value} for name, value in OWN.items()]
    small_fields = {uncapitalize(name): value for name, value in OWN.items()}
    step = files.step(
        **{**OWN, **small_fields, "stopOnError": "true", "perShipment": "true"}, properties=listed
    )

    assert SAME == step


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        (
            {"stopOnError": True, "StopOnError": False},
            (
                "StopOnError has two values: true (a boolean) here, "
                "false (a boolean) at .StopOnError @ .stopOnError"
            ),
        ),
        (
            {
                "errorStatus": "A",
                "properties": [{"key": "x"}, {"key": "ErrorStatus", "value": "B"}],
            },
            (
                'ErrorStatus has two values: "A" (a string) here, '
                '"B" (a string) at .properties[1].value @ .errorStatus'
            ),
        ),
        (
            {"connector": "sap", "Connector": "wms"},
            (
                'Connector has two values: "sap" (a string) here, '
                '"wms" (a string) at .Connector @ .connector'
            ),
        ),
        (
            {"properties": [{"key": "Host", "value": "a"}, {"key": "Host", "value": "b"}]},
            (
                "property 'Host' has two values: here, and at .properties[1].value "
                "@ .properties[0].value"
            ),
        ),
        (
            {"host": "a", "properties": [{"key": "host", "value": "b"}]},
            ("property 'host' has two values: here, and at .properties[0].value @ .host"),
        ),
        (
            {"connector": ["sap/us"], "connectorId": "eu"},
            ("ConnectorId has two values: 'eu' here, 'us' at .connector @ .connectorId"),
        ),
    ],
)
def test_two_different_values_are_reported_with_both_places(
    files: Files, fields: dict[str, Any], fault: str
) -> None:
    """
    Two values of one property are ambiguous, and the fault has the places of both.
    """
    assert [fault] == files.step_faults(**fields)


@pytest.mark.parametrize("value", ["True", "yes", "", 1, 0, [], "TRUE", " true"])
@pytest.mark.parametrize(
    "name", ["StopOnError", "RunAfterOrderIsSaved", "PerShipment", "AllowAnyStatus", "Active"]
)
def test_booleans_are_true_false_or_the_same_words(files: Files, name: str, value: Any) -> None:
    """
    No other value is read as a boolean, so that no order is exported by misunderstanding.
    """
    [fault] = files.step_faults(**{uncapitalize(name): value})

    assert fault.startswith(f'{name}: expected a boolean, or the string "true" or "false", got ')
    assert fault.endswith(f" @ .{uncapitalize(name)}")


@pytest.mark.parametrize("active", [False, "false"])
def test_a_step_may_be_inactive(files: Files, active: object) -> None:
    """
    An inactive step is read and validated.
    """
    assert files.step(active=active).active is False
    assert ["Connector is missing @ "] == files.step_faults(active=active, connector=None)


@pytest.mark.parametrize("key", ["tag", "Tga", "ta_g"])
def test_a_misspelt_required_property_is_reported(files: Files, key: str) -> None:
    """
    A property of another package is required under its exact name, and the fault has the misspelt
    one.
    """
    fault = f"Tag is missing; rename {key!r} @ "
    properties = [{"key": key, "value": "x"}]

    assert [fault] == files.step_faults(name="TagOrder", connector=None, **{key: "x"})
    assert [fault] == files.step_faults(name="TagOrder", connector=None, properties=properties)


@pytest.mark.parametrize("missing", [None, "", []])
def test_a_missing_required_property_is_reported(files: Files, missing: object) -> None:
    """
    The fault has the name that the documentation has.
    """
    assert ["Connector is missing @ "] == files.step_faults(connector=missing)


def test_a_step_of_a_package_may_require_any_property(files: Files) -> None:
    """
    A required property may be a field or among the properties, and connectors are used only by
    declaration.
    """
    kind: dict[str, Any] = {"name": "A", "orderStatuses": [{"name": "N", "workflowSteps": []}]}
    steps = kind["orderStatuses"][0]["workflowSteps"]
    steps += [{"name": "TagOrder", "Tag": "x"}]
    steps += [{"name": "TagOrder", "properties": [{"key": "Tag", "value": "x"}]}]
    read = files.read(kind).workflow.order_types[0].statuses[0].steps

    assert [Properties({"Tag": "x"})] * 2 == [step.properties for step in read]
    steps[:] = [{"name": "TagOrder", "connector": "sap"}]
    assert [
        "workflow.json: Tag is missing @ $.orderStatuses[0].workflowSteps[0]",
        "workflow.json: TagOrder uses no connector @ $.orderStatuses[0].workflowSteps[0].connector",
    ] == files.faults(kind)


@pytest.mark.parametrize(
    ("connector", "connector_id", "references"),
    [
        ("sap", None, [("sap", None)]),
        ("sap", "eu", [("sap", "eu")]),
        ("sap", "", [("sap", None)]),
        (["sap"], "eu", [("sap", "eu")]),
        (["sap/eu"], "eu", [("sap", "eu")]),
        (["sap/eu", "wms", "sap/us"], None, [("sap", "eu"), ("wms", None), ("sap", "us")]),
    ],
)
def test_connectors_are_named_alone_or_in_a_list(
    files: Files, connector: object, connector_id: object, references: list[tuple[str, str | None]]
) -> None:
    """
    Connectors are read in the file's order, each with the id of its instance if there is one.
    """
    step = files.step(connector=connector, connectorId=connector_id)

    assert references == [(connector.name, connector.id) for connector in step.connectors]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        (
            {"connector": "sap/eu"},
            (
                'Connector: expected a name, got "sap/eu" (a string); write name/id in a list, '
                "or the id in ConnectorId @ .connector"
            ),
        ),
        ({"connector": 7}, "Connector: expected a name or a list of names, got 7 (an integer)"),
        ({"connector": ["sap", ""]}, "Connector: expected a name, got an empty string at [1]"),
        (
            {"connector": ["a/b/c"]},
            'Connector: expected name or name/id, got "a/b/c" (a string) at',
        ),
        ({"connector": ["a/"]}, "Connector: expected a name, got an empty string at [0]"),
        ({"connector": [None]}, "Connector: expected a string, got null at [0]"),
        ({"connectorId": "a/b"}, 'ConnectorId: expected a name without "/", got "a/b"'),
        ({"connectorId": 7}, "ConnectorId: expected a string, got 7 (an integer) @ .connectorId"),
        (
            {"connector": ["sap", "wms"], "connectorId": "eu"},
            "ConnectorId applies to one connector only; with several, write name/id in Connector",
        ),
        ({"errorStatus": True}, "ErrorStatus: expected a string, got true (a boolean)"),
        (
            {"translateKey": 1},
            "TranslateKey: expected a string, got 1 (an integer) @ .translateKey",
        ),
        ({"conector": "sap"}, "'conector' is unknown; did you mean Connector? @ .conector"),
        ({"stopOnErorr": True}, "'stopOnErorr' is unknown; did you mean StopOnError?"),
        ({"isInvisble": True}, "'isInvisble' is unknown; did you mean IsInvisible? @ .isInvisble"),
        (
            {"enabledForMarket": []},
            "'enabledForMarket' is unknown; did you mean EnabledForMarkets?",
        ),
        (
            {"properties": [{"key": "stopOnErr", "value": "true"}]},
            "property 'stopOnErr' is unknown; did you mean StopOnError? @ .properties[0].value",
        ),
        (
            {"groupId": "G1"},
            "GroupId is not supported; list the steps of the group here @ .groupId",
        ),
        (
            {"enabledForStoreGroups": ["G"]},
            (
                "EnabledForStoreGroups is not supported, and ignoring it would send other "
                "orders; list the stores in EnabledForStores "
                "or DisabledForStores @ .enabledForStoreGroups"
            ),
        ),
        ({"disabledForStoreGroups": ["G"]}, "DisabledForStoreGroups is not supported"),
        ({"enabledForMarkets": "NOR"}, 'EnabledForMarkets: expected a list, got "NOR" (a string)'),
        ({"disabledForTags": [1]}, "DisabledForTags: expected a list of names, got 1 (an integer)"),
        ({"workflowStepConditions": {}}, "WorkflowStepConditions: expected a list, got a table"),
        ({"workflowStepConditions": ["Error"]}, "WorkflowStepConditions: expected a table, got"),
        (
            {"workflowStepConditions": [{}]},
            "Type is missing @ .workflowStepCondition",
        ),
        (
            {"workflowStepConditions": [{"type": "Sucess"}]},
            (
                'Type: "Sucess" (a string) is unknown; did you mean Success? '
                "@ .workflowStepConditions[0].type"
            ),
        ),
        (
            {"workflowStepConditions": [{"type": "Maybe"}]},
            'Type: "Maybe" (a string) is unknown; use one of Error, Success, Warning',
        ),
    ],
)
def test_a_fault_is_reported_with_its_place(
    files: Files, fields: dict[str, Any], fault: str
) -> None:
    """
    What is not supported is reported, and not ignored.
    """
    [message] = files.step_faults(**fields)

    assert fault in message


def test_a_connector_id_requires_a_connector(files: Files) -> None:
    """
    An id without a connector is reported in addition to the missing connector.
    """
    assert [
        "ConnectorId requires Connector @ .connectorId",
        "Connector is missing @ ",
    ] == (files.step_faults(connector=None, connectorId="eu"))


def test_fields_of_the_host_are_accepted_and_unused(files: Files) -> None:
    """
    Fields of the host, in both spellings, and empty fields that are not supported are ignored.
    """
    unused: dict[str, Any] = dict.fromkeys(UNUSED_STEP_NAMES, 1)
    unused |= {uncapitalize(name): None for name in UNUSED_STEP_NAMES}
    step = files.step(
        **unused,
        groupId="",
        properties=[{"key": "ErrorStatus", "value": None}, {"key": "stopOnError"}],
        enabledForStoreGroups=[],
        disabledForStoreGroups=None,
        translateKey="WorkflowStep_ExportOrder",
    )

    assert Properties() == step.properties
    assert "WorkflowStep_ExportOrder" == step.translate_key
