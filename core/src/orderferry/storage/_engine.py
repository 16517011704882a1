"""
Connections: the engine of a database, its pool, sessions of their own, and savepoints.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from orderferry.errors import ConfigurationError

if TYPE_CHECKING:
    import sqlite3

    import psycopg

__all__ = ["open_engine", "open_session", "savepoint", "shares_sessions"]

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


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """
    Undo what was done within where it fails; the transaction can go on.

    Where its disk is full, SQLite has undone the whole transaction already, and knows no savepoint
    any more (sqlite.org/lang_transaction.html, 3): it is the first error that is told.
    """
    nested = connection.begin_nested()
    try:
        yield
    except BaseException:
        with suppress(DBAPIError):
            nested.rollback()
        raise
    nested.commit()


_PLAN_ONCE: Final = (
    "SELECT set_config(name, 'force_generic_plan', false) FROM pg_settings"
    " WHERE name = 'plan_cache_mode'"
)
"""What is prepared is planned once: planning takes longer than most of our statements."""

_PATIENCE: Final = 60.0
"""Seconds that a writer waits for the others of an SQLite file."""

_SESSION: Final = {
    "application_name": "orderferry",
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3",
}
"""
Of each connection to PostgreSQL, unless the URL says otherwise: each side notices a lost other in
some eleven seconds, so that a lost host's locks are free again.
"""


def open_engine(url: str | URL, *, connections: int = 20) -> Engine:
    """
    Open a database, SQLite or PostgreSQL.

    Args:
        url: `sqlite:///orderferry.db`, or `postgresql://user:password@host/name`.
        connections: How many connections may be open at once.

    Raises:
        ConfigurationError: The URL names no database that is supported, or cannot be read.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ConfigurationError(f"database: {type(error).__name__}: it is no URL") from error
    match parsed.get_backend_name():
        case "sqlite":
            return _sqlite(parsed)
        case "postgresql":
            return _postgresql(parsed, connections)
    raise ConfigurationError(
        f"database: {parsed.get_backend_name()} is not supported; use sqlite:///FILE or"
        " postgresql://…"
    )


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ConfigurationError("database: SQLite needs a file: sqlite:///FILE")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": _PATIENCE},
        pool_size=20,
        max_overflow=20,
        pool_use_lifo=True,
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's
        connection.isolation_level = None
        cursor = connection.cursor()
        _write_ahead(cursor)
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:  # noqa: ANN401
        reading = connection.get_execution_options().get("orderferry_reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """
    Switch the file to WAL, though others do so at the same time: SQLite does not wait for that.
    """
    import sqlite3

    deadline = monotonic() + _PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(0.01)
        else:
            return


def _postgresql(url: URL, connections: int) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    try:
        engine = create_engine(
            url,
            pool_size=connections,
            max_overflow=connections,
            pool_pre_ping=True,
            pool_use_lifo=True,  # the same few connections, which have prepared what is asked often
            connect_args={name: value for name, value in _SESSION.items() if name not in url.query},
        )
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "database: PostgreSQL needs psycopg; install orderferry[postgres]"
        ) from error

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: object) -> None:  # noqa: ANN401
        connection.execute(_PLAN_ONCE)
        connection.commit()

    return engine
