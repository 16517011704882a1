"""
The imports of commands: only the rooms and distributions that they need.

Each command runs in a separate process, which then reports the modules that it has imported. The
allowed imports are listed here, so an import that is added at the top of a module is noticed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest
from attrs import frozen

from core.tests.databases import Database

from .conftest import Workplace, workflow_of

PROGRAM = """
import json, sys
from pathlib import Path
from orderferry.cli import main
try:
    main(prog_name="orderferry")
finally:
    Path("loaded.json").write_text(json.dumps(sorted(sys.modules)))
"""

LISTS = ("orders", "exports", "lanes")
READS = frozenset({"attrs", "click", "sqlalchemy", "typing-extensions", "greenlet"})
"""The distributions that a list needs with SQLite."""

CONNECTORS = frozenset(
    {"cattrs", "msgspec", "packaging", "pluggy", "urllib3"}
    | {"importlib-metadata", "zipp", "lazy-importer"}  # the last two are importlib_metadata's
)
"""The distributions that loading and configuring connectors needs, including the HTTP client."""

FERRY = (
    READS
    | CONNECTORS
    | {"oauthlib", "rich", "structlog"}
    | {"colorama", "pygments"}  # structlog imports them, and all of rich, where they are installed
)
"""The distributions that a command needs to send."""

DRIVER = frozenset({"psycopg", "psycopg-binary"})


@frozen
class Loaded:
    """
    The modules that a command imported.
    """

    modules: frozenset[str]

    @property
    def distributions(self) -> set[str]:
        """
        The distributions of the modules, except those that any Python process imports here.
        """
        where = packages_distributions()
        tops = {name.partition(".")[0] for name in self.modules - bare()}
        imports = {name for top in tops for name in where.get(top, ())}
        own = {name for name in imports if name.startswith("orderferry")}
        return {name.lower().replace("_", "-") for name in imports - own}

    @property
    def rooms(self) -> set[str]:
        """
        The rooms of the core.
        """
        parts = [name.split(".") for name in self.modules]
        return {part[1] for part in parts if part[0] == "orderferry" and len(part) > 1}

    @property
    def dialects(self) -> set[str]:
        """
        The dialects of SQLAlchemy.
        """
        parts = [name.split(".") for name in self.modules]
        imports = {part[2] for part in parts if part[:2] == ["sqlalchemy", "dialects"] and part[2:]}
        return {name for name in imports if not name.startswith("_")}


def bare() -> frozenset[str]:
    """
    The modules that any Python process imports here, such as a tool that measures coverage.
    """
    program = "import json, sys; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    return frozenset(json.loads(ran.stdout))


def loaded(place: Workplace, *arguments: str) -> Loaded:
    """
    Run a command, and return the modules that it imported.
    """
    with place.start(*arguments, program=("-c", PROGRAM)) as process:
        _, err = process.communicate(timeout=60)
    assert 0 == process.returncode, err.decode()
    return Loaded(frozenset(json.loads((place.folder / "loaded.json").read_text())))


@pytest.fixture
def used(stored: Workplace) -> Workplace:
    """
    A database with an order that was exported, and one whose export is queued.
    """
    stored.call("run", "--status", "New", stored.order("A1"))
    stored.configure({}, workflow=workflow_of({"runAfterOrderIsSaved": True}))
    stored.call("run", "--status", "New", "--no-wait", stored.order("A2"))
    return stored


def of(database: Database) -> frozenset[str]:
    """
    The distributions of the database's driver.
    """
    return DRIVER if database.kind == "postgresql" else frozenset()


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["table", "json"])
@pytest.mark.parametrize("kind", LISTS)
def test_a_list_loads_the_database_and_what_prints_it(
    used: Workplace, database: Database, kind: str, options: tuple[str, ...]
) -> None:
    """
    A list loads no connector, workflow, runtime or HTTP client, and looks for nothing installed.
    """
    imports = loaded(used, kind, "list", *options)

    prints = {"msgspec"} if options else {"rich"}
    reads = READS | ({"msgspec"} if kind == "exports" else set())
    assert set() == imports.distributions - reads - prints - of(database)
    rooms = {"cli", "config", "connectors", "delivery", "errors", "export_result", "exports"}
    assert set() == imports.rooms - rooms - {"lazy", "orders", "reading", "storage"}
    assert "orderferry.connectors.http" not in imports.modules
    assert "orderferry.storage._store" not in imports.modules


@pytest.mark.parametrize("kind", LISTS)
def test_a_table_is_printed_without_the_console_of_rich(used: Workplace, kind: str) -> None:
    """
    A table imports only the cell widths of rich.
    """
    imports = loaded(used, kind, "list")

    rich = {name for name in imports.modules if name.startswith("rich.")}
    assert {"rich.cells"} == rich - {name for name in rich if name.startswith("rich._")}


@pytest.mark.parametrize(
    "arguments",
    [
        ("orders", "list"),
        ("exports", "list"),
        ("lanes", "list"),
        ("worker", "--until-idle"),
        ("run", "--status", "New", "A2.json"),
        ("check",),
    ],
    ids=" ".join,
)
def test_a_command_loads_the_database_that_it_uses_alone(
    used: Workplace, database: Database, arguments: tuple[str, ...]
) -> None:
    """
    A command imports the driver and dialect of the configured database only.
    """
    imports = loaded(used, *arguments)

    assert {database.kind} == imports.dialects
    # What measures coverage has a database of its own, which is SQLite's.
    tops = {name.partition(".")[0] for name in imports.modules - bare()}
    used_alone = {"sqlite": {"sqlite3"}, "postgresql": {"psycopg"}}[database.kind] - bare()
    assert used_alone == tops & {"sqlite3", "psycopg"}
    assert "alembic" not in tops


@pytest.mark.parametrize(
    "arguments",
    [("worker", "--until-idle"), ("run", "--status", "New", "A2.json")],
    ids=" ".join,
)
def test_a_command_that_sends_loads_what_sends(
    used: Workplace, database: Database, arguments: tuple[str, ...]
) -> None:
    """
    Commands that send import no tool for tests, migrations or scaffolding.
    """
    imports = loaded(used, *arguments)

    assert set() == imports.distributions - FERRY - of(database)
    assert "testing" not in imports.rooms


@pytest.mark.parametrize("arguments", [("connectors",), ("init", "--force")], ids=" ".join)
def test_what_needs_no_database_loads_none(
    workplace: Workplace, arguments: tuple[str, ...]
) -> None:
    """
    Commands without a database do not import SQLAlchemy.
    """
    imports = loaded(workplace, *arguments)

    allowed = CONNECTORS | {"attrs", "click", "rich", "typing-extensions"}
    assert set() == imports.distributions - allowed
    assert set() == imports.rooms & {"storage", "testing"}
