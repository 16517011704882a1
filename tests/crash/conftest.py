"""
A target, processes, and configurations that bring them together with a database.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from attrs import frozen

from core.tests.databases import Database
from core.tests.memory import MEMORY
from core.tests.postgres import Server
from orderferry.storage import open_engine
from tests.crash.configuration import write_configuration
from tests.crash.connectors import install
from tests.crash.processes import Starter, running_starter
from tests.crash.taken import Target, running_target

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


Configure = Callable[..., str]


@pytest.fixture
def configure(tmp_path: Path) -> Configure:
    """
    Write a configuration: `configure(database, target, {"asking": {…}}, Online={"New": [step]})`.
    """

    def write(
        database: Database, target: Target, connectors: dict[str, dict[str, Any]], **given: Any
    ) -> str:
        folder = tmp_path / database.kind
        folder.mkdir(exist_ok=True)
        return str(write_configuration(folder, database.url, target.url, connectors, **given))

    return write


@frozen
class Stage:
    """
    A database, and a target of its own.
    """

    database: Database
    target: Target


@pytest.fixture
def both(
    tmp_path: Path, migrated_file: Path, postgres: Server, migrated_template: str
) -> Iterator[tuple[Stage, ...]]:
    """
    One stage with SQLite and one with PostgreSQL, for tests that use both at the same time.

    The file is in memory where there is room, as the server is: nothing here pulls the plug.
    """
    with (
        TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder,
        postgres.database(migrated_template) as name,
        running_target(tmp_path / "sqlite.jsonl") as first,
        running_target(tmp_path / "postgresql.jsonl") as second,
    ):
        file = Path(folder) / "orderferry.db"
        shutil.copy(migrated_file, file)
        sqlite, server = open_engine(f"sqlite:///{file}"), open_engine(postgres.url(name))
        yield (
            Stage(Database("sqlite", f"sqlite:///{file}", str(file), sqlite), first),
            Stage(Database("postgresql", postgres.url(name), name, server), second),
        )
        sqlite.dispose()
        server.dispose()
