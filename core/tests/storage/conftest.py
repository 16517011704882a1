"""
Databases of both kinds, and something to keep in them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, frozen
from sqlalchemy import Engine

from core.tests.postgres import Server
from orderferry.connectors import Properties
from orderferry.exports import Export, ExportKey, Operation, Origin
from orderferry.orders import Order
from orderferry.storage import Store, open_engine, upgrade

NOW = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
BOTH = ("sqlite", "postgresql")

MakeExport = Callable[..., Export]


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


@pytest.fixture
def store(database: Database) -> Store:
    """
    The store on the database.
    """
    return Store(database.engine)


@pytest.fixture
def make_export() -> MakeExport:
    """
    An export of order W1 to sap/main at status New, version 1, unless told otherwise.
    """

    def make(**given: Any) -> Export:
        key = ExportKey(
            order_id="W1",
            shipment_id=None,
            connector="sap",
            connector_id="main",
            operation=Operation.EXPORT_ORDER,
            status="New",
            version="1",
        )
        in_key = {name: given.pop(name) for name in list(given) if hasattr(key, name)}
        key = evolve(key, **in_key)
        export = Export(
            key=key,
            order=Order(id=key.order_id),
            properties=Properties(),
            origin=Origin(step="ExportOrder", run="r1"),
            created=NOW,
            changed=NOW,
        )
        return evolve(export, **given)

    return make
