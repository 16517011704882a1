"""
Lists of lanes, and whether there is anything left to deliver.
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
    Two lanes, neither of them paused.
    """
    with store.transaction() as batch:
        batch.lanes.ensure([("sap/main", "sap", "main"), ("wms/east", "wms", "east")])
    return store


def pause(store: Store, **given: Any) -> None:
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
        **given,
    )
    with store.lane_transaction() as batch:
        batch.lanes.write_pause(row)


def test_a_lane_is_shown_with_its_exports(lanes: Store, make_export: MakeExport) -> None:
    """
    How many in each state, since when the oldest waits, and how many wait too long.
    """
    lanes.clock = lambda: NOW + timedelta(minutes=10)
    waiting = [make_export(order_id=f"W{n}", changed=NOW + timedelta(minutes=n)) for n in (7, 3, 5)]
    done = make_export(order_id="W0", state=ExportState.ACCEPTED)
    lanes.add([done, *waiting])
    pause(lanes, cause="person", reason="the warehouse counts its stock")

    sap, wms = list_lanes(lanes, age_limits={ExportState.QUEUED: 300})

    assert ("sap/main", True, "person") == (sap.row.name, sap.row.paused, sap.row.cause)
    assert {ExportState.ACCEPTED: 1, ExportState.QUEUED: 3} == sap.counts
    assert (NOW + timedelta(minutes=3), 1) == (sap.oldest, sap.overdue)
    assert ("wms/east", {}, None, 0) == (wms.row.name, wms.counts, wms.oldest, wms.overdue)


@pytest.mark.parametrize("state", ExportState)
def test_there_is_work_where_something_is_to_be_sent(
    lanes: Store, make_export: MakeExport, state: ExportState
) -> None:
    """
    What is finished, or of unknown outcome, is none.
    """
    lanes.add([make_export(state=state)])

    busy = {ExportState.QUEUED, ExportState.SENDING, ExportState.RETRYING}
    assert (state in busy) is has_work(lanes, LANES)


def test_what_is_held_back_is_no_work(lanes: Store, make_export: MakeExport) -> None:
    """
    An export behind an unknown one waits for a person, but nobody is held back from being told.
    """
    held = make_export(version="2")
    lanes.add([make_export(state=ExportState.UNKNOWN), held])

    assert not has_work(lanes, LANES)

    lanes.add([make_export(version="2", operation=Operation.ORDER_SAVED)])
    assert has_work(lanes, LANES)


@pytest.mark.parametrize("state", [ExportState.QUEUED, ExportState.SENDING])
def test_a_paused_lane_has_no_work(
    lanes: Store, make_export: MakeExport, state: ExportState
) -> None:
    """
    Whatever stands in it.
    """
    lanes.add([make_export(state=state)])
    pause(lanes, cause="breaker", reason=None)

    assert not has_work(lanes, LANES)


def test_a_lane_without_its_connector_has_no_work(lanes: Store, make_export: MakeExport) -> None:
    """
    It says that it waits, or is not among those that can be run at all.
    """
    lanes.add([make_export()])

    assert not has_work(lanes, ["wms/east"])
    with lanes.lane_transaction() as batch:
        batch.lanes.set_reason("sap/main", "waits for its connector")
    assert not has_work(lanes, LANES)


def test_a_run_that_a_failure_wants_is_work(lanes: Store) -> None:
    """
    Until it has ended, also while this process runs it; what others run is theirs.
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
        batch.runs.begin(evolve(row, run="r0", owner="somebody"))
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
