"""
Wake-ups through PostgreSQL, after a commit and after a lost connection.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from queue import Queue
from threading import active_count
from time import monotonic

import pytest

from core.tests.databases import Database
from core.tests.postgres import Server
from orderferry.storage import Listener, notify, open_engine

PATIENCE = 20
"""Seconds for which a test waits for an event."""

Received = Queue[str | None]


@pytest.fixture
def received() -> Received:
    """
    The wake-ups that were received, in order.
    """
    return Queue()


@pytest.fixture
def listener(database: Database, received: Received) -> Iterator[Listener]:
    """
    A listener that has begun to listen.
    """
    listener = Listener(database.engine, received.put)
    listener.start()
    if database.kind == "postgresql":
        assert None is received.get(timeout=PATIENCE)
    yield listener
    listener.stop()


on_postgres = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@on_postgres
@pytest.mark.usefixtures("listener")
def test_a_wake_up_is_received_after_the_commit(database: Database, received: Received) -> None:
    """
    A wake-up is received after its transaction's commit, and never after a rollback.
    """
    with database.engine.begin() as connection:
        notify(connection, ["sap/main"])
        with database.engine.connect() as rolled_back:
            notify(rolled_back, ["never/main"])
            rolled_back.rollback()
        notify(database.engine, ["wms/main"])
        assert "wms/main" == received.get(timeout=PATIENCE)
        assert received.empty()
    assert "sap/main" == received.get(timeout=PATIENCE)
    notify(database.engine, ["last/main"])
    assert "last/main" == received.get(timeout=PATIENCE)


@on_postgres
@pytest.mark.usefixtures("listener")
def test_each_lane_is_woken_once_a_call(database: Database, received: Received) -> None:
    """
    A call wakes each of its lanes once, and a lane's name may have any characters.
    """
    names = ["sap/main", "sap/main", "it's \N{SNOWMAN}", "x" * 420]
    notify(database.engine, iter(names))
    assert sorted(set(names)) == sorted(str(received.get(timeout=PATIENCE)) for _ in range(3))
    notify(database.engine, [])
    notify(database.engine, ["last/main"])
    assert "last/main" == received.get(timeout=PATIENCE)


@on_postgres
@pytest.mark.usefixtures("listener")
def test_all_lanes_are_woken_after_a_lost_session(
    database: Database, received: Received, postgres: Server
) -> None:
    """
    After each loss of its session the listener wakes all lanes, and receives wake-ups again.
    """
    for number in range(3):
        assert 1 == postgres.end_sessions(database.name, "orderferry listener")
        assert None is received.get(timeout=PATIENCE)
        notify(database.engine, [f"lane/{number}"])
        assert f"lane/{number}" == received.get(timeout=PATIENCE)


@on_postgres
@pytest.mark.usefixtures("listener")
def test_a_listener_waits_for_a_stopped_server(
    database: Database, received: Received, postgres: Server
) -> None:
    """
    A listener wakes all lanes after a restart of the server, and receives wake-ups again.
    """
    postgres.stop(signal.SIGQUIT)
    postgres.start()
    assert None is received.get(timeout=PATIENCE)
    notify(database.engine, ["sap/main"])
    assert "sap/main" == received.get(timeout=PATIENCE)


def test_a_listener_stops_promptly_and_can_be_started_again(
    database: Database, listener: Listener, received: Received
) -> None:
    """
    A stopped listener receives nothing, and a second call of `start` or `stop` does nothing.
    """
    listener.start()
    began = monotonic()
    listener.stop()
    assert monotonic() - began < 1
    listener.stop()
    notify(database.engine, ["sap/main"])
    assert received.empty()

    listener.start()
    if database.kind == "postgresql":
        assert None is received.get(timeout=PATIENCE)
        notify(database.engine, ["wms/main"])
        assert "wms/main" == received.get(timeout=PATIENCE)


def test_a_listener_stops_promptly_while_it_connects(received: Received) -> None:
    """
    Stopping a listener does not wait for a database that cannot be reached.
    """
    engine = open_engine("postgresql://me@127.0.0.1:1/nowhere")
    before = active_count()
    listener = Listener(engine, received.put)
    listener.start()
    assert before + 1 == active_count()
    began = monotonic()
    listener.stop()
    assert monotonic() - began < 1
    assert before == active_count()
    assert received.empty()
    engine.dispose()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_listener_on_sqlite_starts_no_thread(database: Database, received: Received) -> None:
    """
    On SQLite, where one process runs all lanes, a listener starts no thread and receives nothing.
    """
    before = active_count()
    listener = Listener(database.engine, received.put)
    listener.start()
    notify(database.engine, ["sap/main"])
    assert before == active_count()
    listener.stop()
    assert received.empty()
