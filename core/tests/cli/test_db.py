"""
Tests of `orderferry db`.
"""

from __future__ import annotations

import json

import pytest
from attrs import evolve

from core.tests.databases import Database
from orderferry.storage import REVISIONS

from .conftest import Workplace


@pytest.fixture
def new(workplace: Workplace, empty: Database) -> Workplace:
    """
    A workplace whose database has no tables yet.
    """
    place = evolve(workplace, database=empty.url)
    place.configure({})
    return place


def test_an_upgrade_makes_the_tables(new: Workplace) -> None:
    """
    The first upgrade creates the tables, and the second one changes nothing.
    """
    first, second = new.call("db", "upgrade"), new.call("db", "upgrade")

    assert 0 == first.code
    assert f"{new.database} now has schema {REVISIONS[-1]}\n" == first.text
    assert 0 == second.code
    assert f"{new.database} already has schema {REVISIONS[-1]}\n" == second.text
    assert 0 == new.call("run", "--status", "New", new.order()).code


def test_a_database_without_tables_is_reported(new: Workplace) -> None:
    """
    The message for a database without tables asks for the upgrade.
    """
    ran = new.call("db", "check")

    assert 2 == ran.code
    assert "has no tables yet: run `orderferry db upgrade`" in ran.err


def test_a_database_that_is_up_to_date_passes(stored: Workplace) -> None:
    """
    The check of a database with the expected schema is exit code 0.
    """
    ran = stored.call("db", "check")

    assert 0 == ran.code
    assert f"{stored.database} has the expected schema {REVISIONS[-1]}\n" == ran.text


def test_a_password_is_not_shown(workplace: Workplace) -> None:
    """
    The message for an unreachable database contains neither the password nor a traceback.
    """
    place = evolve(workplace, database="postgresql://me:s3cr3t@127.0.0.1:9/none")
    place.configure({})

    for command in (("db", "check"), ("db", "upgrade"), ("exports", "list"), ("worker",)):
        ran = place.call(*command)
        assert 2 == ran.code
        assert "s3cr3t" not in ran.err
        assert "127.0.0.1:9" in ran.err


def test_what_needs_no_database_need_not_know_its_password(workplace: Workplace) -> None:
    """
    A missing database password is a finding of `check`, and an error of commands that open the
    database.
    """
    evolve(workplace, database="postgresql://u:${env:GONE}@h/db").configure({})
    message = "database: the environment variable GONE is not set; set it @ runtime.database"

    preview = workplace.call("preview", "--connector", "acme", workplace.order())
    connectors = workplace.call("connectors", "--json")
    check = workplace.call("check", "--offline", "--json")
    run = workplace.call("run", "--status", "New", workplace.order())

    assert 0 == preview.code
    assert 0 == connectors.code
    assert 1 == check.code
    assert 2 == run.code
    assert [f"orderferry.toml: {message}"] == [
        finding["detail"] for finding in json.loads(check.out) if finding["state"] == "failed"
    ]
    assert message in run.err
    assert [] == workplace.taken
