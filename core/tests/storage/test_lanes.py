"""
Lanes: ownership with fence and lease, takeovers, and pauses.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest
from attrs import evolve
from sqlalchemy import text

from core.tests.databases import Database
from orderferry.connectors import ExportState
from orderferry.exports import Origin
from orderferry.storage import LaneRow, Store

from .conftest import NOW, MakeExport

LEASE = timedelta(seconds=5)
LANE = "sap/main"
FRESH = LaneRow(
    name=LANE,
    connector="sap",
    connector_id="main",
    fence=0,
    owner=None,
    renewed=None,
    paused=False,
    cause=None,
    reason=None,
    until=None,
    failures=0,
)


@pytest.fixture
def store(store: Store) -> Store:
    """
    A store with one lane.
    """
    with store.transaction() as batch:
        batch.lanes.ensure([(LANE, "sap", "main")])
    return store


def read_lane(store: Store) -> LaneRow:
    """
    Read the store's only lane.
    """
    with store.reading() as batch:
        (row,) = batch.lanes.rows()
    return row


def take(store: Store, owner: str, seconds: float = 0) -> tuple[int, float]:
    """
    Make a process the owner; return the fence, and the seconds until the former lease has ended.
    """
    now = NOW + timedelta(seconds=seconds)
    with store.lane_transaction() as batch:
        fence, free = batch.lanes.take_fence(LANE, owner=owner, now=now, lease=LEASE)
    return fence, (free - now).total_seconds()


def test_a_lane_is_made_once(store: Store) -> None:
    """
    A process that starts does not change the row of a lane that exists already.
    """
    assert FRESH == read_lane(store)
    take(store, "me")
    with store.transaction() as batch:
        batch.lanes.ensure([(LANE, "sap", "main"), ("wms/main", "wms", "main")])
        batch.lanes.ensure([])
    with store.reading() as batch:
        assert [(LANE, 1), ("wms/main", 0)] == [(row.name, row.fence) for row in batch.lanes.rows()]


def test_each_owner_has_a_greater_fence_and_waits_until_the_former_lease_ends(
    store: Store,
) -> None:
    """
    A new owner waits for the former owner's lease, unless that owner has released the lane.
    """
    assert (1, 0) == take(store, "first")
    assert (2, 3) == take(store, "second", seconds=2)
    with store.lane_transaction() as batch:
        batch.lanes.renew_lease(LANE, fence=2, owner="second", now=NOW + timedelta(seconds=60))
    assert (3, 5) == take(store, "third", seconds=60)
    assert (4, 0) == take(store, "fourth", seconds=90)
    with store.lane_transaction() as batch:
        batch.lanes.renew_lease(LANE, fence=4, owner=None, now=NOW + timedelta(seconds=91))
    assert (5, 0) == take(store, "fifth", seconds=91)
    assert "fifth" == read_lane(store).owner


def test_a_lease_ends_in_time_where_the_clock_was_set_back(store: Store) -> None:
    """
    A new owner waits for one lease at most, even if the former owner's time is in the future.
    """
    take(store, "first", seconds=3600)

    assert (2, 5) == take(store, "second")


def test_an_owner_that_has_lost_its_lane_writes_nothing(store: Store) -> None:
    """
    An owner that was frozen gets `None` when it renews the lease of a lane that has a new owner.
    """
    take(store, "frozen")
    take(store, "other", seconds=9)
    before, later = read_lane(store), NOW + timedelta(seconds=12)
    with store.lane_transaction() as batch:
        assert None is batch.lanes.renew_lease(LANE, fence=1, owner="frozen", now=later)
        assert None is batch.lanes.renew_lease("gone/main", fence=1, owner="frozen", now=later)
    assert before == read_lane(store)
    with store.lane_transaction() as batch:
        renewed = batch.lanes.renew_lease(LANE, fence=2, owner="other", now=later)
    assert evolve(before, renewed=later) == renewed == read_lane(store)


def test_a_lease_is_renewed_at_the_time_of_the_database(store: Store) -> None:
    """
    Renewing a lease writes and returns the database's time, without a query of its own.
    """
    take(store, "me")
    with store.lane_transaction() as batch:
        before = batch.now()
        renewed = batch.lanes.renew_lease(LANE, fence=1, owner="me")
        after = batch.now()

    assert renewed is not None
    assert renewed.renewed is not None
    assert before <= renewed.renewed <= after


def wait_until_blocked(database: Database, future: Future[object]) -> None:
    """
    Wait until a transaction waits for a lock, in PostgreSQL, which shows that.
    """
    if database.kind == "postgresql":
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watcher:
            for _ in range(100_000):
                if watcher.execute(waiting).scalar_one():
                    break
            else:
                pytest.fail("no transaction waits for a lock")
    assert not future.done()


@pytest.mark.parametrize("taker", ["owner", "operator"])
def test_a_takeover_waits_for_the_owners_transaction(
    database: Database, store: Store, make_export: MakeExport, taker: str
) -> None:
    """
    The next owner, or a manual action, sees what the owner's open transaction has written.
    """
    export = make_export(origin=Origin(step="ExportOrder", deferred=True))
    store.add([export])
    take(store, "first")

    def by_owner() -> object:
        with store.lane_transaction() as batch:
            batch.lanes.take_fence(LANE, owner="second", now=NOW, lease=LEASE)
            return [export.reason for export in batch.lanes.find_interrupted(LANE, fence=2)]

    def by_operator() -> object:
        with store.transaction() as batch:
            batch.lanes.lock_lane_of(export.key.id)
            return [export.reason for export in batch.ledger.of_order("W1")]

    take_over: Callable[[], object] = {"owner": by_owner, "operator": by_operator}[taker]
    with ThreadPoolExecutor(1) as thread:
        with store.lane_transaction() as batch:
            assert batch.lanes.renew_lease(LANE, fence=1, owner="first", now=NOW)
            takeover = thread.submit(take_over)
            wait_until_blocked(database, takeover)
            sending = export.to(ExportState.SENDING, NOW, attempts=1, reason="claimed")
            batch.lanes.write([sending], fence=1)
        assert ["claimed"] == takeover.result(timeout=60)


def test_exports_that_earlier_owners_left_sending_are_found(
    store: Store, make_export: MakeExport
) -> None:
    """
    Only exports of earlier owners of the lane count as interrupted, and no awaited exports.
    """
    deferred = Origin(step="ExportOrder", deferred=True)
    by_kind = {
        "interrupted": make_export(order_id="W1", origin=deferred),
        "own": make_export(order_id="W2", origin=deferred),
        "queued": make_export(order_id="W3", origin=deferred),
        "other lane": make_export(order_id="W4", origin=deferred, connector="wms"),
    }
    store.add(by_kind.values())
    process = Store(store.engine, owner="process")
    awaited = make_export(order_id="W5")
    process.add([awaited])
    process.change(awaited.to(ExportState.SENDING, NOW), was=awaited)
    with store.lane_transaction() as batch:
        for kind, fence in (("interrupted", 1), ("own", 2), ("queued", 1), ("other lane", 1)):
            state = ExportState.QUEUED if kind == "queued" else ExportState.SENDING
            batch.lanes.write([evolve(by_kind[kind], state=state)], fence=fence)

        interrupted = batch.lanes.find_interrupted(LANE, fence=2)
        assert ["W1"] == [export.key.order_id for export in interrupted]
        interrupted = batch.lanes.find_interrupted(LANE, fence=3)
        assert ["W1", "W2"] == [export.key.order_id for export in interrupted]


def test_the_reason_of_a_pause_stays_until_the_lane_is_resumed(store: Store) -> None:
    """
    A lane that is not paused can have a reason, but `set_reason` does not change that of a pause.
    """
    with store.lane_transaction() as batch:
        batch.lanes.set_reason(LANE, "waits for its connector")
    assert evolve(FRESH, reason="waits for its connector") == read_lane(store)

    paused = evolve(FRESH, paused=True, cause="authentication", reason="401", until=NOW, failures=3)
    with store.lane_transaction() as batch:
        batch.lanes.write_pause(paused)
        batch.lanes.set_reason(LANE, "something else")
    assert paused == read_lane(store)

    with store.lane_transaction() as batch:
        batch.lanes.write_pause(FRESH)
        batch.lanes.set_reason(LANE, None)
    assert FRESH == read_lane(store)


def test_an_operator_who_pauses_or_resumes_a_lane_resets_its_failures(store: Store) -> None:
    """
    The failures before a manual pause are not counted any more.
    """
    with store.lane_transaction() as batch:
        batch.lanes.write_pause(evolve(FRESH, failures=2))
    with store.transaction() as batch:
        batch.lanes.pause(LANE, cause="person", reason="stocktaking")
    assert evolve(FRESH, paused=True, cause="person", reason="stocktaking") == read_lane(store)
    with store.transaction() as batch:
        batch.lanes.pause(LANE, cause=None, reason=None)
    assert FRESH == read_lane(store)
