"""
Locks between processes: who runs a lane, and whether a process is alive.

Files next to an SQLite database, advisory locks of one session in PostgreSQL.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from orderferry.storage.locks._lock import Lock, Locks

__all__ = ["Lock", "Locks", "locks_for"]


def locks_for(engine: Engine) -> Locks:
    """
    The locks of a database: advisory ones in PostgreSQL, files beside an SQLite database.
    """
    if engine.dialect.name == "postgresql":
        from orderferry.storage.locks._advisory import AdvisoryLocks

        return AdvisoryLocks(engine)
    from orderferry.storage.locks._files import FileLocks

    file = Path(str(engine.url.database)).resolve()
    return FileLocks(file.with_name(f"{file.name}.locks"))
