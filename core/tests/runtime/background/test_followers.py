"""
Requests and answers that are kept no longer.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import event

from core.tests.databases import Database
from orderferry.exports import Act
from orderferry.runtime import Ferry
from orderferry.runtime.background._followers import Retention
from orderferry.storage import Store, export_details

from ..conftest import FakeTime, Install, MakeFerry, export_to, only, order

ACT = Act(user="ann", reason="nothing is to be sent")
MONTH = 31 * 86_400.0


def exported(make_ferry: MakeFerry, install: Install) -> Ferry:
    """
    A ferry that has sent W1 to acme.
    """
    install("acme")
    connector = {"name": "acme", "settings": {"answers": ["recorded-boom"]}}
    ferry = make_ferry([connector], deliver=False, New=[export_to("acme")])
    only(ferry.transition(order(), "New"))
    return ferry


def documents(store: Store) -> int:
    """
    How many requests are kept of the one export.
    """
    (export,) = store.of_order("W1")
    found = export_details(store, export.key.id)
    assert found is not None
    return len(found.documents)


def test_a_ferry_that_delivers_forgets_what_is_old(
    make_ferry: MakeFerry, install: Install, time: FakeTime, database: Database
) -> None:
    """
    As a worker does.
    """
    ferry, deleted = exported(make_ferry, install), Event()

    @event.listens_for(ferry.acts.parts.store.engine, "after_cursor_execute")
    def note(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("DELETE FROM orderferry_documents"):
            deleted.set()

    before = documents(Store(database.engine))
    time.wait(MONTH)
    ferry.deliver()
    assert deleted.wait(20)
    ferry.close()

    assert (1, 0) == (before, documents(Store(database.engine)))


@pytest.mark.parametrize(
    ("seconds", "at_once", "left"), [(59.0, False, 1), (60.0, False, 0), (59.0, True, 0)]
)
def test_it_is_done_once_a_minute(
    make_ferry: MakeFerry,
    install: Install,
    time: FakeTime,
    seconds: float,
    at_once: bool,
    left: int,
) -> None:
    """
    The first time after one, unless it is wanted at once.
    """
    store = exported(make_ferry, install).acts.parts.store
    retention = Retention(store, timedelta(seconds=10), time.clock)

    time.wait(seconds)
    retention.keep(at_once=at_once)

    assert left == documents(store)


def test_a_worker_does_it_before_it_ends(
    make_ferry: MakeFerry, install: Install, time: FakeTime
) -> None:
    """
    Also where it ends at once, because there is nothing left to do.
    """
    ferry = exported(make_ferry, install)
    ferry.acts.pause(["acme/default"], ACT)

    time.wait(MONTH)
    ferry.worker().run(until_idle=True)

    assert 0 == documents(ferry.acts.parts.store)
