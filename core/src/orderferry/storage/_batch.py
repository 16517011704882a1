"""
One transaction over orders and exports.
"""

from __future__ import annotations

from attrs import define, field

from orderferry.storage._due import Due
from orderferry.storage._lanes import Lanes
from orderferry.storage._ledger import SqlLedger
from orderferry.storage._orders import Orders
from orderferry.storage._reading import Reading
from orderferry.storage._shards import Shards
from orderferry.storage._transitions import Runs

__all__ = ["Batch"]


@define(eq=False)
class Batch(Reading):
    """
    One transaction: all of it is written, or none. Each part has the statements of one subject.

    Attributes:
        owner: The process that awaited exports belong to.
        shards: In which lanes exports wait.
        touched: The lanes that have something new to do once it is committed.
    """

    owner: str | None = None
    shards: Shards = field(factory=Shards)
    touched: set[str] = field(factory=set)

    @property
    def orders(self) -> Orders:
        """
        Orders, with their errors and their history.
        """
        return Orders(self.connection)

    @property
    def ledger(self) -> SqlLedger:
        """
        Exports, as an attempt reads and writes them.
        """
        return SqlLedger(self.connection, self.shards, self.owner, self.touched)

    @property
    def lanes(self) -> Lanes:
        """
        Lanes: who owns them, and what their owners claim and record.
        """
        return Lanes(self.connection, self.touched, self.known_time)

    @property
    def due(self) -> Due:
        """
        What the owner of a lane may begin or ask about.
        """
        return Due(self.connection)

    @property
    def runs(self) -> Runs:
        """
        Runs of workflows.
        """
        return Runs(self.connection, self.now)
