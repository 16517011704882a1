"""
`reconcile`: missing exports of orders at a status.
"""

from __future__ import annotations

from typing import Any

import pytest

from orderferry import ExportState, Order
from orderferry.exports import Act
from orderferry.orders import OrderForm, Shipment
from orderferry.runtime import Ferry
from orderferry.storage import ExportFilter, RunRow, list_exports

from ..conftest import Install, MakeFerry, export_to, order

ACT = Act(user="ann", reason="after the restore")
ACME = [{"name": "acme"}, {"name": "wms"}]


def save(ferry: Ferry, saved: Order) -> None:
    """
    Save an order at its status, without a run.
    """
    with ferry._parts.store.transaction() as batch:
        batch.orders.save(saved, revision=0, came_in="-", now=batch.now())


def missing(ferry: Ferry) -> list[str]:
    """
    Return the missing exports: order, instance and shipment.
    """
    findings = ferry.acts.reconcile(ACT)
    return [f"{finding.order_id} {finding.export.key.reference}" for finding in findings]


@pytest.fixture
def ferry(install: Install, make_ferry: MakeFerry) -> Ferry:
    """
    A ferry with both connectors at New, and settings that distinguish the exports.
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


def test_exports_of_an_order_without_a_run_are_missing(ferry: Ferry) -> None:
    """
    The exports of an order without a run are missing, per instance and shipment.
    """
    form = OrderForm(shipments=(Shipment(shipment_id="S1"), Shipment(shipment_id="S2")))
    save(ferry, order(status="New", order_form=form))
    save(ferry, order("W2", status="Held"))

    assert ["W1 acme/default", "W1 wms/default/S1", "W1 wms/default/S2"] == missing(ferry)
    assert () == list_exports(ferry._parts.store, ExportFilter())


def test_an_export_that_was_created_is_not_missing(ferry: Ferry) -> None:
    """
    An export that was created is not missing, whatever its state.
    """
    ferry.transition(order(order_form=OrderForm(shipments=(Shipment(shipment_id="S1"),))), "New")

    assert [] == missing(ferry)


def test_a_missing_export_is_created_as_its_step_would(ferry: Ferry) -> None:
    """
    A missing export is created as its step would, and sent by its lane.
    """
    save(ferry, order(status="New"))

    (finding,) = ferry.acts.reconcile(ACT, enqueue=True)
    (export,) = ferry.wait([finding.export])

    assert finding.enqueued
    assert ExportState.ACCEPTED is export.state
    assert {"Plant": "1010"} == dict(export.properties)
    assert "Held" == export.origin.error_status
    assert [] == missing(ferry)
    stored = ferry._parts.store.read("W1")
    assert stored is not None
    event = stored.order.history[0]
    assert "ann" == event.user
    assert event.previous_state is None
    assert "queued" == event.state


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["W1 acme/default"]),
        ({"active": False}, []),
        ({"workflowStepConditions": [{"type": "Error"}]}, []),
        ({"enabledForMarkets": ["SWE"]}, []),
        ({"disabledForMarkets": ["SWE"]}, ["W1 acme/default"]),
    ],
)
def test_a_step_that_need_not_run_has_no_missing_export(
    install: Install, make_ferry: MakeFerry, fields: dict[str, Any], expected: list[str]
) -> None:
    """
    An inactive, conditional or out-of-scope step makes no export missing.
    """
    install("acme")
    ferry = make_ferry([{"name": "acme"}], New=[export_to("acme") | fields])
    save(ferry, order(status="New"))

    assert expected == missing(ferry)


@pytest.mark.parametrize(("stops", "expected"), [(True, []), (False, ["W1 wms/default"])])
def test_an_export_that_a_cancelled_workflow_did_not_reach_is_not_missing(
    install: Install, make_ferry: MakeFerry, stops: bool, expected: list[str]
) -> None:
    """
    An export that a cancelled workflow did not reach is not missing.
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

    assert expected == missing(ferry)


def test_an_interrupted_run_is_distinguished_from_one_in_progress(ferry: Ferry) -> None:
    """
    The exports of an interrupted run are missing, those of a run in progress are not.
    """
    parts = ferry._parts
    save(ferry, order(status="New"))

    def begin(run: str, owner: str) -> None:
        row = RunRow(
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

    begin("r1", "a process that has ended")
    (finding,) = ferry.acts.reconcile(ACT)
    assert "a run of the status's workflow was interrupted" == finding.why

    begin("r2", parts.owner)
    with parts.presence.running("r2"):
        assert [] == missing(ferry)
