"""
Findings of `check` about the database.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from core.tests.databases import Database
from orderferry.config import RuntimeSettings
from orderferry.runtime import CheckState, database_findings
from orderferry.storage import shares_sessions
from orderferry.storage._engine import open_session


def findings(url: str) -> list[tuple[str, str]]:
    """
    Return the findings about a database: the point as one word, and its state.
    """
    runtime = RuntimeSettings(workflow=Path(), state_directory=Path(), database=url)
    return [
        ("sessions" if "sessions" in finding.what else "schema", finding.state)
        for finding in database_findings(runtime)
    ]


def test_a_database_that_is_up_to_date_is_proven(database: Database) -> None:
    """
    A database with the present schema is proven, and so are the sessions of PostgreSQL.
    """
    sessions = [("sessions", CheckState.PROVEN)] if database.kind == "postgresql" else []

    assert [("schema", CheckState.PROVEN), *sessions] == findings(database.url)


def test_a_database_without_tables_has_failed(empty: Database) -> None:
    """
    A database without tables fails; an SQLite file that does not exist has no finding.
    """
    expected = [("schema", CheckState.FAILED)] if empty.kind == "postgresql" else []

    assert expected == findings(empty.url)
    assert empty.kind == "postgresql" or not Path(empty.name).exists()


def test_a_database_that_does_not_respond_has_failed() -> None:
    """
    A database that does not respond fails.
    """
    assert [("schema", CheckState.FAILED)] == findings("postgresql://me:s3cr3t@127.0.0.1:9/none")


def test_a_database_url_with_a_missing_part_has_failed() -> None:
    """
    A database URL with a missing part fails, and nothing is opened.
    """
    runtime = RuntimeSettings(
        workflow=Path(), state_directory=Path(), database="", missing_database="DB is not set"
    )

    (finding,) = database_findings(runtime)

    assert CheckState.FAILED is finding.state
    assert "DB is not set" == finding.detail


def test_a_pooler_that_shares_sessions_has_failed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A pooler that shares sessions fails; the stand-in shares one session between connections.
    """
    if database.kind == "sqlite":
        assert not shares_sessions(database.engine)
        return
    session = open_session(database.engine, "test")
    function = "orderferry.storage._engine.open_session"
    monkeypatch.setattr(function, lambda engine, purpose: session)

    assert [("schema", CheckState.PROVEN), ("sessions", CheckState.FAILED)] == findings(
        database.url
    )
