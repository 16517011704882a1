"""
Exporting again, and cancelling at the target.
"""

from __future__ import annotations

from typing import Any

import pytest

from orderferry import ExportState, Order
from orderferry.errors import ConflictError, UsageError
from orderferry.exports import Act, Export, Operation, SkipCause
from orderferry.orders import OrderForm, Shipment
from orderferry.runtime import Ferry
from orderferry.storage import ExportFilter, list_exports

from ..conftest import Install, MakeFerry, export_to, order

ACT = Act(user="ann", reason="the warehouse lost it")


def answering(*answers: str, **more: Any) -> dict[str, Any]:
    """
    Return an instance of acme with these answers.
    """
    return {"name": "acme", "settings": {"answers": list(answers)}, **more}


def exports(ferry: Ferry) -> list[Export]:
    """
    Return all exports, the oldest first.
    """
    return list(list_exports(ferry._parts.store, ExportFilter()))


def again(ferry: Ferry, **fields: Any) -> list[Export]:
    """
    Export W1 to acme again, and wait for it.
    """
    planned = ferry.acts.plan_exports("W1", "acme", None, ACT, **fields)
    return list(ferry.wait([ferry.acts.carry_out(plan, ACT) for plan in planned]))


def shipped(*shipment_ids: str) -> Order:
    """
    Return order W1 with shipments.
    """
    shipments = tuple(Shipment(shipment_id=shipment_id) for shipment_id in shipment_ids)
    return order(order_form=OrderForm(shipments=shipments))


def test_a_re_export_is_really_sent(install: Install, make_ferry: MakeFerry) -> None:
    """
    A re-export is a row of the next generation with its own key, and is sent.
    """
    calls = install("acme")
    ferry = make_ferry([answering("accept")], New=[export_to("acme")])
    ferry.transition(order(), "New")

    (export,) = again(ferry)

    first, second = exports(ferry)
    assert 0 == first.key.generation
    assert 1 == second.key.generation
    assert export.key == second.key
    assert ExportState.ACCEPTED is export.state
    assert "ann" == export.origin.user
    assert ACT.reason == export.origin.reason
    assert [first.key.id, second.key.id] == [call[5] for call in calls.exports]


def test_a_plan_warns_if_the_target_may_have_the_order(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    The plan warns if the target may have the order, and if an older version is sent.
    """
    install("acme", updates=True)
    ferry = make_ferry([answering("accept")], New=[export_to("acme")], Held=[])
    ferry.transition(order(), "New")
    ferry.transition(order(version_id=2), "Held")

    (planned,) = ferry.acts.plan_exports("W1", "acme", None, ACT)

    present, older = planned.warnings
    assert "acme/default has order W1 already (order R" in present
    assert "stored at version 2; version 1 is exported again" in older


def test_a_skipped_export_is_made_again_without_a_warning(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    The plan for a skipped export has no warning, as the target did not receive it.
    """
    install("acme")
    ferry = make_ferry([answering("accept")], New=[export_to("acme", RunAfterOrderIsSaved=True)])
    ferry.acts.pause(["acme/default"], ACT)
    ferry.transition(order(), "New")
    ferry.acts.cancel(exports(ferry)[0].key.id, ACT)

    (planned,) = ferry.acts.plan_exports("W1", "acme", None, ACT)
    ferry.acts.resume(["acme/default"])
    (export,) = ferry.wait([ferry.acts.carry_out(planned, ACT)])

    assert () == planned.warnings
    assert ExportState.ACCEPTED is export.state


def test_an_unknown_export_is_skipped_for_its_re_export(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    An export of unknown outcome is marked as skipped when it is exported again.
    """
    install("acme")
    ferry = make_ferry([answering("unknown", "accept")], New=[export_to("acme")])
    ferry.transition(order(), "New")

    (export,) = again(ferry)

    first, _ = exports(ferry)
    assert ExportState.SKIPPED is first.state
    assert SkipCause.OPERATOR is first.skip
    assert first.unsettled
    assert ExportState.ACCEPTED is export.state


def test_a_plan_is_not_carried_out_after_a_change(install: Install, make_ferry: MakeFerry) -> None:
    """
    A plan is not carried out if the export has changed since.
    """
    install("acme")
    ferry = make_ferry([answering("unknown")], New=[export_to("acme")])
    ferry.transition(order(), "New")
    (planned,) = ferry.acts.plan_exports("W1", "acme", None, ACT)
    ferry.acts.take(exports(ferry)[0].key.id, {"order": "R1"}, ACT)

    with pytest.raises(ConflictError, match="has changed in the meantime"):
        ferry.acts.carry_out(planned, ACT)
    assert 1 == len(exports(ferry))


def test_each_shipment_is_exported_again(install: Install, make_ferry: MakeFerry) -> None:
    """
    All shipments of the last status are exported again, or the one that is asked for.
    """
    calls = install("acme")
    ferry = make_ferry([answering("accept")], New=[export_to("acme", PerShipment=True)])
    ferry.transition(shipped("S1", "S2"), "New")

    again(ferry)
    again(ferry, shipment_id="S2")

    sent = [call[2].shipment_id for call in calls.exports]
    assert ["S1", "S2"] == sorted(sent[:2])
    assert ["S1", "S2"] == sorted(sent[2:4])
    assert ["S2"] == sent[4:]
    assert 2 == exports(ferry)[-1].key.generation


def test_one_of_several_instances_must_be_named(install: Install, make_ferry: MakeFerry) -> None:
    """
    The instance must be named if the order was exported to several instances.
    """
    install("acme")
    ferry = make_ferry(
        [answering("accept", id="north"), answering("accept", id="south")],
        New=[export_to(["acme/north", "acme/south"])],
        Ship=[export_to("acme", ConnectorId="north")],
    )
    ferry.transition(order(), "New")
    ferry.transition(order("W2"), "Ship")

    with pytest.raises(UsageError, match="to acme/north, acme/south: select one by --connector-id"):
        ferry.acts.plan_exports("W1", "acme", None, ACT)
    (south,) = ferry.acts.plan_exports("W1", "acme", "south", ACT)
    (only,) = ferry.acts.plan_exports("W2", "acme", None, ACT)
    assert "south" == south.export.key.connector_id
    assert "north" == only.export.key.connector_id


def test_an_order_that_was_never_exported_there_is_exported_first(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    A first export has the properties that the workflow sets for the connector.
    """
    calls = install("acme")
    step = export_to("acme", properties=[{"key": "Plant", "value": "1010"}])
    ferry = make_ferry([answering("accept")], New=[step], Held=[])
    ferry.transition(order(), "Held")

    (export,) = again(ferry)

    assert 0 == export.key.generation
    assert ExportState.ACCEPTED is export.state
    assert {"Plant": "1010"} == dict(calls.exports[0][3])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"order_id": "W9"}, "there is no order W9"),
        ({"shipment_id": "S9"}, "order W1 has no shipment 'S9'; it has none"),
    ],
)
def test_an_unknown_order_or_shipment_is_an_error(
    install: Install, make_ferry: MakeFerry, arguments: dict[str, Any], message: str
) -> None:
    """
    An unknown order or shipment is an error that names it.
    """
    install("acme")
    ferry = make_ferry([answering("accept")], New=[export_to("acme")], Held=[])
    ferry.transition(order(), "Held")

    with pytest.raises(UsageError, match=message):
        ferry.acts.plan_exports(
            arguments.get("order_id", "W1"),
            "acme",
            None,
            ACT,
            shipment_id=arguments.get("shipment_id"),
        )


def test_an_order_is_cancelled_at_its_target(install: Install, make_ferry: MakeFerry) -> None:
    """
    The connector gets what it accepted, and there is nothing to cancel a second time.
    """
    calls = install("acme", cancel=True)
    ferry = make_ferry([answering("accept")], New=[export_to("acme")])
    ferry.transition(order(), "New")

    planned = ferry.acts.plan_cancel("W1", "acme", None, ACT)
    (export,) = ferry.wait([ferry.acts.carry_out(planned, ACT)])

    assert Operation.CANCEL_ORDER is export.key.operation
    assert ExportState.ACCEPTED is export.state
    assert {"cancellation": "C1"} == export.remote_ids
    ((_, cancelled, accepted),) = calls.cancelled
    assert "W1" == cancelled.id
    assert exports(ferry)[0].results == accepted
    with pytest.raises(UsageError, match="nothing to cancel there"):
        ferry.acts.plan_cancel("W1", "acme", None, ACT)


def test_a_cancellation_waits_for_an_unknown_export(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    A cancellation waits for an unknown export, and a second one is an error.
    """
    calls = install("acme", cancel=True)
    ferry = make_ferry([answering("unknown")], New=[export_to("acme")])
    ferry.transition(order(), "New")

    planned = ferry.acts.plan_cancel("W1", "acme", None, ACT)
    (held,) = ferry.wait([ferry.acts.carry_out(planned, ACT)])

    assert ExportState.QUEUED is held.state
    assert [] == calls.cancelled
    assert "which is unknown" in str(held.reason)
    with pytest.raises(UsageError, match="is already being cancelled at acme/default"):
        ferry.acts.plan_cancel("W1", "acme", None, ACT)


def test_find_export_is_not_called_for_a_cancellation(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    `find_export` is not called for a cancellation, as the order says nothing about it.
    """
    install("acme", cancel=True, find=True)
    ferry = make_ferry(
        [{"name": "acme", "settings": {"found": "found", "cancels": "lose"}}],
        New=[export_to("acme")],
    )
    ferry.transition(order(), "New")

    planned = ferry.acts.plan_cancel("W1", "acme", None, ACT)
    (export,) = ferry.wait([ferry.acts.carry_out(planned, ACT)])

    assert ExportState.UNKNOWN is export.state
    assert export.due is None


def test_a_connector_that_cannot_cancel_is_named(install: Install, make_ferry: MakeFerry) -> None:
    """
    The error names the connector that cannot cancel, and its distribution.
    """
    install("acme")
    ferry = make_ferry([answering("accept")], New=[export_to("acme")])
    ferry.transition(order(), "New")

    with pytest.raises(UsageError, match=r"acme/default \(orderferry-acme 1.0\) cannot cancel"):
        ferry.acts.plan_cancel("W1", "acme", None, ACT)


def test_an_order_that_the_target_does_not_have_cannot_be_cancelled(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    A rejected order cannot be cancelled, nor one that was never exported there.
    """
    install("acme", cancel=True)
    ferry = make_ferry([answering("reject")], New=[export_to("acme")], Held=[])
    ferry.transition(order(), "New")
    ferry.transition(order("W2"), "Held")

    with pytest.raises(UsageError, match="acme/default has no export of order W1"):
        ferry.acts.plan_cancel("W1", "acme", None, ACT)
    with pytest.raises(UsageError, match="order W2 was never exported to acme"):
        ferry.acts.plan_cancel("W2", "acme", None, ACT)
