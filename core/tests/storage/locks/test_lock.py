"""
Locks between processes, of both kinds.
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
    Locks as one process has them.
    """
    locks = locks_for(database.engine)
    yield locks
    locks.close()


@pytest.fixture
def others(database: Database) -> Iterator[Locks]:
    """
    Locks as another has them.
    """
    others = locks_for(database.engine)
    yield others
    others.close()


def wait_until_free(database: Database) -> None:
    """
    Wait in PostgreSQL until the lock is free; a file's lock is free when its holder has ended.
    """
    if database.kind == "postgresql":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("SET lock_timeout = '20s'")
            connection.exec_driver_sql("SELECT pg_advisory_lock(%s)", (_key("lane"),))
            connection.exec_driver_sql("SELECT pg_advisory_unlock(%s)", (_key("lane"),))


def test_each_database_has_its_kind(database: Database, locks: Locks) -> None:
    """
    Both are used in the same way.
    """
    assert {"sqlite": FileLocks, "postgresql": AdvisoryLocks}[database.kind] is type(locks)


def test_one_has_it_until_it_lets_go(locks: Locks, others: Locks) -> None:
    """
    Nobody else gets it meanwhile, in this process or another; letting go twice lets go once.
    """
    assert not others.is_held("lane")
    lock = locks.acquire("lane")
    assert lock is not None
    assert (None, None) == (locks.acquire("lane"), others.acquire("lane"))
    assert (True, True) == (locks.is_held("lane"), others.is_held("lane"))
    assert lock.alive()

    lock.release()
    assert not lock.alive()
    theirs = others.acquire("lane")
    assert theirs is not None
    lock.release()
    assert theirs.alive()
    assert None is locks.acquire("lane")
    theirs.release()
    assert not locks.is_held("lane")
    assert None is not locks.acquire("lane")


def test_names_do_not_get_in_each_others_way(locks: Locks, others: Locks) -> None:
    """
    One process has many lanes.
    """
    held = {name: locks.acquire(name) for name in ("sap/main", "sap/other", "wms/main", "")}
    assert all(held.values())
    assert None is not others.acquire("sap/third")
    one = held["sap/other"]
    assert one is not None
    one.release()
    assert ["sap/other"] == [name for name, lock in held.items() if lock and not lock.alive()]
    assert None is not others.acquire("sap/other")
    assert None is others.acquire("sap/main")


def test_closing_lets_all_go_and_can_be_begun_again(locks: Locks, others: Locks) -> None:
    """
    At the end of a process that ends well.
    """
    held = [locks.acquire(name) for name in ("a", "b")]
    locks.close()
    locks.close()
    assert [False, False] == [lock is not None and lock.alive() for lock in held]
    theirs = others.acquire("a")
    assert theirs is not None
    for lock in held:
        assert lock is not None
        lock.release()
    assert theirs.alive()
    again = locks.acquire("b")
    assert again is not None
    assert again.alive()


def test_a_holder_that_is_killed_frees_it(database: Database, locks: Locks) -> None:
    """
    With kill -9, so it says nothing to anybody.
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
        freed = monotonic() - began
    lock = locks.acquire("lane")
    assert lock is not None
    assert lock.alive()
    assert freed < 2


def test_a_started_child_does_not_keep_it(database: Database) -> None:
    """
    A process that the holder started lives on after the holder is killed.
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


def test_of_threads_and_processes_that_take_it_one_has_it(database: Database) -> None:
    """
    Sixteen threads over four engines, again and again: never two at once, and never none.
    """
    engines = [open_engine(database.url) for _ in range(4)]
    locks = [locks_for(engine) for engine in engines]
    barrier = Barrier(16)

    def take(thread: int) -> list[bool]:
        got = []
        for _ in range(10):
            barrier.wait(60)
            lock = locks[thread % 4].acquire("lane")
            barrier.wait(60)
            got.append(lock is not None and lock.alive())
            if lock is not None:
                lock.release()
        return got

    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(take, range(16)))
    for each, engine in zip(locks, engines, strict=True):
        each.close()
        engine.dispose()

    assert [1] * 10 == [sum(each) for each in zip(*results, strict=True)]
