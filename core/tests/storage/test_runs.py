"""
Runs of workflows and awaited exports, and the processes that own them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from attrs import evolve

from core.tests.databases import Database
from orderferry.connectors import ExportState
from orderferry.exports import Origin
from orderferry.storage import RunRow, Store

from .conftest import NOW, MakeExport

RUN = RunRow(
    run="r1",
    order_id="W1",
    status="New",
    shipment_id=None,
    version="1",
    user="user",
    owner="p1",
    visited=frozenset({"New", "Held"}),
)
FOLLOW_UP = evolve(RUN, run="r2", owner=None, shipment_id="S1", user=None, visited=frozenset())


def begin(store: Store, *runs: RunRow) -> None:
    """
    Record that runs begin.
    """
    with store.transaction() as batch:
        for run in runs:
            batch.runs.begin(run)


def test_a_run_is_in_progress_until_it_ends(store: Store) -> None:
    """
    Runs in progress are read as they were written, for one order or for all orders.
    """
    other = evolve(RUN, run="r3", order_id="W2")
    begin(store, RUN, FOLLOW_UP, other)
    with store.reading() as batch:
        assert {RUN, FOLLOW_UP} == set(batch.runs.in_progress("W1"))
        assert {RUN, FOLLOW_UP, other} == set(batch.runs.in_progress())
    with store.transaction() as batch:
        batch.runs.end("r1", "Success")
    with store.reading() as batch:
        assert {FOLLOW_UP, other} == set(batch.runs.in_progress())


def test_a_run_is_taken_over_once(database: Database) -> None:
    """
    One of eight processes takes over the run of an ended process, and one a run without an owner.
    """
    store = Store(database.engine)
    begin(store, RUN, FOLLOW_UP)
    barrier = Barrier(8)

    def take_over(number: int) -> tuple[bool, bool]:
        barrier.wait(60)
        with store.transaction() as batch:
            owner = f"n{number}"
            return batch.runs.take_over(RUN, owner), batch.runs.take_over(FOLLOW_UP, owner)

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(take_over, range(8)))

    assert [1, 1] == [sum(successes) for successes in zip(*results, strict=True)]
    with store.reading() as batch:
        owners = {row.run: row.owner for row in batch.runs.in_progress()}
    for column, run in enumerate(("r1", "r2")):
        (winner,) = (number for number, result in enumerate(results) if result[column])
        assert f"n{winner}" == owners[run]


def test_a_run_that_has_ended_is_not_taken_over(store: Store) -> None:
    """
    A run that its owner has ended in the meantime cannot be taken over.
    """
    begin(store, RUN)
    with store.transaction() as batch:
        batch.runs.end("r1", "Warning")
        assert not batch.runs.take_over(RUN, "p2")


def test_awaited_exports_have_an_owner_until_they_are_finished(
    database: Database, make_export: MakeExport
) -> None:
    """
    Awaited exports are found by the process that owns them, as long as they are unfinished.
    """
    first, second = (Store(database.engine, owner=name) for name in ("p1", "p2"))
    awaited = make_export()
    deferred = make_export(connector="wms", origin=Origin(step="ExportOrder", deferred=True))
    first.add([awaited, deferred])
    second.add([make_export(order_id="W2", connector="pim")])

    with first.reading() as batch:
        assert ["p1", "p2"] == sorted(batch.ledger.owners())
        assert (awaited,) == batch.ledger.owned_by("p1")
        assert () == batch.ledger.owned_by("p3")
        assert ("wms/main",) == batch.ledger.pending_lanes()
    first.change(evolve(awaited, state=ExportState.ACCEPTED, changed=NOW), was=awaited)
    with first.reading() as batch:
        assert ("p2",) == batch.ledger.owners()
        assert () == batch.ledger.owned_by("p1")
