"""
What the tests read in a database beside the ferries.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Any

from sqlalchemy import text

from core.tests.databases import Database
from tests.crash.taken import PATIENCE

PENDING = "state IN ('queued', 'sending', 'retrying') OR (state = 'unknown' AND due IS NOT NULL)"


def rows(database: Database, query: str, **given: Any) -> list[Any]:
    """
    Rows of a query.
    """
    with database.engine.connect().execution_options(orderferry_reading=True) as connection:
        return list(connection.execute(text(query), given))


def pending(database: Database) -> int:
    """
    How many exports are not finished and will be by themselves.
    """
    return int(rows(database, f"SELECT count(*) FROM orderferry_exports WHERE {PENDING}")[0][0])


def states(database: Database, connector: str) -> dict[str, str]:
    """
    The state of each order's export to a connector.
    """
    query = (
        "SELECT order_id, state FROM orderferry_exports"
        " WHERE connector = :connector AND operation = 'export_order'"
    )
    return {row[0]: row[1] for row in rows(database, query, connector=connector)}


def eventually(what: str, holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """
    Look again and again at what no process tells, until it holds or the time is up.
    """
    until = monotonic() + seconds
    pause = Event()
    while not holds():
        assert monotonic() < until, f"not {what} within {seconds} s"
        pause.wait(0.05)


def lane(database: Database, name: str) -> Any:
    """
    A lane's row.
    """
    return rows(database, "SELECT * FROM orderferry_lanes WHERE name = :name", name=name)[0]
