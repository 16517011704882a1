"""
Locks in PostgreSQL are as alive as the session that holds them.
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
    Locks as one process has them.
    """
    locks = AdvisoryLocks(database.engine)
    yield locks
    locks.close()


def end_session(postgres: Server, database: Database) -> None:
    """
    End the session of the locks, and no other.
    """
    assert 1 == postgres.end_sessions(database.name, "orderferry locks")


def test_a_session_that_was_ended_loses_all_its_locks(
    postgres: Server, database: Database, locks: AdvisoryLocks
) -> None:
    """
    They say so, though nobody asked the database; the next lock opens another session.
    """
    first, second = locks.acquire("a"), locks.acquire("b")
    assert first is not None
    assert second is not None
    end_session(postgres, database)

    assert (False, False) == (first.alive(), second.alive())
    assert not locks.is_held("a")
    again = locks.acquire("a")
    assert again is not None
    assert (True, False) == (again.alive(), first.alive())
    first.release()
    assert again.alive()
    assert locks.is_held("a")


def test_a_loss_that_nobody_noticed_is_mended_by_the_next_lock(
    postgres: Server, database: Database, locks: AdvisoryLocks
) -> None:
    """
    A lock that is held by nobody any more can be taken again at once.
    """
    lost = locks.acquire("a")
    end_session(postgres, database)
    again = locks.acquire("a")
    assert lost is not None
    assert again is not None
    assert (False, True) == (lost.alive(), again.alive())


def test_letting_go_of_what_was_lost_does_nothing(
    postgres: Server, database: Database, locks: AdvisoryLocks
) -> None:
    """
    Also where its loss is first heard of then.
    """
    lost = locks.acquire("a")
    end_session(postgres, database)
    others = AdvisoryLocks(database.engine)
    theirs = others.acquire("a")
    assert lost is not None
    assert theirs is not None
    lost.release()
    assert theirs.alive()
    assert None is locks.acquire("a")
    others.close()


def test_locks_have_a_connection_of_their_own(database: Database) -> None:
    """
    However many locks: one; and the pool keeps all of its own.
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


def test_a_server_that_is_gone_is_told_and_one_that_is_back_is_used(
    postgres: Server, database: Database, locks: AdvisoryLocks
) -> None:
    """
    A restart ends all sessions; without an answer nobody may believe that he has the lock.
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
    It can take locks of its own, and its end does not end the parent's session.
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
    theirs = locks.acquire("c")
    assert theirs is not None
    assert theirs.alive()
