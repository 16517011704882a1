"""
What the database does to a ferry: it goes away and comes back, or is full.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from core.tests.databases import Database
from core.tests.postgres import Server, serve
from orderferry.runtime import Ferry
from orderferry.storage import open_engine, upgrade
from tests.crash.configuration import export_to, saved
from tests.crash.conftest import Configure, Tell
from tests.crash.databases import eventually, pending, rows, states
from tests.crash.ferries import sailing
from tests.crash.processes import Starter
from tests.crash.taken import Target
from tests.crash.times import Ahead

FLOW = {"timeout": 1.0, "concurrency": 4, "batch": 16, "retry.first": 0.2}
INSTANCES = ("asking", "blind")
STATUSES = {
    "Online": {"New": [saved(name) for name in INSTANCES]},
    "Store": {"New": [export_to(list(INSTANCES))]},
}
ORDERS = {f"W{n}": "Store" if n % 4 == 0 else "Online" for n in range(300)}


@pytest.fixture
def server() -> Iterator[Server]:
    """
    A server that a test may restart, and that keeps what it has committed.
    """
    with serve(fsync=True) as server:
        yield server


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "immediate"])
def test_postgresql_restarted_in_mid_flight(
    server: Server,
    configure: Configure,
    target: Target,
    starter: Starter,
    tell: Tell,
    how: signal.Signals,
) -> None:
    """
    With a host and two workers that live on: each goes on by itself, and nothing is lost.
    """
    with server.database() as name:
        engine = open_engine(server.url(name))
        upgrade(engine)
        database = Database("postgresql", server.url(name), name, engine)
        config = configure(database, target, dict.fromkeys(INSTANCES, FLOW), **STATUSES)
        processes = [starter.start("worker", config=config) for _ in "12"]
        processes += [
            starter.start(
                "host", config=config, orders=list(ORDERS.items()), threads=4, deliver=False
            )
        ]
        for moment in (60, 200):
            target.wait(moment)
            server.stop(how)
            server.start()
        processes[-1].wait_for("all entered")
        engine.dispose()
        eventually("all exports finished", lambda: pending(database) == 0)

        found = states(database, "blind")
        unknown = {order for order, state in found.items() if state == "unknown"}
        tell(f"{len(unknown)} of {len(ORDERS)} unknown")
        assert dict.fromkeys(ORDERS, "accepted") == states(database, "asking")
        assert dict.fromkeys(ORDERS, 1) == target.taken("asking")
        assert {1} == set(target.taken("blind").values())
        assert set(ORDERS) - unknown == {o for o, state in found.items() if state == "accepted"}
        assert set(ORDERS) - unknown <= set(target.taken("blind"))
        for process in processes:
            process.send(signal.SIGTERM)
            assert 0 == process.end()
        engine.dispose()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("pages", [0, 2, 4, 8])
def test_an_sqlite_file_that_is_full(
    site: Path, configure: Configure, database: Database, target: Target, pages: int
) -> None:
    """
    The host is told; what was saved before it was full is delivered when there is room again, and
    what was not saved can be repeated.
    """
    time = Ahead()
    config = configure(database, target, dict.fromkeys(INSTANCES, FLOW), **STATUSES)
    orders = list(ORDERS.items())[:40]
    entered = []
    with sailing(config, database, time) as voyage:
        limit = Limit(voyage.ferry)
        voyage.enter("W-first")
        voyage.finish()
        limit.pages = rows(database, "PRAGMA page_count")[0][0] + pages
        for order, order_type in orders:
            with suppress(OperationalError):
                voyage.enter(order, order_type=order_type)
                entered.append(order)
        limit.pages = None
        for order, order_type in orders:
            if order not in entered:
                voyage.enter(order, order_type=order_type)
        voyage.finish()

    everything = {order: 1 for order, _ in [*orders, ("W-first", "")]}
    found = states(database, "blind")
    unknown = {order for order, state in found.items() if state == "unknown"}
    assert len(entered) < len(orders)
    assert {"Store"} >= {dict(orders)[order] for order in unknown}, "a lane keeps its answers"
    assert everything == target.taken("asking")
    assert dict.fromkeys(everything, "accepted") == states(database, "asking")
    assert {1} == set(target.taken("blind").values())
    assert set(everything) - unknown <= set(target.taken("blind"))
    assert {"accepted", "unknown"} >= set(found.values())


class Limit:
    """
    How many pages the file may have, for all connections of a ferry.
    """

    MOST = 1_000_000

    def __init__(self, ferry: Ferry) -> None:
        self.pages: int | None = None
        event.listen(ferry._parts.store.engine, "checkout", self._set)

    def _set(self, connection: object, *_: object) -> None:
        pages = self.MOST if self.pages is None else self.pages
        connection.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]
