"""
Connections: the engine of a database with its pool, sessions outside the pool, and savepoints.
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
    Open a PostgreSQL connection outside the engine's pool: in autocommit mode, and without a limit
    of its idle time.

    Args:
        purpose: The session's `application_name`, as in `pg_stat_activity`.

    Raises:
        sqlalchemy.exc.DBAPIError: The database cannot be reached.
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
    Whether a connection pooler shares one session between several connections, as PgBouncer does in
    transaction mode.

    A session's lock would then belong to the next user of the session, so a lane could have two
    owners. Two connections that are open at the same time have two sessions; behind such a pooler,
    the second gets the session that the first has just used. It is always `False` for SQLite.

    Raises:
        sqlalchemy.exc.DBAPIError: The database cannot be reached.
    """
    if engine.dialect.name != "postgresql":
        return False
    with (
        closing(open_session(engine, "orderferry check")) as first,
        closing(open_session(engine, "orderferry check")) as second,
    ):
        first_backend = first.execute(_BACKEND).fetchone()
        with second.transaction():
            second_backend = second.execute(_BACKEND).fetchone()
            return first_backend == second_backend


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """
    If the block fails, roll back only what it has done, so that the transaction can continue.

    If the disk is full, SQLite has already rolled back the whole transaction with its savepoints
    (sqlite.org/lang_transaction.html, section 3): the block's own error is raised.
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
"""Prepared statements are planned once: planning takes longer than most statements here run."""

_BUSY_TIMEOUT: Final = 60.0
"""The seconds for which a connection waits for other writers of an SQLite file."""

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
The parameters of each connection to PostgreSQL, unless the URL has others. Client and server detect
a lost connection within about eleven seconds, so that the locks of a lost machine are released.
"""


def open_engine(url: str | URL, *, connections: int = 20) -> Engine:
    """
    Open a database, SQLite or PostgreSQL. The first query connects to it.

    Args:
        url: `sqlite:///orderferry.db`, or `postgresql://user:password@host/name`.
        connections: The connections that the pool of PostgreSQL keeps open; it opens up to twice as
            many when they are in use.

    Raises:
        ConfigurationError: The URL is invalid, the kind of database is not supported, SQLite's URL
            has no file, or the driver of PostgreSQL is not installed.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ConfigurationError(f"database: not a valid URL ({type(error).__name__})") from error
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
        raise ConfigurationError("database: SQLite requires a file: sqlite:///FILE")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": _BUSY_TIMEOUT},
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
    Switch the file to WAL mode, and try again while another process does so: SQLite's own timeout
    does not cover that.
    """
    import sqlite3

    deadline = monotonic() + _BUSY_TIMEOUT
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
            pool_use_lifo=True,  # the same few connections, with their prepared statements
            connect_args={name: value for name, value in _SESSION.items() if name not in url.query},
        )
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "database: PostgreSQL requires psycopg; install orderferry[postgres]"
        ) from error

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: object) -> None:  # noqa: ANN401
        connection.execute(_PLAN_ONCE)
        connection.commit()

    return engine
