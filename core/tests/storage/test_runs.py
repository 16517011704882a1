"""
Runs of workflows, and exports that they await: who has them.
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
WANTED = evolve(RUN, run="r2", owner=None, shipment_id="S1", user=None, visited=frozenset())


def begin(store: Store, *runs: RunRow) -> None:
    """
    Write that runs begin.
    """
    with store.transaction() as batch:
        for each in runs:
            batch.runs.begin(each)


def test_a_run_is_known_until_it_ends(store: Store) -> None:
    """
    As it was written, of one order or of all.
    """
    other = evolve(RUN, run="r3", order_id="W2")
    begin(store, RUN, WANTED, other)
    with store.reading() as batch:
        assert {RUN, WANTED} == set(batch.runs.in_progress("W1"))
        assert {RUN, WANTED, other} == set(batch.runs.in_progress())
    with store.transaction() as batch:
        batch.runs.end("r1", "Success")
    with store.reading() as batch:
        assert {WANTED, other} == set(batch.runs.in_progress())


def test_a_run_is_taken_over_once(database: Database) -> None:
    """
    Eight processes want the run of a dead one, and one that nobody has.
    """
    store = Store(database.engine)
    begin(store, RUN, WANTED)
    barrier = Barrier(8)

    def take(number: int) -> tuple[bool, bool]:
        barrier.wait(60)
        with store.transaction() as batch:
            return batch.runs.take_over(RUN, f"n{number}"), batch.runs.take_over(
                WANTED, f"n{number}"
            )

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(take, range(8)))

    assert [1, 1] == [sum(each) for each in zip(*taken, strict=True)]
    with store.reading() as batch:
        owners = {each.run: each.owner for each in batch.runs.in_progress()}
    for column, run in enumerate(("r1", "r2")):
        (winner,) = (n for n, each in enumerate(taken) if each[column])
        assert f"n{winner}" == owners[run]


def test_a_run_that_has_ended_is_not_taken_over(store: Store) -> None:
    """
    Its owner was faster.
    """
    begin(store, RUN)
    with store.transaction() as batch:
        batch.runs.end("r1", "Warning")
        assert not batch.runs.take_over(RUN, "p2")


def test_awaited_exports_have_an_owner_until_they_are_finished(
    database: Database, make_export: MakeExport
) -> None:
    """
    So that those of a dead process can be found.
    """
    mine, theirs = (Store(database.engine, owner=name) for name in ("p1", "p2"))
    awaited = make_export()
    deferred = make_export(connector="wms", origin=Origin(step="ExportOrder", deferred=True))
    mine.add([awaited, deferred])
    theirs.add([make_export(order_id="W2", connector="pim")])

    with mine.reading() as batch:
        assert ["p1", "p2"] == sorted(batch.ledger.owners())
        assert (awaited,) == batch.ledger.owned_by("p1")
        assert () == batch.ledger.owned_by("p3")
        assert ("wms/main",) == batch.ledger.pending_lanes()
    mine.change(evolve(awaited, state=ExportState.ACCEPTED, changed=NOW), was=awaited)
    with mine.reading() as batch:
        assert ("p2",) == batch.ledger.owners()
        assert () == batch.ledger.owned_by("p1")
