"""
Lanes as rows: the fence, the lease, the pause.
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


def row(store: Store) -> LaneRow:
    """
    The lane as it stands.
    """
    with store.reading() as batch:
        (found,) = batch.lanes.rows()
    return found


def take(store: Store, owner: str, seconds: float = 0) -> tuple[int, float]:
    """
    Become the owner; gives the fence, and in how many seconds the former lease has ended.
    """
    now = NOW + timedelta(seconds=seconds)
    with store.lane_transaction() as batch:
        fence, free = batch.lanes.take_fence(LANE, owner=owner, now=now, lease=LEASE)
    return fence, (free - now).total_seconds()


def test_a_lane_is_made_once(store: Store) -> None:
    """
    By every process that starts, and what it has become stays.
    """
    assert FRESH == row(store)
    take(store, "me")
    with store.transaction() as batch:
        batch.lanes.ensure([(LANE, "sap", "main"), ("wms/main", "wms", "main")])
        batch.lanes.ensure([])
    with store.reading() as batch:
        assert [(LANE, 1), ("wms/main", 0)] == [(e.name, e.fence) for e in batch.lanes.rows()]


def test_each_owner_has_a_greater_fence_and_waits_the_former_lease_out(store: Store) -> None:
    """
    A lane that was given back needs no waiting.
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
    assert "fifth" == row(store).owner


def test_a_lease_ends_in_time_where_the_clock_was_set_back(store: Store) -> None:
    """
    Whatever time the former owner wrote of itself, it cannot send for longer than its lease.
    """
    take(store, "first", seconds=3600)

    assert (2, 5) == take(store, "second")


def test_who_lost_the_lane_is_told_and_writes_nothing_on_it(store: Store) -> None:
    """
    An owner that was frozen, and goes on.
    """
    take(store, "frozen")
    take(store, "other", seconds=9)
    before, later = row(store), NOW + timedelta(seconds=12)
    with store.lane_transaction() as batch:
        assert None is batch.lanes.renew_lease(LANE, fence=1, owner="frozen", now=later)
        assert None is batch.lanes.renew_lease("gone/main", fence=1, owner="frozen", now=later)
    assert before == row(store)
    with store.lane_transaction() as batch:
        renewed = batch.lanes.renew_lease(LANE, fence=2, owner="other", now=later)
    assert evolve(before, renewed=later) == renewed == row(store)


def test_an_owner_is_renewed_at_the_databases_time(store: Store) -> None:
    """
    Which it is told, so that it need not ask.
    """
    take(store, "me")
    with store.lane_transaction() as batch:
        before = batch.now()
        renewed = batch.lanes.renew_lease(LANE, fence=1, owner="me")
        after = batch.now()

    assert renewed is not None
    assert renewed.renewed is not None
    assert before <= renewed.renewed <= after


def blocked(database: Database, future: Future[object]) -> None:
    """
    Wait until a transaction waits for another's lock, in PostgreSQL, where one can see it.
    """
    if database.kind == "postgresql":
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watching:
            for _ in range(100_000):
                if watching.execute(waiting).scalar_one():
                    break
            else:
                pytest.fail("nobody waits")
    assert not future.done()


@pytest.mark.parametrize("taker", ["owner", "person"])
def test_a_takeover_waits_for_the_owners_transaction(
    database: Database, store: Store, make_export: MakeExport, taker: str
) -> None:
    """
    What it claimed or recorded is there when the next owner, or a person, looks.
    """
    made = make_export(origin=Origin(step="ExportOrder", deferred=True))
    store.add([made])
    take(store, "first")

    def by_owner() -> object:
        with store.lane_transaction() as batch:
            batch.lanes.take_fence(LANE, owner="second", now=NOW, lease=LEASE)
            return [each.reason for each in batch.lanes.find_interrupted(LANE, fence=2)]

    def by_person() -> object:
        with store.transaction() as batch:
            batch.lanes.lock_lane_of(made.key.id)
            return [each.reason for each in batch.ledger.of_order("W1")]

    look: Callable[[], object] = {"owner": by_owner, "person": by_person}[taker]
    with ThreadPoolExecutor(1) as other:
        with store.lane_transaction() as batch:
            assert batch.lanes.renew_lease(LANE, fence=1, owner="first", now=NOW)
            looking = other.submit(look)
            blocked(database, looking)
            sending = made.to(ExportState.SENDING, NOW, attempts=1, reason="claimed")
            batch.lanes.write([sending], fence=1)
        assert ["claimed"] == looking.result(timeout=60)


def test_what_earlier_owners_left_sending_is_found(store: Store, make_export: MakeExport) -> None:
    """
    Not what this owner sends, nor what a transition awaits, nor another lane's.
    """
    deferred = Origin(step="ExportOrder", deferred=True)
    kinds = {
        "left": make_export(order_id="W1", origin=deferred),
        "mine": make_export(order_id="W2", origin=deferred),
        "done": make_export(order_id="W3", origin=deferred),
        "other": make_export(order_id="W4", origin=deferred, connector="wms"),
    }
    store.add(kinds.values())
    awaiting = Store(store.engine, owner="process")
    awaited = make_export(order_id="W5")
    awaiting.add([awaited])
    awaiting.change(awaited.to(ExportState.SENDING, NOW), was=awaited)
    with store.lane_transaction() as batch:
        for name, fence in (("left", 1), ("mine", 2), ("done", 1), ("other", 1)):
            state = ExportState.QUEUED if name == "done" else ExportState.SENDING
            batch.lanes.write([evolve(kinds[name], state=state)], fence=fence)

        assert ["W1"] == [each.key.order_id for each in batch.lanes.find_interrupted(LANE, fence=2)]
        assert ["W1", "W2"] == [
            each.key.order_id for each in batch.lanes.find_interrupted(LANE, fence=3)
        ]


def test_a_pause_stands_until_it_is_lifted(store: Store) -> None:
    """
    A note is for lanes that are not paused, and does not hide why one is.
    """
    with store.lane_transaction() as batch:
        batch.lanes.set_reason(LANE, "waits for its connector")
    assert evolve(FRESH, reason="waits for its connector") == row(store)

    paused = evolve(FRESH, paused=True, cause="authentication", reason="401", until=NOW, failures=3)
    with store.lane_transaction() as batch:
        batch.lanes.write_pause(paused)
        batch.lanes.set_reason(LANE, "something else")
    assert paused == row(store)

    with store.lane_transaction() as batch:
        batch.lanes.write_pause(FRESH)
        batch.lanes.set_reason(LANE, None)
    assert FRESH == row(store)


def test_a_person_pauses_and_resumes_with_a_clean_slate(store: Store) -> None:
    """
    The failures before do not count any more.
    """
    with store.lane_transaction() as batch:
        batch.lanes.write_pause(evolve(FRESH, failures=2))
    with store.transaction() as batch:
        batch.lanes.pause(LANE, cause="person", reason="stocktaking")
    assert evolve(FRESH, paused=True, cause="person", reason="stocktaking") == row(store)
    with store.transaction() as batch:
        batch.lanes.pause(LANE, cause=None, reason=None)
    assert FRESH == row(store)
