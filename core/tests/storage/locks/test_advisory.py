"""
Advisory locks in PostgreSQL, which are lost with their session.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from core.tests.databases import Database
from core.tests.postgres import Server
from orderferry.storage import AdvisoryLocks, open_engine

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def locks(database: Database) -> Iterator[AdvisoryLocks]:
    """
    The locks of one process.
    """
    locks = AdvisoryLocks(database.engine)
    yield locks
    locks.close()


def end_session(postgres: Server, database: Database) -> None:
    """
    End the session of the locks, and no other session.
    """
    assert 1 == postgres.end_sessions(database.name, "orderferry locks")


def test_an_ended_session_loses_all_its_locks(
    postgres: Server, database: Database, locks: AdvisoryLocks
) -> None:
    """
    The locks of an ended session are not alive, and the next lock opens another session.
    """
    first, second = locks.acquire("a"), locks.acquire("b")
    assert first is not None
    assert second is not None
    end_session(postgres, database)

    assert not first.alive()
    assert not second.alive()
    assert not locks.is_held("a")
    again = locks.acquire("a")
    assert again is not None
    assert again.alive()
    assert not first.alive()
    first.release()
    assert again.alive()
    assert locks.is_held("a")


def test_a_lost_lock_can_be_acquired_again_at_once(
    postgres: Server, database: Database, locks: AdvisoryLocks
) -> None:
    """
    A lock of an ended session is acquired in another session, before the loss was detected.
    """
    lost = locks.acquire("a")
    end_session(postgres, database)
    again = locks.acquire("a")
    assert lost is not None
    assert again is not None
    assert not lost.alive()
    assert again.alive()


def test_releasing_a_lost_lock_does_nothing(
    postgres: Server, database: Database, locks: AdvisoryLocks
) -> None:
    """
    Releasing a lost lock does not release the lock that another process has acquired since.
    """
    lost = locks.acquire("a")
    end_session(postgres, database)
    others = AdvisoryLocks(database.engine)
    acquired = others.acquire("a")
    assert lost is not None
    assert acquired is not None
    lost.release()
    assert acquired.alive()
    assert None is locks.acquire("a")
    others.close()


def test_all_locks_use_one_connection_outside_the_pool(database: Database) -> None:
    """
    Fifty locks use one session, and take no connection from the engine's pool.
    """
    engine = open_engine(database.url, connections=1)
    locks = AdvisoryLocks(engine)
    assert all(locks.acquire(str(number)) for number in range(50))
    with engine.connect(), engine.connect():
        sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
        with database.engine.connect() as connection:
            count = connection.exec_driver_sql(sessions, ("orderferry locks",)).scalar_one()
    locks.close()
    engine.dispose()
    assert 1 == count


def test_a_stopped_server_is_an_error_and_a_restarted_one_is_used(
    postgres: Server, database: Database, locks: AdvisoryLocks
) -> None:
    """
    Locks are lost with the server, and can be acquired only when it has been started again.
    """
    lock = locks.acquire("a")
    assert lock is not None
    postgres.stop(signal.SIGQUIT)
    try:
        assert not lock.alive()
        with pytest.raises(OperationalError):
            locks.acquire("a")
    finally:
        postgres.start()
    assert not lock.alive()
    assert None is not locks.acquire("a")


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # it has threads, and forks
def test_a_forked_child_does_not_have_the_session(database: Database, locks: AdvisoryLocks) -> None:
    """
    A forked child can acquire its own locks, and its end does not end the parent's session.
    """
    lock = locks.acquire("a")
    assert lock is not None
    child = os.fork()
    if child == 0:
        wrong = lock.alive() or locks.acquire("a") is not None or locks.acquire("b") is None
        os._exit(int(wrong))
    _, status = os.waitpid(child, 0)
    assert 0 == os.waitstatus_to_exitcode(status)
    assert lock.alive()
    assert None is locks.acquire("a")
    further = locks.acquire("c")
    assert further is not None
    assert further.alive()
