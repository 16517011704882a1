"""
Orders at a status whose workflow exports them, without an export.
"""

from __future__ import annotations

from typing import Any

import pytest

from orderferry import ExportState, Order
from orderferry.exports import Act
from orderferry.orders import OrderForm, Shipment
from orderferry.runtime import Ferry
from orderferry.storage import ExportFilter, TransitionRow, list_exports

from ..conftest import Install, MakeFerry, export_to, order

ACT = Act(user="ann", reason="after the restore")
ACME = [{"name": "acme"}, {"name": "wms"}]


def save(ferry: Ferry, saved: Order) -> None:
    """
    Save an order at its status, without a run.
    """
    with ferry.acts.parts.store.transaction() as batch:
        batch.orders.save(saved, revision=0, came_in="-", now=batch.now())


def missing(ferry: Ferry) -> list[str]:
    """
    What is missing: order, instance and shipment.
    """
    return [f"{each.order_id} {each.export.key.reference}" for each in ferry.acts.reconcile(ACT)]


@pytest.fixture
def ferry(install: Install, make_ferry: MakeFerry) -> Ferry:
    """
    Both connectors at New, with settings that make an export differ.
    """
    install("acme")
    install("wms")
    return make_ferry(
        ACME,
        New=[
            export_to("acme", ErrorStatus="Held", properties=[{"key": "Plant", "value": "1010"}]),
            export_to("wms", PerShipment=True, RunAfterOrderIsSaved=True),
        ],
        Held=[],
    )


def test_what_was_never_run_is_missing(ferry: Ferry) -> None:
    """
    Each instance and shipment of it; an order at another status is not.
    """
    form = OrderForm(shipments=(Shipment(shipment_id="S1"), Shipment(shipment_id="S2")))
    save(ferry, order(status="New", order_form=form))
    save(ferry, order("W2", status="Held"))

    assert ["W1 acme/default", "W1 wms/default/S1", "W1 wms/default/S2"] == missing(ferry)
    assert () == list_exports(ferry.acts.parts.store, ExportFilter())


def test_what_was_run_is_not_missing(ferry: Ferry) -> None:
    """
    Whatever became of it.
    """
    ferry.transition(order(order_form=OrderForm(shipments=(Shipment(shipment_id="S1"),))), "New")

    assert [] == missing(ferry)


def test_what_is_missing_is_made_as_the_step_would(ferry: Ferry) -> None:
    """
    It is delivered by its lane, the history names who had it made, and nothing is missing then.
    """
    save(ferry, order(status="New"))

    (made,) = ferry.acts.reconcile(ACT, enqueue=True)
    (export,) = ferry.wait([made.export])

    assert (True, ExportState.ACCEPTED, {"Plant": "1010"}, "Held") == (
        made.enqueued,
        export.state,
        dict(export.properties),
        export.origin.error_status,
    )
    assert [] == missing(ferry)
    stored = ferry.acts.parts.store.read("W1")
    assert stored is not None
    assert ("ann", None, "queued") == (
        stored.order.history[0].user,
        stored.order.history[0].previous_state,
        stored.order.history[0].state,
    )


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, ["W1 acme/default"]),
        ({"active": False}, []),
        ({"workflowStepConditions": [{"type": "Error"}]}, []),
        ({"enabledForMarkets": ["SWE"]}, []),
        ({"disabledForMarkets": ["SWE"]}, ["W1 acme/default"]),
    ],
)
def test_a_step_that_need_not_run_makes_nothing_missing(
    install: Install, make_ferry: MakeFerry, given: dict[str, Any], found: list[str]
) -> None:
    """
    Not active, depending on other steps, or not for this order.
    """
    install("acme")
    ferry = make_ferry([{"name": "acme"}], New=[export_to("acme") | given])
    save(ferry, order(status="New"))

    assert found == missing(ferry)


@pytest.mark.parametrize(("stops", "found"), [(True, []), (False, ["W1 wms/default"])])
def test_what_a_cancelled_workflow_did_not_reach_is_not_missing(
    install: Install, make_ferry: MakeFerry, stops: bool, found: list[str]
) -> None:
    """
    It runs when the transition is repeated.
    """
    install("acme")
    install("wms")
    acme = {"name": "acme", "settings": {"answers": ["reject"]}}
    first = make_ferry([acme], New=[export_to("acme", StopOnError=stops)])
    first.transition(order(), "New")

    ferry = make_ferry(
        [{"name": "acme"}, {"name": "wms"}],
        New=[export_to("acme", StopOnError=stops), export_to("wms")],
    )

    assert found == missing(ferry)


def test_an_interrupted_run_is_told_from_one_that_is_under_way(ferry: Ferry) -> None:
    """
    Only what no living process works at is missing.
    """
    parts = ferry.acts.parts
    save(ferry, order(status="New"))

    def begin(run: str, owner: str) -> None:
        row = TransitionRow(
            run=run,
            order_id="W1",
            status="New",
            shipment_id=None,
            version="1",
            user=None,
            owner=owner,
            visited=frozenset({"New"}),
        )
        with parts.store.transaction() as batch:
            batch.runs.begin(row)

    begin("r1", "a dead process")
    (found,) = ferry.acts.reconcile(ACT)
    assert "a run of the status's workflow was interrupted" == found.why

    begin("r2", parts.owner)
    with parts.presence.running("r2"):
        assert [] == missing(ferry)
