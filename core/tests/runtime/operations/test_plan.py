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
    An instance of acme that answers so.
    """
    return {"name": "acme", "settings": {"answers": list(answers)}, **more}


def exports(ferry: Ferry) -> list[Export]:
    """
    All exports, in the order made.
    """
    return list(list_exports(ferry.acts.parts.store, ExportFilter()))


def again(ferry: Ferry, **given: Any) -> list[Export]:
    """
    Export W1 to acme again, and wait for it.
    """
    planned = ferry.acts.plan_exports("W1", "acme", None, ACT, **given)
    return list(ferry.wait([ferry.acts.carry_out(each, ACT) for each in planned]))


def shipped(*shipment_ids: str) -> Order:
    """
    Order W1 with shipments.
    """
    shipments = tuple(Shipment(shipment_id=each) for each in shipment_ids)
    return order(order_form=OrderForm(shipments=shipments))


def test_a_re_export_is_really_sent(install: Install, make_ferry: MakeFerry) -> None:
    """
    As a new row of the next generation under a key of its own, though the target takes no updates.
    """
    calls = install("acme")
    ferry = make_ferry([answering("accept")], New=[export_to("acme")])
    ferry.transition(order(), "New")

    (export,) = again(ferry)

    first, second = exports(ferry)
    assert (0, 1, export.key) == (first.key.generation, second.key.generation, second.key)
    assert (ExportState.ACCEPTED, "ann", ACT.reason) == (
        export.state,
        export.origin.user,
        export.origin.reason,
    )
    assert [first.key.id, second.key.id] == [call[5] for call in calls.exports]


def test_a_person_is_warned_where_the_target_may_have_it(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    And where what is exported again is not what is stored.
    """
    install("acme", updates=True)
    ferry = make_ferry([answering("accept")], New=[export_to("acme")], Held=[])
    ferry.transition(order(), "New")
    ferry.transition(order(version_id=2), "Held")

    (planned,) = ferry.acts.plan_exports("W1", "acme", None, ACT)

    taken, older = planned.warnings
    assert "acme/default has order W1 already (order R" in taken
    assert "stored at version 2; what is exported again is version 1" in older


def test_a_skipped_export_is_made_again_without_a_warning(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    The target has nothing of it.
    """
    install("acme")
    ferry = make_ferry([answering("accept")], New=[export_to("acme", RunAfterOrderIsSaved=True)])
    ferry.acts.pause(["acme/default"], ACT)
    ferry.transition(order(), "New")
    ferry.acts.cancel(exports(ferry)[0].key.id, ACT)

    (planned,) = ferry.acts.plan_exports("W1", "acme", None, ACT)
    ferry.acts.resume(["acme/default"])
    (export,) = ferry.wait([ferry.acts.carry_out(planned, ACT)])

    assert ((), ExportState.ACCEPTED) == (planned.warnings, export.state)


def test_what_nobody_knows_of_is_given_up_for_its_re_export(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    Else it would hold it back for ever.
    """
    install("acme")
    ferry = make_ferry([answering("unknown", "accept")], New=[export_to("acme")])
    ferry.transition(order(), "New")

    (export,) = again(ferry)

    first, _ = exports(ferry)
    assert (ExportState.SKIPPED, SkipCause.PERSON, True) == (
        first.state,
        first.skip,
        first.unsettled,
    )
    assert ExportState.ACCEPTED is export.state


def test_what_changed_since_is_not_carried_out(install: Install, make_ferry: MakeFerry) -> None:
    """
    The person was warned of something else.
    """
    install("acme")
    ferry = make_ferry([answering("unknown")], New=[export_to("acme")])
    ferry.transition(order(), "New")
    (planned,) = ferry.acts.plan_exports("W1", "acme", None, ACT)
    ferry.acts.take(exports(ferry)[0].key.id, {"order": "R1"}, ACT)

    with pytest.raises(ConflictError, match="has changed meanwhile"):
        ferry.acts.carry_out(planned, ACT)
    assert 1 == len(exports(ferry))


def test_each_shipment_is_exported_again(install: Install, make_ferry: MakeFerry) -> None:
    """
    Or the one that is asked for.
    """
    calls = install("acme")
    ferry = make_ferry([answering("accept")], New=[export_to("acme", PerShipment=True)])
    ferry.transition(shipped("S1", "S2"), "New")

    again(ferry)
    again(ferry, shipment_id="S2")

    sent = [call[2].shipment_id for call in calls.exports]
    assert (["S1", "S2"], ["S1", "S2"], ["S2"]) == (
        sorted(sent[:2]),
        sorted(sent[2:4]),
        sent[4:],
    )
    assert 2 == exports(ferry)[-1].key.generation


def test_which_instance_is_asked_where_there_are_several(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    The one that the order was exported to needs no naming.
    """
    install("acme")
    ferry = make_ferry(
        [answering("accept", id="north"), answering("accept", id="south")],
        New=[export_to(["acme/north", "acme/south"])],
        Ship=[export_to("acme", ConnectorId="north")],
    )
    ferry.transition(order(), "New")
    ferry.transition(order("W2"), "Ship")

    with pytest.raises(UsageError, match="to acme/north, acme/south: say which"):
        ferry.acts.plan_exports("W1", "acme", None, ACT)
    (south,) = ferry.acts.plan_exports("W1", "acme", "south", ACT)
    (only,) = ferry.acts.plan_exports("W2", "acme", None, ACT)
    assert ("south", "north") == (south.export.key.connector_id, only.export.key.connector_id)


def test_an_order_that_was_never_exported_there_is_exported_first(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    With the properties that the workflow has for the connector.
    """
    calls = install("acme")
    step = export_to("acme", properties=[{"key": "Plant", "value": "1010"}])
    ferry = make_ferry([answering("accept")], New=[step], Held=[])
    ferry.transition(order(), "Held")

    (export,) = again(ferry)

    assert (0, ExportState.ACCEPTED) == (export.key.generation, export.state)
    assert {"Plant": "1010"} == dict(calls.exports[0][3])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"order_id": "W9"}, "there is no order W9"),
        ({"shipment_id": "S9"}, "order W1 has no shipment 'S9'; it has none"),
    ],
)
def test_what_is_not_there_is_not_exported(
    install: Install, make_ferry: MakeFerry, given: dict[str, Any], told: str
) -> None:
    """
    The message says what is not there.
    """
    install("acme")
    ferry = make_ferry([answering("accept")], New=[export_to("acme")], Held=[])
    ferry.transition(order(), "Held")

    with pytest.raises(UsageError, match=told):
        ferry.acts.plan_exports(
            given.get("order_id", "W1"), "acme", None, ACT, shipment_id=given.get("shipment_id")
        )


def test_an_order_is_cancelled_at_its_target(install: Install, make_ferry: MakeFerry) -> None:
    """
    The connector is told what it accepted; a second time there is nothing left to cancel.
    """
    calls = install("acme", cancel=True)
    ferry = make_ferry([answering("accept")], New=[export_to("acme")])
    ferry.transition(order(), "New")

    planned = ferry.acts.plan_cancel("W1", "acme", None, ACT)
    (export,) = ferry.wait([ferry.acts.carry_out(planned, ACT)])

    assert (Operation.CANCEL_ORDER, ExportState.ACCEPTED, {"cancellation": "C1"}) == (
        export.key.operation,
        export.state,
        export.remote_ids,
    )
    ((_, cancelled, accepted),) = calls.cancelled
    assert ("W1", exports(ferry)[0].results) == (cancelled.id, accepted)
    with pytest.raises(UsageError, match="nothing to cancel there"):
        ferry.acts.plan_cancel("W1", "acme", None, ACT)


def test_a_cancellation_waits_for_what_is_not_known(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    A second one is refused meanwhile.
    """
    calls = install("acme", cancel=True)
    ferry = make_ferry([answering("unknown")], New=[export_to("acme")])
    ferry.transition(order(), "New")

    planned = ferry.acts.plan_cancel("W1", "acme", None, ACT)
    (held,) = ferry.wait([ferry.acts.carry_out(planned, ACT)])

    assert (ExportState.QUEUED, []) == (held.state, calls.cancelled)
    assert "which is unknown" in str(held.reason)
    with pytest.raises(UsageError, match="is being cancelled at acme/default already"):
        ferry.acts.plan_cancel("W1", "acme", None, ACT)


def test_nobody_is_asked_for_an_order_to_settle_its_cancellation(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    The target would find the order, whether it was cancelled or not.
    """
    install("acme", cancel=True, find=True)
    ferry = make_ferry(
        [{"name": "acme", "settings": {"found": "found", "cancels": "lose"}}],
        New=[export_to("acme")],
    )
    ferry.transition(order(), "New")

    planned = ferry.acts.plan_cancel("W1", "acme", None, ACT)
    (export,) = ferry.wait([ferry.acts.carry_out(planned, ACT)])

    assert (ExportState.UNKNOWN, None) == (export.state, export.due)


def test_what_cannot_cancel_says_so(install: Install, make_ferry: MakeFerry) -> None:
    """
    Naming the connector and its distribution.
    """
    install("acme")
    ferry = make_ferry([answering("accept")], New=[export_to("acme")])
    ferry.transition(order(), "New")

    with pytest.raises(UsageError, match=r"acme/default \(orderferry-acme 1.0\) cannot cancel"):
        ferry.acts.plan_cancel("W1", "acme", None, ACT)


def test_what_the_target_has_not_got_is_not_cancelled(
    install: Install, make_ferry: MakeFerry
) -> None:
    """
    Neither what it refused, nor what was never exported there.
    """
    install("acme", cancel=True)
    ferry = make_ferry([answering("reject")], New=[export_to("acme")], Held=[])
    ferry.transition(order(), "New")
    ferry.transition(order("W2"), "Held")

    with pytest.raises(UsageError, match="acme/default has nothing of order W1"):
        ferry.acts.plan_cancel("W1", "acme", None, ACT)
    with pytest.raises(UsageError, match="order W2 was never exported to acme"):
        ferry.acts.plan_cancel("W2", "acme", None, ACT)
