"""
Tests of the workflow file: order types and statuses.
"""

import pytest

from orderferry.config._workflow import UNUSED_ORDER_TYPE_NAMES, UNUSED_STATUS_NAMES
from orderferry.errors import LoadError
from orderferry.steps import Step
from orderferry.workflow import OrderType, Status

from .conftest import STEPS, Files

STEP = {"name": "ExportOrder", "connector": "sap"}


def faults_of(files: Files, workflow: object, toml: str = "") -> list[str]:
    """
    The faults of a workflow, without the name of its file.
    """
    return [fault.removeprefix("workflow.json: ") for fault in files.faults(workflow, toml)]


def test_a_file_has_one_order_type_or_a_list(files: Files) -> None:
    """
    The paths of steps begin at the order type or at its place in the list.
    """
    kind = {"name": "Online", "orderStatuses": [{"name": "New", "workflowSteps": [STEP]}]}
    [order_type] = files.read(kind).workflow.order_types
    listed, pos = files.read([kind, {"name": "Pos"}]).workflow.order_types

    assert "$.orderStatuses[0].workflowSteps[0]" == order_type.statuses[0].steps[0].path
    assert "$[0].orderStatuses[0].workflowSteps[0]" == listed.statuses[0].steps[0].path
    assert OrderType(name="Pos") == pos


def test_names_may_begin_with_a_capital(files: Files) -> None:
    """
    Names of order types and statuses may begin with a capital, and paths have the file's spelling.
    """
    [kind] = files.read(
        {
            "Name": "Online",
            "DefaultOrderType": "true",
            "OrderStatuses": [
                {"Name": "New", "WorkflowSteps": [STEP]},
                {"Name": "Gone", "IsCanceledStatus": True},
            ],
        }
    ).workflow.order_types

    assert "Online" == kind.name
    assert kind.is_default
    assert "$.OrderStatuses[0].WorkflowSteps[0]" == kind.statuses[0].steps[0].path
    assert Status(name="Gone", is_canceled_status=True) == kind.statuses[1]


def test_fields_of_the_host_are_accepted_and_unused(files: Files) -> None:
    """
    Fields of Omnium's model, and any other that is not near a known name, are ignored.
    """
    statuses = [{"name": "New", "color": "#fff", **dict.fromkeys(UNUSED_STATUS_NAMES, 1)}]
    kind = {"name": "Online", "orderStatuses": statuses, "roles": [{"name": "Admin"}]}
    [read] = files.read(
        kind | {key: [1] for key in UNUSED_ORDER_TYPE_NAMES} | {"disableWorkflow": False}
    ).workflow.order_types

    assert OrderType(name="Online", statuses=(Status(name="New"),)) == read


def test_null_counts_as_missing(files: Files) -> None:
    """
    Hosts write null for missing values.
    """
    nothing = dict.fromkeys(("workflowSteps", "condition", "isCanceledStatus", "properties"))
    kind = {"name": "Online", "defaultOrderType": None, "orderStatuses": [{"name": "N", **nothing}]}
    [read] = files.read(kind).workflow.order_types

    assert OrderType(name="Online", statuses=(Status(name="N"),)) == read


@pytest.mark.parametrize(
    ("workflow", "fault"),
    [
        (b"", "empty: expected a JSON document"),
        (
            b"[\n{,",
            "not JSON: Expecting property name enclosed in double quotes: line 2, col",
        ),
        (b'{"name": "\xff"}', "not UTF-8: line 1, column 11"),
        (b'{"name": "A", "name": "B"}', "appears twice in its object @ $.name"),
        (b'{"name": "A", "x": ' + b"[" * 200 + b"]" * 200 + b"}", "more than 100 levels deep"),
        (b"[" * 100_000, "nested too deeply"),
        ([], "expected at least one order type, got an empty list @ $"),
        (7, "expected an order type or a list of order types, got 7 (an integer) @ $"),
        ([7], "order type: expected a table, got 7 (an integer) @ $[0]"),
        ({}, "Name is missing @ $"),
        ({"name": ""}, "Name is missing @ $"),
        ({"name": 7}, "Name: expected a string, got 7 (an integer) @ $.name"),
        (
            {"Name": "A", "name": "B"},
            'Name has two values: "A" (a string) here, "B"',
        ),
        ({"name": "A", "orderStatuses": {}}, "OrderStatuses: expected a list, got a table"),
        ({"name": "A", "orderStatus": []}, "'orderStatus' is unknown; did you mean OrderStatuses?"),
        (
            {"name": "A", "statuses": [{"name": "New", "workflowSteps": []}]},
            "'statuses' is unknown; did you mean OrderStatuses? @ $.statuses",
        ),
        (
            {"name": "A", "disableWorkflow": True},
            "DisableWorkflow is not supported, and ignoring it would run the workflow @ $.disab",
        ),
        (
            {"name": "A", "orderStatuses": [7]},
            "OrderStatuses: expected a table, got 7 (an integer)",
        ),
        (
            {"name": "A", "orderStatuses": [{}]},
            "Name is missing @ $.orderStatuses[0]",
        ),
        (
            {"name": "A", "orderStatuses": [{"name": "N", "steps": [STEP]}]},
            "'steps' is unknown; did you mean WorkflowSteps? @ $.orderStatuses[0].steps",
        ),
        (
            {"name": "A", "orderStatuses": [{"name": "N", "isCancelledStatus": True}]},
            "'isCancelledStatus' is unknown; did you mean IsCanceledStatus? @ $.order",
        ),
        (
            {"name": "A", "orderStatuses": [{"name": "N", "isCanceledStatus": "yes"}]},
            "IsCanceledStatus: expected a boolean, or the string",
        ),
        (
            {"name": "A", "orderStatuses": [{"name": "N", "condition": {"type": "x"}}]},
            "Condition of a status is not supported, and ignoring it would run its steps for",
        ),
        (
            {"name": "A", "orderStatuses": [{"name": "N"}, {"name": "M"}, {"name": "N"}]},
            "status 'N' is defined twice: here, and at $.orderStatuses[0] @ $.orderStatuses[2]",
        ),
        (
            [{"name": "A"}, {"name": "A"}],
            "order type 'A' is defined twice: here, and at $[0] @ $[1]",
        ),
        (
            [{"name": "A", "defaultOrderType": True}, {"name": "B", "defaultOrderType": True}],
            "DefaultOrderType is true here and at $[0] @ $[1]",
        ),
        (
            {"name": "A", "orderStatuses": [{"name": "N", "workflowSteps": ["ExportOrder"]}]},
            'WorkflowSteps: expected a table, got "ExportOrder" (a string)',
        ),
        (
            {"name": "A", "orderStatuses": [{"name": "N", "workflowSteps": [{"active": True}]}]},
            "Name is missing @ $.orderStatuses[0].workflowSteps[0]",
        ),
        (
            {"name": "A", "orderStatuses": [{"name": "N", "workflowSteps": [{"name": 7}]}]},
            "expected a string, got 7 (an integer) @ $.orderStatuses[0].workflowSteps[0].name",
        ),
    ],
)
def test_a_fault_is_reported_with_its_place(files: Files, workflow: object, fault: str) -> None:
    """
    Names have capitals in messages, whatever the spelling of the file is.
    """
    [message] = faults_of(files, workflow)

    assert fault in message


def test_a_member_may_repeat_its_value(files: Files) -> None:
    """
    A member may appear several times with the same value, in both spellings.
    """
    text = b'{"name": "A", "Name": "A", "name": "A", "defaultOrderType": true, '
    [kind] = files.read(text + b'"DefaultOrderType": "true"}').workflow.order_types

    assert OrderType(name="A", is_default=True) == kind


def test_an_unknown_step_is_reported_with_the_nearest_name(files: Files) -> None:
    """
    The fault has the nearest name or all names, and where to list steps of the host.
    """
    steps = [{"name": "ExportOrders", "connector": "sap"}, {"name": "SendMail"}]
    kind = {"name": "A", "orderStatuses": [{"name": "New", "workflowSteps": steps}]}

    assert [
        (
            "step 'ExportOrders' is unknown; did you mean ExportOrder? (list steps that the host "
            "runs in foreign_steps) @ $.orderStatuses[0].workflowSteps[0]"
        ),
        (
            "step 'SendMail' is unknown; use one of ExportOrder, TagOrder "
            "(list steps that the host runs "
            "in foreign_steps) @ $.orderStatuses[0].workflowSteps[1]"
        ),
    ] == faults_of(files, kind)


def test_a_step_of_the_host_is_not_validated(files: Files) -> None:
    """
    Only the name of a foreign step is read and whether it is active, even if the step is installed.
    """
    steps = [
        {"name": "SendMail", "conector": 1, "properties": "x", "groupId": "G"},
        {"Name": "ExportOrder", "active": "false"},
    ]
    kind = {"name": "A", "orderStatuses": [{"name": "Any", "workflowSteps": steps}]}
    config = files.read(kind, '[runtime]\nforeign_steps = ["SendMail", "ExportOrder"]')

    assert [("SendMail", True), ("ExportOrder", False)] == [
        (step.name, step.active) for step in config.workflow.order_types[0].statuses[0].steps
    ]


def test_a_step_that_cannot_be_loaded_is_reported_with_its_place(files: Files) -> None:
    """
    Only a step of the workflow is loaded, and the error of loading it has its path.
    """

    class Installed(dict[str, Step]):
        def __getitem__(self, key: str) -> Step:
            if key == "TagOrder":
                raise LoadError("step TagOrder of acme 1.0 cannot be loaded", connector=key)
            return super().__getitem__(key)

    good = {"name": "A", "orderStatuses": [{"name": "New", "workflowSteps": [STEP]}]}
    bad = {"name": "A", "orderStatuses": [{"name": "N", "workflowSteps": [{"name": "TagOrder"}]}]}

    assert "A" == files.read(good, steps=Installed(STEPS)).workflow.order_types[0].name
    assert [
        (
            "workflow.json: step TagOrder of acme 1.0 cannot be loaded "
            "@ $.orderStatuses[0].workflowSteps[0]"
        )
    ] == files.faults(bad, steps=Installed(STEPS))
