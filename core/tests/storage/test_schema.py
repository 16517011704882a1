"""
Schemas: creation, migrations, upgrades and checks.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from core.tests.databases import BOTH, Database
from orderferry.errors import ConfigurationError
from orderferry.storage import (
    REVISIONS,
    check_schema,
    current_revision,
    open_engine,
    prepare,
    upgrade,
)
from orderferry.storage._schema import run_migrations
from orderferry.storage._tables import metadata

from .together import run_together


def describe(engine: Engine) -> dict[str, Any]:
    """
    Describe all tables of a database, as the database itself reports them.
    """
    inspector = inspect(engine)
    return {
        name: {
            "columns": [
                {**column, "type": repr(column["type"])} for column in inspector.get_columns(name)
            ],
            "primary key": inspector.get_pk_constraint(name),
            "unique": inspector.get_unique_constraints(name),
            "foreign keys": inspector.get_foreign_keys(name),
            "indexes": sorted(inspector.get_indexes(name), key=str),
            "options": inspector.get_table_options(name),
        }
        for name in inspector.get_table_names()
    }


@pytest.mark.parametrize(
    ("empty", "database"), [(kind, kind) for kind in BOTH], indirect=True, ids=BOTH
)
def test_the_migrations_create_the_tables_of_a_new_database(
    empty: Database, database: Database
) -> None:
    """
    Migrations create the tables, columns, types, constraints and indexes of a new database.
    """
    with empty.engine.begin() as connection:
        run_migrations(connection)

    assert describe(database.engine) == describe(empty.engine)
    assert {*metadata.tables, "orderferry_version"} == set(describe(empty.engine))
    assert REVISIONS[-1] == current_revision(empty.engine)


@pytest.mark.parametrize(
    ("empty", "database"), [(kind, kind) for kind in BOTH], indirect=True, ids=BOTH
)
def test_alembic_finds_nothing_to_change(empty: Database, database: Database) -> None:
    """
    Alembic sees no difference between the tables in the code and those of either kind of database.
    """
    with empty.engine.begin() as connection:
        run_migrations(connection)
    for engine in (empty.engine, database.engine):
        with engine.connect() as connection:
            options = {"version_table": "orderferry_version", "compare_type": True}
            context = MigrationContext.configure(connection, opts=options)
            assert [] == compare_metadata(context, metadata)


def test_the_revisions_are_those_of_the_migrations() -> None:
    """
    `REVISIONS`, which a check reads without Alembic, has all revisions of the migrations.
    """
    config = Config()
    config.set_main_option("script_location", "orderferry.storage:_migrations")
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)

    assert REVISIONS == tuple(script.revision for script in scripts.walk_revisions())[::-1]


def test_an_upgrade_creates_the_tables_once(empty: Database) -> None:
    """
    A second upgrade changes nothing.
    """
    assert None is current_revision(empty.engine)
    assert REVISIONS[-1] == upgrade(empty.engine)
    assert REVISIONS[-1] == upgrade(empty.engine)
    assert REVISIONS[-1] == current_revision(empty.engine)
    check_schema(empty.engine)


def test_tables_of_the_host_are_left_alone(empty: Database) -> None:
    """
    An upgrade does not touch the version table of the host's own migrations.
    """
    with empty.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num varchar(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('host')"))
    upgrade(empty.engine)

    with empty.engine.connect() as connection:
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        assert "host" == version
        names = set(inspect(connection).get_table_names())
    assert {*metadata.tables, "orderferry_version", "alembic_version"} == names


def test_only_an_empty_file_gets_its_tables_without_an_upgrade(empty: Database) -> None:
    """
    An empty SQLite file gets its tables at once; for PostgreSQL an operator runs the upgrade.
    """
    if empty.kind == "sqlite":
        prepare(empty.engine)
        assert REVISIONS[-1] == current_revision(empty.engine)
    else:
        with pytest.raises(ConfigurationError, match="no tables yet: run `orderferry db upgrade`"):
            prepare(empty.engine)
        assert None is current_revision(empty.engine)


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        (
            "0002_of_tomorrow",
            r"schema 0002_of_tomorrow, which is newer than this version of orderferry",
        ),
        ("0000", r"has schema 0000, but .* requires .*: run `orderferry db upgrade`"),
    ],
)
def test_another_schema_is_a_configuration_error(
    database: Database, revision: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The error says which command upgrades an older schema, and which version supports a newer one.
    """
    monkeypatch.setattr("orderferry.storage._schema.REVISIONS", ("0000", *REVISIONS))
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE orderferry_version SET version_num = :r"), {"r": revision})

    for check in (check_schema, prepare):
        with pytest.raises(ConfigurationError, match=message):
            check(database.engine)
    assert revision == current_revision(database.engine)


def test_a_newer_schema_is_not_upgraded(database: Database) -> None:
    """
    An upgrade does not change a schema that a newer version has created.
    """
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE orderferry_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="newer than this version of orderferry"):
        upgrade(database.engine)


def test_several_processes_can_upgrade_at_the_same_time(empty: Database) -> None:
    """
    Three processes that upgrade an empty database at the same time all succeed.
    """
    assert [REVISIONS[-1]] * 3 == run_together("upgrade_database", empty.url)
    check_schema(empty.engine)


def test_a_failed_upgrade_leaves_nothing(empty: Database) -> None:
    """
    An upgrade that fails is rolled back as a whole, so that it can be run again.
    """
    with empty.engine.begin() as connection:
        connection.execute(text("CREATE TABLE orderferry_memory (id integer)"))
    with pytest.raises(ConfigurationError, match="orderferry_memory"):
        upgrade(empty.engine)

    with empty.engine.begin() as connection:
        assert ["orderferry_memory"] == inspect(connection).get_table_names()
        connection.execute(text("DROP TABLE orderferry_memory"))
    assert REVISIONS[-1] == upgrade(empty.engine)


def test_a_check_imports_no_alembic(database: Database) -> None:
    """
    Alembic, which takes half a second to import, is not imported for a check of the schema.
    """
    program = (
        "import json, sys\nfrom orderferry.storage import open_engine, prepare\n"
        "prepare(open_engine(sys.argv[1]))\n"
        "print(json.dumps([name for name in sys.modules if name.startswith('alembic')]))"
    )
    completed = subprocess.run(
        [sys.executable, "-c", program, database.url], capture_output=True, text=True, check=True
    )
    assert [] == json.loads(completed.stdout)


def test_a_file_that_is_no_database_is_a_configuration_error(tmp_path: Path) -> None:
    """
    The error has the file's name and the database's message.
    """
    file = tmp_path / "orders.db"
    file.write_text("not a database, but long enough to be read as one" * 100)
    engine = open_engine(f"sqlite:///{file}")
    with pytest.raises(ConfigurationError, match=r"orders\.db cannot be used: file is not a data"):
        prepare(engine)
    engine.dispose()


def test_an_unreachable_server_is_a_configuration_error_without_the_password() -> None:
    """
    The error, which may be logged, has the database's message and not the password.
    """
    engine = open_engine("postgresql://me:s3cret@127.0.0.1:1/nowhere")
    with pytest.raises(ConfigurationError, match="cannot be used: connection failed") as raised:
        check_schema(engine)
    assert "s3cret" not in str(raised.value)
    engine.dispose()
