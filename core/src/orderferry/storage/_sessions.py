"""
Sessions of PostgreSQL that last: for locks, and for listening.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Engine

if TYPE_CHECKING:
    import psycopg

__all__ = ["open_session"]

_SETTINGS = (
    "SELECT set_config('application_name', %s, false),"
    " (SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout')"
)


def open_session(engine: Engine, purpose: str) -> psycopg.Connection[Any]:
    """
    Open a connection outside the engine's pool, in autocommit, that may be idle for ever.

    Args:
        purpose: What the server's list of sessions calls it.

    Raises:
        sqlalchemy.exc.DBAPIError: The database does not answer.
    """
    pooled = engine.connect()
    pooled.exec_driver_sql(_SETTINGS, (purpose,))
    pooled.commit()
    connection = cast("psycopg.Connection[Any]", pooled.connection.driver_connection)
    pooled.detach()
    connection.autocommit = True
    return connection
