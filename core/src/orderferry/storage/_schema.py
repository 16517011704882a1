"""
The schema of a database: which one it has, whether this program knows it, bringing it up to date.

Alembic takes half a second to import, so only the upgrade of a database that has tables does; a
check reads its version table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    func,
    insert,
    inspect,
    literal,
    select,
)
from sqlalchemy.exc import DBAPIError

from orderferry.errors import ConfigurationError
from orderferry.storage._reading import read_only
from orderferry.storage._tables import COUNTS_UP, metadata

__all__ = ["REVISIONS", "check_schema", "current_revision", "prepare", "upgrade"]

REVISIONS: Final = ("0001",)
"""The schema's revisions, the oldest first; the last is the one that this program works with."""

_VERSION_TABLE: Final = "orderferry_version"
_versions = Table(
    _VERSION_TABLE,
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name=f"{_VERSION_TABLE}_pkc"),
)
"""As Alembic makes it."""

_UPGRADING: Final = 0x6F72_6465_7266_7279
"""The advisory lock of an upgrade."""


def current_revision(engine: Engine) -> str | None:
    """
    The revision of a database's schema, or `None` where there are no tables of orderferry.

    Raises:
        ConfigurationError: The database cannot be opened.
    """
    with _plainly(engine), read_only(engine) as connection:
        return _revision(connection)


def check_schema(engine: Engine) -> None:
    """
    Refuse a database whose schema is not the one that this program works with.

    Raises:
        ConfigurationError: The schema is older or newer, there is none, or the database cannot be
            opened.
    """
    _check(engine, current_revision(engine))


def upgrade(engine: Engine) -> str:
    """
    Bring a database's schema up to date; safe when several processes do so at once.

    Returns:
        The revision that it has now.

    Raises:
        ConfigurationError: The schema is newer than this program, or the database cannot be
            opened or changed.
    """
    with _plainly(engine), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(literal(_UPGRADING))))
        found = _revision(connection)
        if found is not None and found not in REVISIONS:
            _check(engine, found)
        if found is None:
            _create(connection)
        elif found != REVISIONS[-1]:
            run_migrations(connection)
    return REVISIONS[-1]


def prepare(engine: Engine) -> None:
    """
    Make a database ready for use: an empty SQLite file is given its tables, all else is checked.

    Raises:
        ConfigurationError: As for `check_schema`.
    """
    found = current_revision(engine)
    if found is None and engine.dialect.name == "sqlite":
        upgrade(engine)
    else:
        _check(engine, found)


def _check(engine: Engine, found: str | None) -> None:
    where = engine.url.render_as_string(hide_password=True)
    wanted = REVISIONS[-1]
    if found == wanted:
        return
    if found is None:
        raise ConfigurationError(f"database {where} has no tables yet: run `orderferry db upgrade`")
    if found in REVISIONS:
        raise ConfigurationError(
            f"database {where} has schema {found}, and this program works with {wanted}:"
            " run `orderferry db upgrade`"
        )
    raise ConfigurationError(
        f"database {where} has schema {found}, which is newer than this program (it works with"
        f" {wanted}): use the orderferry that upgraded it, or a later one"
    )


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSION_TABLE):
        return None
    found: str | None = connection.execute(select(_versions.c.version_num)).scalar_one_or_none()
    return found


def _create(connection: Connection) -> None:
    """
    Make all tables at once, as the migrations would one after the other.
    """
    if connection.dialect.name == "sqlite":
        # Said here, and not with the tables: it would have PostgreSQL load SQLite's dialect.
        for table in metadata.tables.values():
            if COUNTS_UP.items() <= table.info.items():
                table.dialect_options["sqlite"]["autoincrement"] = True
    metadata.create_all(connection, checkfirst=False)
    _versions.create(connection)
    connection.execute(insert(_versions).values(version_num=REVISIONS[-1]))


def run_migrations(connection: Connection) -> None:
    """
    Run the migrations that a database does not have yet.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "orderferry.storage:_migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["version_table"] = _VERSION_TABLE
    command.upgrade(config, "head")


@contextmanager
def _plainly(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise ConfigurationError(f"database {where} cannot be used: {error.orig}") from error
