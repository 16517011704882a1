"""
Wake-ups through PostgreSQL: heard after the commit, and after any loss.
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
"""Seconds until a test gives up waiting for an event."""

Heard = Queue[str | None]


@pytest.fixture
def heard() -> Heard:
    """
    What was heard, in order.
    """
    return Queue()


@pytest.fixture
def listener(database: Database, heard: Heard) -> Iterator[Listener]:
    """
    A listener that listens already.
    """
    listener = Listener(database.engine, heard.put)
    listener.start()
    if database.kind == "postgresql":
        assert None is heard.get(timeout=PATIENCE)
    yield listener
    listener.stop()


on_postgres = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@on_postgres
@pytest.mark.usefixtures("listener")
def test_a_lane_is_heard_after_the_commit(database: Database, heard: Heard) -> None:
    """
    What another transaction says meanwhile is heard before; what is rolled back never.
    """
    with database.engine.begin() as connection:
        notify(connection, ["sap/main"])
        with database.engine.connect() as other:
            notify(other, ["never/main"])
            other.rollback()
        notify(database.engine, ["wms/main"])
        assert "wms/main" == heard.get(timeout=PATIENCE)
        assert heard.empty()
    assert "sap/main" == heard.get(timeout=PATIENCE)
    notify(database.engine, ["last/main"])
    assert "last/main" == heard.get(timeout=PATIENCE)


@on_postgres
@pytest.mark.usefixtures("listener")
def test_each_lane_is_told_once_a_call(database: Database, heard: Heard) -> None:
    """
    And a name may hold anything.
    """
    names = ["sap/main", "sap/main", "it's \N{SNOWMAN}", "x" * 420]
    notify(database.engine, iter(names))
    assert sorted(set(names)) == sorted(str(heard.get(timeout=PATIENCE)) for _ in range(3))
    notify(database.engine, [])
    notify(database.engine, ["last/main"])
    assert "last/main" == heard.get(timeout=PATIENCE)


@on_postgres
@pytest.mark.usefixtures("listener")
def test_after_a_lost_session_everything_is_woken(
    database: Database, heard: Heard, postgres: Server
) -> None:
    """
    Then it hears again; more than once.
    """
    for number in range(3):
        assert 1 == postgres.end_sessions(database.name, "orderferry listener")
        assert None is heard.get(timeout=PATIENCE)
        notify(database.engine, [f"lane/{number}"])
        assert f"lane/{number}" == heard.get(timeout=PATIENCE)


@on_postgres
@pytest.mark.usefixtures("listener")
def test_it_waits_for_a_server_that_is_gone(
    database: Database, heard: Heard, postgres: Server
) -> None:
    """
    A restart is a loss like any other.
    """
    postgres.stop(signal.SIGQUIT)
    postgres.start()
    assert None is heard.get(timeout=PATIENCE)
    notify(database.engine, ["sap/main"])
    assert "sap/main" == heard.get(timeout=PATIENCE)


def test_it_ends_promptly_and_can_begin_again(
    database: Database, listener: Listener, heard: Heard
) -> None:
    """
    Nothing is heard once it has ended; starting and ending twice is no matter.
    """
    listener.start()
    began = monotonic()
    listener.stop()
    assert monotonic() - began < 1
    listener.stop()
    notify(database.engine, ["sap/main"])
    assert heard.empty()

    listener.start()
    if database.kind == "postgresql":
        assert None is heard.get(timeout=PATIENCE)
        notify(database.engine, ["wms/main"])
        assert "wms/main" == heard.get(timeout=PATIENCE)


def test_it_ends_promptly_while_it_tries_to_connect(heard: Heard) -> None:
    """
    A worker that is told to stop does not wait for a database.
    """
    engine = open_engine("postgresql://me@127.0.0.1:1/nowhere")
    before = active_count()
    listener = Listener(engine, heard.put)
    listener.start()
    assert before + 1 == active_count()
    began = monotonic()
    listener.stop()
    assert monotonic() - began < 1
    assert before == active_count()
    assert heard.empty()
    engine.dispose()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_on_sqlite_there_is_nobody_to_tell(database: Database, heard: Heard) -> None:
    """
    No thread, no connection: its lanes run in one process, which tells itself.
    """
    before = active_count()
    listener = Listener(database.engine, heard.put)
    listener.start()
    notify(database.engine, ["sap/main"])
    assert before == active_count()
    listener.stop()
    assert heard.empty()
