"""
The schema of a database: its revision, whether this version of orderferry supports it, upgrades.

Importing Alembic takes half a second, so only the upgrade of a database that has tables imports it;
a check reads the version table.
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
from orderferry.storage._tables import AUTOINCREMENT, metadata

__all__ = ["REVISIONS", "check_schema", "current_revision", "prepare", "upgrade"]

REVISIONS: Final = ("0001",)
"""The revisions of the schema, oldest first. This version of orderferry requires the last one."""

_VERSION_TABLE: Final = "orderferry_version"
_versions = Table(
    _VERSION_TABLE,
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name=f"{_VERSION_TABLE}_pkc"),
)
"""As Alembic creates it."""

_UPGRADING: Final = 0x6F72_6465_7266_7279
"""The key of the advisory lock that an upgrade takes."""


def current_revision(engine: Engine) -> str | None:
    """
    Return the revision of a database's schema, or `None` if orderferry's tables do not exist.

    Raises:
        ConfigurationError: The database cannot be reached, or is not a database.
    """
    with _convert_errors(engine), read_only(engine) as connection:
        return _revision(connection)


def check_schema(engine: Engine) -> None:
    """
    Check that a database has the schema that this version of orderferry requires.

    Raises:
        ConfigurationError: The schema is older or newer, the tables do not exist, or the database
            cannot be reached.
    """
    _check(engine, current_revision(engine))


def upgrade(engine: Engine) -> str:
    """
    Upgrade a database's schema to the last of `REVISIONS`, in one transaction.

    Several processes may do so at the same time.

    Returns:
        The revision after the upgrade.

    Raises:
        ConfigurationError: The schema is newer than this version of orderferry, or the database
            cannot be reached or changed.
    """
    with _convert_errors(engine), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(literal(_UPGRADING))))
        revision = _revision(connection)
        if revision is not None and revision not in REVISIONS:
            _check(engine, revision)
        if revision is None:
            _create(connection)
        elif revision != REVISIONS[-1]:
            run_migrations(connection)
    return REVISIONS[-1]


def prepare(engine: Engine) -> None:
    """
    Create the tables of an empty SQLite file, and check the schema of any other database.

    Raises:
        ConfigurationError: As for `check_schema`. Only `upgrade` creates the tables of a
            PostgreSQL database.
    """
    revision = current_revision(engine)
    if revision is None and engine.dialect.name == "sqlite":
        upgrade(engine)
    else:
        _check(engine, revision)


def _check(engine: Engine, revision: str | None) -> None:
    url = engine.url.render_as_string(hide_password=True)
    required = REVISIONS[-1]
    if revision == required:
        return
    if revision is None:
        raise ConfigurationError(f"database {url} has no tables yet: run `orderferry db upgrade`")
    if revision in REVISIONS:
        raise ConfigurationError(
            f"database {url} has schema {revision}, but this version of orderferry requires"
            f" {required}: run `orderferry db upgrade`"
        )
    raise ConfigurationError(
        f"database {url} has schema {revision}, which is newer than this version of orderferry"
        f" (it requires {required}): use the version that upgraded the database, or a later one"
    )


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSION_TABLE):
        return None
    query = select(_versions.c.version_num)
    revision: str | None = connection.execute(query).scalar_one_or_none()
    return revision


def _create(connection: Connection) -> None:
    """
    Create all tables at once, with the result that the migrations would have one after the other.
    """
    if connection.dialect.name == "sqlite":
        # Set here, and not with the tables, so that PostgreSQL does not load SQLite's dialect.
        for table in metadata.tables.values():
            if AUTOINCREMENT.items() <= table.info.items():
                table.dialect_options["sqlite"]["autoincrement"] = True
    metadata.create_all(connection, checkfirst=False)
    _versions.create(connection)
    connection.execute(insert(_versions).values(version_num=REVISIONS[-1]))


def run_migrations(connection: Connection) -> None:
    """
    Run the migrations that have not yet been applied to a database.
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
def _convert_errors(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        url = engine.url.render_as_string(hide_password=True)
        raise ConfigurationError(f"database {url} cannot be used: {error.orig}") from error
