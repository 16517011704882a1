"""
Tests of the orders of a step, and of the statuses at which it applies.
"""

import pytest

from orderferry.steps import Condition, Filter, Scope

from .conftest import Files


def test_a_step_has_scopes_and_conditions(files: Files) -> None:
    """
    Each list is read under its name, and the conditions in the file's order.
    """
    step = files.step(
        enabledForMarkets=["NOR"],
        DisabledForMarkets=["SWE"],
        enabledForStores=["1"],
        enabledForWarehouses=["W"],
        disabledForShipmentOptions=["Express"],
        disabledForTags=["test", "demo"],
        WorkflowStepConditions=[{"Type": "Warning"}, {"type": "Error"}],
    )

    assert (
        Scope(
            markets=Filter(frozenset({"NOR"}), frozenset({"SWE"})),
            stores=Filter(frozenset({"1"})),
            warehouses=Filter(frozenset({"W"})),
            shipment_options=Filter(disabled=frozenset({"Express"})),
            tags=Filter(disabled=frozenset({"test", "demo"})),
        )
        == step.scope
    )
    assert (Condition.WARNING, Condition.ERROR) == step.conditions


def test_a_step_is_invalid_at_a_status_where_it_does_not_apply(files: Files) -> None:
    """
    A step is invalid at other statuses, unless it is allowed at any.
    """
    assert [
        (
            "ExportOrder does not apply at status PickedUp, only at Completed, New, "
            "ReadyForPickup, Ship; set AllowAnyStatus to allow it @ "
        )
    ] == files.step_faults("PickedUp")
    assert [] == [
        fault for fault in files.step_faults("PickedUp", allowAnyStatus=True, errorStatus=1)
        if "PickedUp" in fault
    ]  # fmt: skip


@pytest.mark.parametrize("status", ["New", "Completed", "ReadyForPickup", "Ship"])
def test_an_order_is_exported_at_four_statuses(files: Files, status: str) -> None:
    """
    ExportOrder applies at the four statuses of its documentation.
    """
    kind = {"name": "A", "orderStatuses": [{"name": status, "workflowSteps": [
        {"name": "ExportOrder", "connector": "sap"}]}]}  # fmt: skip

    assert status == files.read(kind).workflow.order_types[0].statuses[0].name
