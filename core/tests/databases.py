"""
Databases of both kinds, a new one for each test.

The root `conftest.py` registers this module, so every suite has its fixtures.

The SQL is tested in `core/tests/storage`, always on both databases. The other packages use classes
of storage and write no SQL, so with `ORDERFERRY_TEST_DATABASES=sqlite` (`core.tests.effort`) their
tests run on SQLite only. In a run of several environments, one of them runs on both.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen
from sqlalchemy import Engine

from core.tests.effort import SQLITE_ONLY
from core.tests.postgres import Server
from orderferry.storage import open_engine, upgrade

BOTH = ("sqlite", "postgresql")
STORAGE = Path(__file__).parent / "storage"


@frozen
class Database:
    """
    A test's database.

    Attributes:
        kind: `sqlite` or `postgresql`.
        url: The URL, for other processes.
        name: The database's name on the server, or the path of its file.
        engine: The engine of this process.
    """

    kind: str
    url: str
    name: str
    engine: Engine


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """
    Deselect the tests on PostgreSQL outside `core/tests/storage` if only SQLite is selected.
    """
    if SQLITE_ONLY:
        selected: list[pytest.Item] = []
        deselected: list[pytest.Item] = []
        for item in items:
            is_deselected = _needs_server(item) and not item.path.is_relative_to(STORAGE)
            (deselected if is_deselected else selected).append(item)
        config.hook.pytest_deselected(items=deselected)
        items[:] = selected


def _needs_server(item: pytest.Item) -> bool:
    """
    Whether a test uses a database in PostgreSQL, or the server itself.
    """
    variants = item.callspec.params if hasattr(item, "callspec") else {}
    return "postgres" in getattr(item, "fixturenames", ()) or any(
        variants.get(name) == "postgresql" for name in ("database", "empty")
    )


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    An SQLite file with all tables, which is copied for each test.
    """
    file = tmp_path_factory.mktemp("migrated") / "migrated.db"
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def migrated_template(postgres: Server) -> Iterator[str]:
    """
    The name of a database with all tables, which is the template for each test's.
    """
    with postgres.database() as name:
        engine = open_engine(postgres.url(name))
        upgrade(engine)
        engine.dispose()
        yield name


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """
    A database with all tables.
    """
    if request.param == "sqlite":
        file = tmp_path / "orderferry.db"
        shutil.copy(request.getfixturevalue("migrated_file"), file)
        yield from _open("sqlite", f"sqlite:///{file}", str(file))
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database(request.getfixturevalue("migrated_template")) as name:
        yield from _open("postgresql", server.url(name), name)


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """
    A database without any tables.
    """
    if request.param == "sqlite":
        file = tmp_path / "empty.db"
        yield from _open("sqlite", f"sqlite:///{file}", str(file))
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database() as name:
        yield from _open("postgresql", server.url(name), name)


def _open(kind: str, url: str, name: str) -> Iterator[Database]:
    engine = open_engine(url)
    yield Database(kind, url, name, engine)
    engine.dispose()
