"""
Databases, a target, processes, and configurations that bring them together.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.tests.postgres import Server
from orderferry.storage import open_engine, upgrade
from tests.crash.connectors import install
from tests.crash.databases import Database
from tests.crash.processes import Starter, running_starter
from tests.crash.taken import Target, running_target

BOTH = ("sqlite", "postgresql")
TOLD = pytest.StashKey[list[str]]()


Tell = Callable[[str], None]


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """
    Print what was measured at the end of the run, also of a test that passes.
    """
    told = request.config.stash.setdefault(TOLD, [])

    def tell(line: str) -> None:
        told.append(f"{request.node.name}: {line}")

    return tell


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """
    Print what the tests told.
    """
    for line in config.stash.get(TOLD, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """
    A folder of the import path, with the connectors' distribution in it.
    """
    folder = tmp_path_factory.mktemp("site")
    install(folder)
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


@pytest.fixture(scope="session")
def session_starter(site: Path) -> Iterator[Starter]:
    """
    The starter of this run of tests.
    """
    with running_starter(site) as starter:
        yield starter


@pytest.fixture
def starter(session_starter: Starter) -> Iterator[Starter]:
    """
    What starts processes; none of them may fail, nor a thread of it.
    """
    session_starter.failures.clear()
    yield session_starter
    assert [] == session_starter.failures


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Target]:
    """
    A target of the test's own.
    """
    with running_target(tmp_path / "taken.jsonl") as target:
        yield target


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    An SQLite file with all tables, to be copied.
    """
    file = tmp_path_factory.mktemp("migrated") / "migrated.db"
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def migrated_template(postgres: Server) -> Iterator[str]:
    """
    A database with all tables, to be a template.
    """
    with postgres.database() as name:
        engine = open_engine(postgres.url(name))
        upgrade(engine)
        engine.dispose()
        yield name


@pytest.fixture
def sqlite(tmp_path: Path, migrated_file: Path) -> Iterator[Database]:
    """
    An SQLite file with all tables.
    """
    file = tmp_path / "orderferry.db"
    shutil.copy(migrated_file, file)
    yield from _opened("sqlite", f"sqlite:///{file}", str(file))


@pytest.fixture
def postgresql(postgres: Server, migrated_template: str) -> Iterator[Database]:
    """
    A PostgreSQL database with all tables.
    """
    with postgres.database(migrated_template) as name:
        yield from _opened("postgresql", postgres.url(name), name)


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> Database:
    """
    A database of each kind.
    """
    found: Database = request.getfixturevalue(request.param)
    return found


def _opened(kind: str, url: str, name: str) -> Iterator[Database]:
    engine = open_engine(url, connections=2)
    yield Database(kind, url, name, engine)
    engine.dispose()


Configure = Callable[..., Path]


@pytest.fixture
def configure(tmp_path: Path, target: Target) -> Configure:
    """
    Write a configuration: `configure(database, {"asking": {...flow}}, Online={"New": [step]})`.
    """

    def write(
        database: Database,
        connectors: dict[str, dict[str, Any]],
        *,
        lease: float = 1.0,
        **order_types: dict[str, list[dict[str, Any]]],
    ) -> Path:
        lines = [
            "[runtime]",
            f'database = "{database.url}"',
            f"lease_seconds = {lease}",
            "inline_deadline_seconds = 2.0",
        ]
        for name, flow in connectors.items():
            lines += ["[[connector]]", f'name = "{name}"', 'id = "main"']
            lines += ["[connector.settings]", f'base_url = "{target.url}"', "[connector.flow]"]
            lines += [f"{key} = {json.dumps(value)}" for key, value in flow.items()]
        (tmp_path / "orderferry.toml").write_text("\n".join(lines) + "\n")
        document = [
            {
                "name": order_type,
                "orderStatuses": [
                    {"name": status, "workflowSteps": steps} for status, steps in statuses.items()
                ],
            }
            for order_type, statuses in order_types.items()
        ]
        (tmp_path / "workflow.json").write_text(json.dumps(document))
        return tmp_path / "orderferry.toml"

    return write


def export_to(connector: str | list[str], **fields: Any) -> dict[str, Any]:
    """
    An ExportOrder step.
    """
    return {"name": "ExportOrder", "active": True, "Connector": connector, **fields}


def saved(connector: str | list[str], **fields: Any) -> dict[str, Any]:
    """
    An ExportOrder step that runs after the order is saved.
    """
    return export_to(connector, RunAfterOrderIsSaved=True, **fields)
