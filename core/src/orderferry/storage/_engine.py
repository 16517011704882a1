"""
Opening a database.
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from orderferry.errors import ConfigurationError

if TYPE_CHECKING:
    import sqlite3

__all__ = ["open_engine"]

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
