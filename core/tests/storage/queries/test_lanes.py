"""
Lists of lanes, and whether lanes have anything left to deliver.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from orderferry.connectors import ExportState
from orderferry.exports import Operation
from orderferry.storage import LaneRow, RunRow, Store, has_work, list_lanes

from ..conftest import NOW, MakeExport

LANES = ("sap/main", "wms/east")


@pytest.fixture
def lanes(store: Store) -> Store:
    """
    A store with two lanes, neither of them paused.
    """
    with store.transaction() as batch:
        batch.lanes.ensure([("sap/main", "sap", "main"), ("wms/east", "wms", "east")])
    return store


def pause(store: Store, **values: Any) -> None:
    """
    Pause the lane sap/main.
    """
    row = LaneRow(
        name="sap/main",
        connector="sap",
        connector_id="main",
        fence=0,
        owner=None,
        renewed=None,
        paused=True,
        until=None,
        failures=0,
        **values,
    )
    with store.lane_transaction() as batch:
        batch.lanes.write_pause(row)


def test_lanes_are_listed_with_their_exports(lanes: Store, make_export: MakeExport) -> None:
    """
    A listed lane has its exports' number in each state, the oldest one's age, and the overdue ones.
    """
    lanes.clock = lambda: NOW + timedelta(minutes=10)
    waiting = [make_export(order_id=f"W{n}", changed=NOW + timedelta(minutes=n)) for n in (7, 3, 5)]
    done = make_export(order_id="W0", state=ExportState.ACCEPTED)
    lanes.add([done, *waiting])
    pause(lanes, cause="person", reason="the warehouse counts its stock")

    sap, wms = list_lanes(lanes, age_limits={ExportState.QUEUED: 300})

    assert "sap/main" == sap.row.name
    assert sap.row.paused
    assert "person" == sap.row.cause
    assert {ExportState.ACCEPTED: 1, ExportState.QUEUED: 3} == sap.counts
    assert NOW + timedelta(minutes=3) == sap.oldest
    assert 1 == sap.overdue
    assert "wms/east" == wms.row.name
    assert {} == wms.counts
    assert wms.oldest is None
    assert 0 == wms.overdue


@pytest.mark.parametrize("state", ExportState)
def test_exports_that_are_to_be_sent_are_work(
    lanes: Store, make_export: MakeExport, state: ExportState
) -> None:
    """
    A lane has work if an export is queued, sending or retrying, but not if it is unknown or ended.
    """
    lanes.add([make_export(state=state)])

    busy = {ExportState.QUEUED, ExportState.SENDING, ExportState.RETRYING}
    assert (state in busy) is has_work(lanes, LANES)


def test_an_export_that_is_held_back_is_no_work(lanes: Store, make_export: MakeExport) -> None:
    """
    An export behind an unknown one is no work, except that `OrderSaved` is never held back.
    """
    held_back = make_export(version="2")
    lanes.add([make_export(state=ExportState.UNKNOWN), held_back])

    assert not has_work(lanes, LANES)

    lanes.add([make_export(version="2", operation=Operation.ORDER_SAVED)])
    assert has_work(lanes, LANES)


@pytest.mark.parametrize("state", [ExportState.QUEUED, ExportState.SENDING])
def test_a_paused_lane_has_no_work(
    lanes: Store, make_export: MakeExport, state: ExportState
) -> None:
    """
    The exports of a paused lane are no work, in any state.
    """
    lanes.add([make_export(state=state)])
    pause(lanes, cause="breaker", reason=None)

    assert not has_work(lanes, LANES)


def test_a_lane_without_its_connector_has_no_work(lanes: Store, make_export: MakeExport) -> None:
    """
    A lane that waits for its connector, or that the process cannot run, has no work.
    """
    lanes.add([make_export()])

    assert not has_work(lanes, ["wms/east"])
    with lanes.lane_transaction() as batch:
        batch.lanes.set_reason("sap/main", "waits for its connector")
    assert not has_work(lanes, LANES)


def test_a_follow_up_run_is_work_until_it_ends(lanes: Store) -> None:
    """
    A follow-up run is work before and while this process runs it, but not if another process does.
    """
    lanes.owner = "this process"
    row = RunRow(
        run="r1",
        order_id="W1",
        status="Held",
        shipment_id=None,
        version="1",
        user=None,
        owner=None,
        visited=frozenset({"New", "Held"}),
    )
    with lanes.transaction() as batch:
        batch.runs.begin(evolve(row, run="r0", owner="another process"))
    assert not has_work(lanes, LANES)

    with lanes.transaction() as batch:
        batch.runs.begin(row)
    assert has_work(lanes, LANES)

    with lanes.transaction() as batch:
        batch.runs.take_over(row, "this process")
    assert has_work(lanes, LANES)

    with lanes.transaction() as batch:
        batch.runs.end("r1", "Success")
    assert not has_work(lanes, LANES)
