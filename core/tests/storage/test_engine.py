"""
Engines: which URLs open a database, and with which settings.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from core.tests.databases import Database
from orderferry.errors import ConfigurationError
from orderferry.storage import open_engine


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("orders.db", r"database: not a valid URL \(ArgumentError\)"),
        ("mysql://root@localhost/orders", "mysql is not supported; use sqlite:///FILE"),
        ("nosuch://x", "nosuch is not supported"),
        ("sqlite://", "SQLite requires a file"),
        ("sqlite:///:memory:", "SQLite requires a file"),
    ],
)
def test_an_unusable_url_is_a_configuration_error(url: str, message: str) -> None:
    """
    The error states what is wrong with the URL, before anything is opened.
    """
    with pytest.raises(ConfigurationError, match=message):
        open_engine(url)


def test_sqlite_uses_wal_and_full_synchronization(tmp_path: Path) -> None:
    """
    WAL mode lets readers read during a write, and FULL synchronization survives a power cut.
    """
    engine = open_engine(f"sqlite:///{tmp_path}/new/folder/orders.db")
    with engine.connect() as connection:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert value == connection.execute(text(f"PRAGMA {pragma}")).scalar_one()
    engine.dispose()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_connections_to_postgresql_have_keepalives(database: Database) -> None:
    """
    Each connection has keepalives, unless the URL has other parameters, which take precedence.
    """
    engine = open_engine(f"{database.url}?keepalives_idle=77&application_name=mine")
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        parameters = driver.info.get_parameters()
    engine.dispose()

    expected = {"keepalives_idle": "77", "keepalives_count": "3", "application_name": "mine"}
    assert expected == {name: parameters[name] for name in expected}


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    """
    A reader does not block during a write, and sees only what was committed before.
    """
    query = text("SELECT count(*) FROM orderferry_contents")
    with database.engine.begin() as writer:
        writer.execute(text("INSERT INTO orderferry_contents VALUES ('a', '{}')"))
        with database.engine.connect().execution_options(orderferry_reading=True) as reader:
            assert 0 == reader.execute(query).scalar_one()
    with database.engine.connect() as connection:
        assert 1 == connection.execute(query).scalar_one()
