"""
Which orders a step is for, and where it may stand.
"""

import pytest

from orderferry.steps import Condition, Filter, Scope

from .conftest import Files


def test_orders_and_outcomes_that_a_step_is_for(files: Files) -> None:
    """
    Each list by its own name; the conditions in the file's order.
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


def test_a_step_stands_only_where_it_applies(files: Files) -> None:
    """
    Unless it is allowed to stand anywhere.
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
def test_the_statuses_at_which_an_order_is_exported(files: Files, status: str) -> None:
    """
    The four of the documentation.
    """
    kind = {"name": "A", "orderStatuses": [{"name": status, "workflowSteps": [
        {"name": "ExportOrder", "connector": "sap"}]}]}  # fmt: skip

    assert status == files.read(kind).workflow.order_types[0].statuses[0].name
