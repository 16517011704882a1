"""
Runs of workflows: which are in progress, and which process owns them.
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
    The run of a status's workflow for one order: one transition.

    Attributes:
        run: The run's id.
        order_id: The order's id.
        status: The status whose workflow runs.
        shipment_id: The shipment that the transition is for, or `None`.
        version: The order's version.
        user: Who started the transition, or `None`.
        owner: The id of the process that runs it; `None` for a follow-up run that no process has
            begun yet.
        visited: The statuses of the chain of transitions so far, with its own.
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
    The runs of workflows, as one transaction reads and writes them.

    Attributes:
        now: Returns the database's current time, in UTC.
    """

    connection: Connection
    now: Callable[[], datetime]

    def begin(self, row: RunRow) -> None:
        """
        Record that a run begins, or that a follow-up run is to begin.
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
        Record that a run has ended.
        """
        values = {"ended": self.now(), "outcome": str(outcome)}
        self.connection.execute(update(transitions).where(transitions.c.run == run).values(values))

    def take_over(self, row: RunRow, owner: str) -> bool:
        """
        Take over a run that no process owns, or whose owner has ended.

        Returns:
            Whether the run still had the owner of `row`, and had not ended.
        """
        same_owner = (
            transitions.c.owner.is_(None) if row.owner is None else transitions.c.owner == row.owner
        )
        statement = (
            update(transitions)
            .where(transitions.c.run == row.run, transitions.c.ended.is_(None), same_owner)
            .values(owner=owner)
        )
        return self.connection.execute(statement).rowcount == 1

    def in_progress(self, order_id: str | None = None) -> tuple[RunRow, ...]:
        """
        Return the runs that have not ended, of one order or of all orders.
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
