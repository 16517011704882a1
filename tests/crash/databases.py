"""
Databases of both kinds, and what the tests read in them beside the ferries.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Any

from attrs import frozen
from sqlalchemy import Engine, text

from tests.crash.taken import PATIENCE

PENDING = "state IN ('queued', 'sending', 'retrying') OR (state = 'unknown' AND due IS NOT NULL)"


@frozen
class Database:
    """
    A database of the test's own.

    Attributes:
        kind: `sqlite` or `postgresql`.
        url: Where it is, for the configuration.
        name: Its name at the server, or its file.
        engine: Connections to it.
    """

    kind: str
    url: str
    name: str
    engine: Engine

    def rows(self, query: str, **given: Any) -> list[Any]:
        """
        Rows of a query.
        """
        with self.engine.connect().execution_options(orderferry_reading=True) as connection:
            return list(connection.execute(text(query), given))

    def execute(self, *statements: str) -> None:
        """
        Execute statements in one transaction.
        """
        with self.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def pending(self) -> int:
        """
        How many exports are not finished and will be by themselves.
        """
        return int(self.rows(f"SELECT count(*) FROM orderferry_exports WHERE {PENDING}")[0][0])

    def states(self, connector: str) -> dict[str, str]:
        """
        The state of each order's export to a connector.
        """
        query = (
            "SELECT order_id, state FROM orderferry_exports"
            " WHERE connector = :connector AND operation = 'export_order'"
        )
        return {row[0]: row[1] for row in self.rows(query, connector=connector)}


def eventually(what: str, holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """
    Look again and again at what no process tells, until it holds or the time is up.
    """
    until = monotonic() + seconds
    pause = Event()
    while not holds():
        assert monotonic() < until, f"not {what} within {seconds} s"
        pause.wait(0.05)
