"""
Databases of both kinds, each the test's own.

The root `conftest.py` registers this module, so every suite has its fixtures.

What the SQL does is tested in `core/tests/storage`, always on both databases. The rooms above use
storage's classes and write no SQL, so with `ORDERFERRY_TEST_DATABASES=sqlite` (`core.tests.effort`)
their tests run on SQLite alone. In a run of many environments, one is without it.
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
    A database of the test's own.

    Attributes:
        kind: `sqlite` or `postgresql`.
        url: Where it is, for other processes.
        name: Its name at the server, or its file.
        engine: Connections to it.
    """

    kind: str
    url: str
    name: str
    engine: Engine


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """
    Deselect the tests on PostgreSQL outside storage, where they are not wanted.
    """
    if SQLITE_ONLY:
        kept: list[pytest.Item] = []
        deselected: list[pytest.Item] = []
        for item in items:
            leaves = _needs_server(item) and not item.path.is_relative_to(STORAGE)
            (deselected if leaves else kept).append(item)
        config.hook.pytest_deselected(items=deselected)
        items[:] = kept


def _needs_server(item: pytest.Item) -> bool:
    """
    Whether a test has a database in PostgreSQL, or asks for the server itself.
    """
    variants = item.callspec.params if hasattr(item, "callspec") else {}
    return "postgres" in getattr(item, "fixturenames", ()) or any(
        variants.get(name) == "postgresql" for name in ("database", "empty")
    )


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


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """
    A database with all tables.
    """
    if request.param == "sqlite":
        file = tmp_path / "orderferry.db"
        shutil.copy(request.getfixturevalue("migrated_file"), file)
        yield from _opened("sqlite", f"sqlite:///{file}", str(file))
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database(request.getfixturevalue("migrated_template")) as name:
        yield from _opened("postgresql", server.url(name), name)


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """
    A database without any tables.
    """
    if request.param == "sqlite":
        file = tmp_path / "empty.db"
        yield from _opened("sqlite", f"sqlite:///{file}", str(file))
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database() as name:
        yield from _opened("postgresql", server.url(name), name)


def _opened(kind: str, url: str, name: str) -> Iterator[Database]:
    engine = open_engine(url)
    yield Database(kind, url, name, engine)
    engine.dispose()
