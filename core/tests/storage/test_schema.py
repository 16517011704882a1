"""
Schemas: made once, checked plainly.
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

from .together import together


def described(engine: Engine) -> dict[str, Any]:
    """
    All tables of a database as it describes them itself.
    """
    found = inspect(engine)
    return {
        name: {
            "columns": [{**each, "type": repr(each["type"])} for each in found.get_columns(name)],
            "primary key": found.get_pk_constraint(name),
            "unique": found.get_unique_constraints(name),
            "foreign keys": found.get_foreign_keys(name),
            "indexes": sorted(found.get_indexes(name), key=str),
            "options": found.get_table_options(name),
        }
        for name in found.get_table_names()
    }


@pytest.mark.parametrize(
    ("empty", "database"), [(kind, kind) for kind in BOTH], indirect=True, ids=BOTH
)
def test_the_migrations_make_the_tables_that_a_new_database_has(
    empty: Database, database: Database
) -> None:
    """
    Tables, columns, types, constraints and indexes, with their names.
    """
    with empty.engine.begin() as connection:
        run_migrations(connection)

    assert described(database.engine) == described(empty.engine)
    assert {*metadata.tables, "orderferry_version"} == set(described(empty.engine))
    assert REVISIONS[-1] == current_revision(empty.engine)


@pytest.mark.parametrize(
    ("empty", "database"), [(kind, kind) for kind in BOTH], indirect=True, ids=BOTH
)
def test_alembic_finds_nothing_to_change(empty: Database, database: Database) -> None:
    """
    As it would when the next revision is begun.
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
    A check needs no Alembic, and still knows them all.
    """
    config = Config()
    config.set_main_option("script_location", "orderferry.storage:_migrations")
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)

    assert REVISIONS == tuple(each.revision for each in scripts.walk_revisions())[::-1]


def test_an_upgrade_makes_the_tables_once(empty: Database) -> None:
    """
    A second one finds nothing to do.
    """
    assert None is current_revision(empty.engine)
    assert REVISIONS[-1] == upgrade(empty.engine)
    assert REVISIONS[-1] == upgrade(empty.engine)
    assert REVISIONS[-1] == current_revision(empty.engine)
    check_schema(empty.engine)


def test_tables_of_the_host_are_left_alone(empty: Database) -> None:
    """
    The host's own Alembic keeps its version in the same database.
    """
    with empty.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num varchar(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('host')"))
    upgrade(empty.engine)

    with empty.engine.connect() as connection:
        kept = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        assert "host" == kept
        names = set(inspect(connection).get_table_names())
    assert {*metadata.tables, "orderferry_version", "alembic_version"} == names


def test_an_empty_file_is_migrated_by_itself_and_a_server_by_command(empty: Database) -> None:
    """
    On PostgreSQL the one on call decides when.
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
def test_another_schema_is_refused_plainly(
    database: Database, revision: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Older: what to run; newer: what to use. Nothing is changed.
    """
    monkeypatch.setattr("orderferry.storage._schema.REVISIONS", ("0000", *REVISIONS))
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE orderferry_version SET version_num = :r"), {"r": revision})

    for refuse in (check_schema, prepare):
        with pytest.raises(ConfigurationError, match=message):
            refuse(database.engine)
    assert revision == current_revision(database.engine)


def test_a_newer_schema_is_not_upgraded(database: Database) -> None:
    """
    What a later program made, this one does not touch.
    """
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE orderferry_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="newer than this version of orderferry"):
        upgrade(database.engine)


def test_upgrades_at_once_are_safe(empty: Database) -> None:
    """
    Three processes begin together on an empty database; each ends well.
    """
    assert [REVISIONS[-1]] * 3 == together("upgraded", empty.url)
    check_schema(empty.engine)


def test_an_upgrade_that_fails_leaves_nothing(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    All tables in one transaction: it can be run again.
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
    It takes half a second to import, and only an upgrade needs it.
    """
    program = (
        "import json, sys\nfrom orderferry.storage import open_engine, prepare\n"
        "prepare(open_engine(sys.argv[1]))\n"
        "print(json.dumps([name for name in sys.modules if name.startswith('alembic')]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, database.url], capture_output=True, text=True, check=True
    )
    assert [] == json.loads(done.stdout)


def test_a_file_that_is_no_database_is_refused_plainly(tmp_path: Path) -> None:
    """
    With its name, and without a traceback from the driver.
    """
    file = tmp_path / "orders.db"
    file.write_text("no database at all, but long enough to be taken for one" * 100)
    engine = open_engine(f"sqlite:///{file}")
    with pytest.raises(ConfigurationError, match=r"orders\.db cannot be used: file is not a data"):
        prepare(engine)
    engine.dispose()


def test_a_server_that_is_not_there_is_told_plainly_and_without_its_password() -> None:
    """
    The message goes to logs.
    """
    engine = open_engine("postgresql://me:geheim@127.0.0.1:1/nowhere")
    with pytest.raises(ConfigurationError, match="cannot be used: connection failed") as caught:
        check_schema(engine)
    assert "geheim" not in str(caught.value)
    engine.dispose()
