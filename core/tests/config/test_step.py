"""
One step of the workflow: its own properties and the connectors that it names.
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


def small(name: str) -> str:
    """
    A name without its capital.
    """
    return name[:1].lower() + name[1:]


def test_a_step_has_defaults(files: Files) -> None:
    """
    Active, stopping nothing, inside the transition.
    """
    assert (
        StepConfig(
            name="ExportOrder",
            path="$.orderStatuses[0].workflowSteps[0]",
            connectors=(ConnectorReference("sap"),),
        )
        == files.step()
    )


def test_own_properties_stand_as_fields_or_among_the_properties(files: Files) -> None:
    """
    With a capital or not, and never reach the connector.
    """
    for spelt in (str, small):
        fields = {spelt(name): value for name, value in OWN.items()}
        listed = [{"key": spelt(name), "value": value} for name, value in OWN.items()]

        assert SAME == files.step(**fields)
        assert SAME == files.step(connector=None, properties=listed)
    assert set(OWN) == set(OWN_PROPERTIES)


def test_what_is_given_twice_and_alike_is_taken(files: Files) -> None:
    """
    As fields in both spellings, and among the properties; text and boolean are alike.
    """
    listed = [{"Key": small(name), "Value": value} for name, value in OWN.items()]
    small_fields = {small(name): value for name, value in OWN.items()}
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
def test_what_is_given_twice_and_differently_is_told_with_both_places(
    files: Files, fields: dict[str, Any], fault: str
) -> None:
    """
    Nobody can say which is meant.
    """
    assert [fault] == files.step_faults(**fields)


@pytest.mark.parametrize("value", ["True", "yes", "", 1, 0, [], "TRUE", " true"])
@pytest.mark.parametrize(
    "name", ["StopOnError", "RunAfterOrderIsSaved", "PerShipment", "AllowAnyStatus", "Active"]
)
def test_booleans_are_true_false_or_those_words(files: Files, name: str, value: Any) -> None:
    """
    Nothing else, so that no order goes out under a misunderstanding.
    """
    [fault] = files.step_faults(**{small(name): value})

    assert fault.startswith(f'{name}: expected a boolean, or the string "true" or "false", got ')
    assert fault.endswith(f" @ .{small(name)}")


@pytest.mark.parametrize("active", [False, "false"])
def test_a_step_may_be_inactive(files: Files, active: object) -> None:
    """
    It is kept, and validated all the same.
    """
    assert files.step(active=active).active is False
    assert ["Connector is missing @ "] == files.step_faults(active=active, connector=None)


@pytest.mark.parametrize("given", ["tag", "Tga", "ta_g"])
def test_a_required_property_that_is_misspelt_is_named(files: Files, given: str) -> None:
    """
    Its step is of another package, so its name must be met to the letter.
    """
    told = f"Tag is missing; rename {given!r} @ "
    properties = [{"key": given, "value": "x"}]

    assert [told] == files.step_faults(name="TagOrder", connector=None, **{given: "x"})
    assert [told] == files.step_faults(name="TagOrder", connector=None, properties=properties)


@pytest.mark.parametrize("missing", [None, "", []])
def test_a_missing_required_property_is_told(files: Files, missing: object) -> None:
    """
    Under the name that the documentation has for it.
    """
    assert ["Connector is missing @ "] == files.step_faults(connector=missing)


def test_a_step_of_a_package_may_require_any_property(files: Files) -> None:
    """
    As a field or among the properties; and uses no connector unless it says so.
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
    In the file's order, each with its instance where one is asked for.
    """
    step = files.step(connector=connector, connectorId=connector_id)

    assert references == [(each.name, each.id) for each in step.connectors]


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
def test_what_does_not_hold_is_told_with_its_place(
    files: Files, fields: dict[str, Any], fault: str
) -> None:
    """
    What cannot be honoured is refused rather than left out.
    """
    [told] = files.step_faults(**fields)

    assert fault in told


def test_a_connector_id_needs_a_connector(files: Files) -> None:
    """
    Beside the fault that the connector is missing.
    """
    assert [
        "ConnectorId requires Connector @ .connectorId",
        "Connector is missing @ ",
    ] == (files.step_faults(connector=None, connectorId="eu"))


def test_fields_of_the_host_are_accepted_and_unused(files: Files) -> None:
    """
    With a capital or not; and so is what is empty of what is not supported.
    """
    unused: dict[str, Any] = dict.fromkeys(UNUSED_STEP_NAMES, 1)
    unused |= {small(name): None for name in UNUSED_STEP_NAMES}
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
