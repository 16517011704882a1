"""
Transitions: which runs there are, and which of them have ended.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from attrs import frozen
from sqlalchemy import Connection, insert, select, update

from orderferry.storage._tables import transitions

__all__ = ["RunRow", "Runs"]


@frozen(kw_only=True)
class RunRow:
    """
    A run of a status's workflow.

    Attributes:
        run: Its id.
        owner: The process that runs it; `None` where a failure wants it run.
        visited: The statuses of its chain so far, its own among them.
    """

    run: str
    order_id: str
    status: str
    shipment_id: str | None
    version: str
    user: str | None
    owner: str | None
    visited: frozenset[str]


@frozen
class Runs:
    """
    The runs of workflows that one transaction sees.

    Attributes:
        now: The database's time.
    """

    connection: Connection
    now: Callable[[], datetime]

    def begin(self, row: RunRow) -> None:
        """
        Write that a run begins, or is wanted.
        """
        self.connection.execute(
            insert(transitions).values(
                run=row.run,
                order_id=row.order_id,
                status=row.status,
                shipment_id=row.shipment_id,
                version=row.version,
                user=row.user,
                owner=row.owner,
                visited=json.dumps(sorted(row.visited)),
                began=self.now(),
            )
        )

    def end(self, run: str, outcome: str) -> None:
        """
        Write that a run has ended.
        """
        changed = {"ended": self.now(), "outcome": str(outcome)}
        self.connection.execute(update(transitions).where(transitions.c.run == run).values(changed))

    def take_over(self, row: RunRow, owner: str) -> bool:
        """
        Take a run over that nobody has, or whose process is dead.

        Returns:
            Whether it was still as it was read.
        """
        at = (
            transitions.c.owner.is_(None) if row.owner is None else transitions.c.owner == row.owner
        )
        changed = (
            update(transitions)
            .where(transitions.c.run == row.run, transitions.c.ended.is_(None), at)
            .values(owner=owner)
        )
        return self.connection.execute(changed).rowcount == 1

    def in_progress(self, order_id: str | None = None) -> tuple[RunRow, ...]:
        """
        The runs that have not ended, of one order or of all.
        """
        query = select(transitions).where(transitions.c.ended.is_(None))
        if order_id is not None:
            query = query.where(transitions.c.order_id == order_id)
        return tuple(
            RunRow(
                run=row["run"],
                order_id=row["order_id"],
                status=row["status"],
                shipment_id=row["shipment_id"],
                version=row["version"],
                user=row["user"],
                owner=row["owner"],
                visited=frozenset(json.loads(row["visited"])),
            )
            for row in self.connection.execute(query).mappings()
        )
