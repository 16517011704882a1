"""
Requests and responses that are old.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import event

from core.tests.databases import Database
from orderferry.exports import Act
from orderferry.runtime import Ferry
from orderferry.runtime.background._follow_ups import Retention
from orderferry.storage import Store, export_details

from ..conftest import FakeTime, Install, MakeFerry, export_to, only, order

ACT = Act(user="ann", reason="nothing is to be sent")
MONTH = 31 * 86_400.0


def ferry_with_export(make_ferry: MakeFerry, install: Install) -> Ferry:
    """
    Return a ferry that has sent W1 to acme.
    """
    install("acme")
    connector = {"name": "acme", "settings": {"answers": ["recorded-boom"]}}
    ferry = make_ferry([connector], deliver=False, New=[export_to("acme")])
    only(ferry.transition(order(), "New"))
    return ferry


def documents(store: Store) -> int:
    """
    Return how many requests of the one export are stored.
    """
    (export,) = store.of_order("W1")
    details = export_details(store, export.key.id)
    assert details is not None
    return len(details.documents)


def test_a_ferry_that_delivers_deletes_old_requests(
    make_ferry: MakeFerry, install: Install, time: FakeTime, database: Database
) -> None:
    """
    A ferry that delivers in the background deletes old requests, as a worker does.
    """
    ferry, deleted = ferry_with_export(make_ferry, install), Event()

    @event.listens_for(ferry._parts.store.engine, "after_cursor_execute")
    def note(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("DELETE FROM orderferry_documents"):
            deleted.set()

    before = documents(Store(database.engine))
    time.wait(MONTH)
    ferry.deliver()
    assert deleted.wait(20)
    ferry.close()

    assert 1 == before
    assert 0 == documents(Store(database.engine))


@pytest.mark.parametrize(
    ("seconds", "at_once", "left"), [(59.0, False, 1), (60.0, False, 0), (59.0, True, 0)]
)
def test_old_requests_are_deleted_once_a_minute(
    make_ferry: MakeFerry,
    install: Install,
    time: FakeTime,
    seconds: float,
    at_once: bool,
    left: int,
) -> None:
    """
    Old requests are deleted once a minute, first after one, or at once on demand.
    """
    store = ferry_with_export(make_ferry, install)._parts.store
    retention = Retention(store, timedelta(seconds=10), time.clock)

    time.wait(seconds)
    retention.delete_expired(at_once=at_once)

    assert left == documents(store)


def test_a_worker_deletes_old_requests_before_it_ends(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    A worker deletes old requests before it ends, also if it has no work.
    """
    ferry = ferry_with_export(make_ferry, install)
    ferry.acts.pause(["acme/default"], ACT)

    time.wait(MONTH)
    ferry.worker().run(until_idle=True)

    assert 0 == documents(ferry._parts.store)
