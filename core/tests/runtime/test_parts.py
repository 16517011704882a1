"""
Which processes are alive, and which runs are in progress.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.tests.databases import Database
from core.tests.postgres import Server
from orderferry.runtime._parts import Presence
from orderferry.storage import FileLocks, locks_for


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Presence, Presence]]:
    """
    Two processes of one database.
    """
    locks = FileLocks(tmp_path / "locks"), FileLocks(tmp_path / "locks")
    yield Presence(locks[0], "me"), Presence(locks[1], "you")
    for lock in locks:
        lock.close()


def test_a_process_is_alive_while_it_holds_its_lock(two: tuple[Presence, Presence]) -> None:
    """
    A process without its lock is alive to itself only.
    """
    me, you = two
    before = (me.is_alive("me"), you.is_alive("me"))
    me.hold()
    me.hold()
    held = you.is_alive("me")
    me.release()
    me.release()

    assert (True, False) == before
    assert held is True
    assert you.is_alive("me") is False


def test_a_run_that_has_ended_or_failed_is_not_in_progress(
    two: tuple[Presence, Presence],
) -> None:
    """
    A run in progress may be entered again by the run that led to it; of another process only
    its life is known.
    """
    me, you = two
    me.hold()
    with me.running("r1"), me.running("r1"):
        within = (me.is_running("me", "r1"), me.is_running("me", "r2"), you.is_running("me", "r2"))
    with pytest.raises(LookupError), me.running("r1"):
        raise LookupError

    assert (True, False, True) == within
    assert not me.is_running("me", "r1")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_process_retakes_its_lock_after_its_session_was_ended(
    postgres: Server, database: Database
) -> None:
    """
    The server releases the lock of a session that it ends, and the process takes it again.
    """
    mine, yours = locks_for(database.engine), locks_for(database.engine)
    me, you = Presence(mine, "me"), Presence(yours, "you")
    me.hold()
    postgres.end_sessions(database.name, "orderferry locks")
    ended = you.is_alive("me")
    me.hold()
    again = you.is_alive("me")
    mine.close()
    yours.close()

    assert ended is False
    assert again is True
