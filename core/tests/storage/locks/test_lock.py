"""
Locks of both kinds between processes.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic

import pytest

from core.tests.databases import Database
from orderferry.storage import AdvisoryLocks, FileLocks, Locks, locks_for, open_engine
from orderferry.storage.locks._advisory import _key

HOLD = """
import sys
from orderferry.storage import locks_for, open_engine
lock = locks_for(open_engine(sys.argv[1])).acquire("lane")
print(lock is not None, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def locks(database: Database) -> Iterator[Locks]:
    """
    The locks of one process.
    """
    locks = locks_for(database.engine)
    yield locks
    locks.close()


@pytest.fixture
def others(database: Database) -> Iterator[Locks]:
    """
    The locks of another process.
    """
    others = locks_for(database.engine)
    yield others
    others.close()


def wait_until_free(database: Database, name: str = "lane") -> None:
    """
    Wait in PostgreSQL until the lock is free; a file's lock is free when its holder has ended.
    """
    if database.kind == "postgresql":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("SET lock_timeout = '20s'")
            connection.exec_driver_sql("SELECT pg_advisory_lock(%s)", (_key(name),))
            connection.exec_driver_sql("SELECT pg_advisory_unlock(%s)", (_key(name),))


def test_each_database_has_its_kind_of_locks(database: Database, locks: Locks) -> None:
    """
    SQLite has lock files, and PostgreSQL advisory locks.
    """
    assert {"sqlite": FileLocks, "postgresql": AdvisoryLocks}[database.kind] is type(locks)


def test_a_lock_is_held_until_it_is_released(locks: Locks, others: Locks) -> None:
    """
    A held lock cannot be acquired, in this process or another; a second release does nothing.
    """
    assert not others.is_held("lane")
    lock = locks.acquire("lane")
    assert lock is not None
    assert None is locks.acquire("lane")
    assert None is others.acquire("lane")
    assert locks.is_held("lane")
    assert others.is_held("lane")
    assert lock.alive()

    lock.release()
    assert not lock.alive()
    acquired = others.acquire("lane")
    assert acquired is not None
    lock.release()
    assert acquired.alive()
    assert None is locks.acquire("lane")
    acquired.release()
    assert not locks.is_held("lane")
    assert None is not locks.acquire("lane")


def test_locks_with_different_names_are_independent(locks: Locks, others: Locks) -> None:
    """
    Acquiring or releasing one lock of a process does not change its other locks.
    """
    acquired = {name: locks.acquire(name) for name in ("sap/main", "sap/other", "wms/main", "")}
    assert all(acquired.values())
    assert None is not others.acquire("sap/third")
    released = acquired["sap/other"]
    assert released is not None
    released.release()
    lost = [name for name, lock in acquired.items() if lock is not None and not lock.alive()]
    assert ["sap/other"] == lost
    assert None is not others.acquire("sap/other")
    assert None is others.acquire("sap/main")


def test_closing_releases_all_locks(database: Database, locks: Locks, others: Locks) -> None:
    """
    Closed locks are released, and can be acquired again.
    """
    closed = [locks.acquire(name) for name in ("a", "b")]
    locks.close()
    locks.close()
    assert [False, False] == [lock is not None and lock.alive() for lock in closed]
    for name in ("a", "b"):
        wait_until_free(database, name)
    acquired = others.acquire("a")
    assert acquired is not None
    for lock in closed:
        assert lock is not None
        lock.release()
    assert acquired.alive()
    again = locks.acquire("b")
    assert again is not None
    assert again.alive()


def test_the_locks_of_a_killed_process_are_released(database: Database, locks: Locks) -> None:
    """
    A process that is killed with SIGKILL loses its locks within two seconds.
    """
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, database.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert "True\n" == holder.stdout.readline()
        assert None is locks.acquire("lane")
        assert locks.is_held("lane")

        began = monotonic()
        holder.kill()
        holder.wait(60)
        wait_until_free(database)
        seconds = monotonic() - began
    lock = locks.acquire("lane")
    assert lock is not None
    assert lock.alive()
    assert seconds < 2


def test_a_child_process_does_not_keep_the_lock(database: Database) -> None:
    """
    A lock is released once its holder is killed, even if a process that it started still runs.
    """
    program = HOLD.replace(
        "sys.stdin.read()",
        'import subprocess\nsubprocess.Popen(["cat"], stdout=subprocess.DEVNULL)\n'
        'print("started", flush=True)\nsys.stdin.read()',
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, database.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert "True\n" == holder.stdout.readline()
        assert "started\n" == holder.stdout.readline()
        holder.kill()
        holder.wait(60)
        wait_until_free(database)
        locks = locks_for(database.engine)
        assert None is not locks.acquire("lane")
        locks.close()


def test_one_of_sixteen_threads_acquires_a_lock(database: Database) -> None:
    """
    Where sixteen threads on four engines acquire a lock, exactly one succeeds, each time.
    """
    engines = [open_engine(database.url) for _ in range(4)]
    locks = [locks_for(engine) for engine in engines]
    barrier = Barrier(16)

    def acquire(thread: int) -> list[bool]:
        succeeded = []
        for _ in range(10):
            barrier.wait(60)
            lock = locks[thread % 4].acquire("lane")
            barrier.wait(60)
            succeeded.append(lock is not None and lock.alive())
            if lock is not None:
                lock.release()
        return succeeded

    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(acquire, range(16)))
    for locks_of_engine, engine in zip(locks, engines, strict=True):
        locks_of_engine.close()
        engine.dispose()

    assert [1] * 10 == [sum(successes) for successes in zip(*results, strict=True)]
