"""
Locks between processes: who runs a lane, and whether a process still lives.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from weakref import WeakMethod

from sqlalchemy import Engine

__all__ = ["Lock", "Locks", "locks_for", "when_forked"]


class Lock(Protocol):
    """
    A lock that is held, until it is released or its holder dies.
    """

    def alive(self) -> bool:
        """
        Whether it is held still; cheap enough to be asked before each request.
        """

    def release(self) -> None:
        """
        Let it go; once is enough, more does nothing.
        """


class Locks(Protocol):
    """
    Locks by name, seen by every process that uses the same database. Safe between threads.
    """

    def hold(self, name: str) -> Lock | None:
        """
        Take a lock without waiting; `None` where somebody has it, in this process or another.
        """

    def is_held(self, name: str) -> bool:
        """
        Whether anybody has it, this process included.
        """

    def close(self) -> None:
        """
        Let all go.
        """


def locks_for(engine: Engine) -> Locks:
    """
    The locks of a database: advisory ones in PostgreSQL, files beside an SQLite database.
    """
    if engine.dialect.name == "postgresql":
        from orderferry.storage._advisory_locks import AdvisoryLocks

        return AdvisoryLocks(engine)
    from orderferry.storage._file_locks import FileLocks

    file = Path(str(engine.url.database)).resolve()
    return FileLocks(file.with_name(f"{file.name}.locks"))


def when_forked(method: Callable[[], None]) -> None:
    """
    Call a method in each child process that is forked, as long as its object is there.
    """
    weak = WeakMethod(method)

    def call() -> None:
        found = weak()
        if found is not None:
            found()

    os.register_at_fork(after_in_child=call)
