"""
What `check` says of the database.
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
    What is found of a database: the point in a word, and its state.
    """
    runtime = RuntimeSettings(workflow=Path(), state_directory=Path(), database=url)
    found = list(database_findings(runtime))
    return [("sessions" if "sessions" in each.what else "schema", each.state) for each in found]


def test_a_database_that_is_up_to_date_is_proven(database: Database) -> None:
    """
    On PostgreSQL its sessions are asked about too.
    """
    sessions = [("sessions", CheckState.PROVEN)] if database.kind == "postgresql" else []

    assert [("schema", CheckState.PROVEN), *sessions] == findings(database.url)


def test_a_database_without_tables_has_failed(empty: Database) -> None:
    """
    An SQLite file that is not there yet will be made, so nothing is said of it.
    """
    wanted = [("schema", CheckState.FAILED)] if empty.kind == "postgresql" else []

    assert wanted == findings(empty.url)
    assert empty.kind == "postgresql" or not Path(empty.name).exists()


def test_a_database_that_does_not_answer_has_failed() -> None:
    """
    Without a password in what is said.
    """
    assert [("schema", CheckState.FAILED)] == findings("postgresql://me:s3cr3t@127.0.0.1:9/none")


def test_a_database_that_is_not_named_whole_has_failed() -> None:
    """
    What it lacks is told, and nothing is opened.
    """
    runtime = RuntimeSettings(
        workflow=Path(), state_directory=Path(), database="", missing_database="DB is not set"
    )

    (found,) = database_findings(runtime)

    assert (CheckState.FAILED, "DB is not set") == (found.state, found.detail)


def test_a_pooler_that_lends_sessions_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    It gives two connections one session; the stand-in shows that, and nothing else of a pooler.
    """
    if database.kind == "sqlite":
        assert not shares_sessions(database.engine)
        return
    session = open_session(database.engine, "test")
    lent = "orderferry.storage._engine.open_session"
    monkeypatch.setattr(lent, lambda engine, purpose: session)

    assert [("schema", CheckState.PROVEN), ("sessions", CheckState.FAILED)] == findings(
        database.url
    )
