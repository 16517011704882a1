"""
Locks between processes: which process owns a lane, and whether a process is alive.

For SQLite they are files next to the database, for PostgreSQL the advisory locks of a session.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from orderferry.storage.locks._lock import Lock, Locks

__all__ = ["Lock", "Locks", "locks_for"]


def locks_for(engine: Engine) -> Locks:
    """
    Return the locks of a database: advisory locks in PostgreSQL, lock files next to an SQLite file.

    Nothing is opened before the first lock is acquired.
    """
    if engine.dialect.name == "postgresql":
        from orderferry.storage.locks._advisory import AdvisoryLocks

        return AdvisoryLocks(engine)
    from orderferry.storage.locks._files import FileLocks

    file = Path(str(engine.url.database)).resolve()
    return FileLocks(file.with_name(f"{file.name}.locks"))
