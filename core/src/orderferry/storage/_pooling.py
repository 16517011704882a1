"""
Whether sessions of PostgreSQL are what they seem.
"""

from __future__ import annotations

from contextlib import closing

from sqlalchemy import Engine

from orderferry.storage._sessions import open_session

__all__ = ["shares_sessions"]

_BACKEND = "SELECT pg_backend_pid()"


def shares_sessions(engine: Engine) -> bool:
    """
    Whether a pooler lends one session to several connections, as PgBouncer's transaction mode does.

    A lock of a session is then held by whoever comes next, so lanes could have two owners. Two
    connections that are open at once have two sessions; behind such a pooler, the second gets the
    session that the first has just used.
    """
    if engine.dialect.name != "postgresql":
        return False
    with (
        closing(open_session(engine, "orderferry check")) as first,
        closing(open_session(engine, "orderferry check")) as second,
    ):
        one = first.execute(_BACKEND).fetchone()
        with second.transaction():
            other = second.execute(_BACKEND).fetchone()
            return one == other
