"""
One transaction over orders and exports.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from attrs import define, field

from orderferry.exports import Export, Made, OrderChange
from orderferry.orders import Order
from orderferry.storage import _lanes, _ledger, _orders, _transitions
from orderferry.storage._lane_rows import LaneRow, lane_rows
from orderferry.storage._ledger import add_attempts
from orderferry.storage._orders import StoredOrder
from orderferry.storage._reading import Reading
from orderferry.storage._shards import Shards
from orderferry.storage._transitions import TransitionRow

__all__ = ["Batch"]


@define(eq=False)
class Batch(Reading):
    """
    One transaction: all of it is written, or none.

    It is a ledger too, so that what writes exports one by one can write them here.

    Attributes:
        owner: The process that awaited exports belong to.
        shards: In which lanes exports wait.
        lanes: The lanes that have something new to do once it is committed.
    """

    owner: str | None = None
    shards: Shards = field(factory=Shards)
    lanes: set[str] = field(factory=set)

    def read(self, order_id: str) -> StoredOrder | None:
        """
        An order as this transaction sees it.
        """
        return _orders.read_order(self.connection, order_id)

    def save(self, order: Order, *, revision: int, came_in: str, now: datetime) -> None:
        """
        Save an order if it is still at a revision.
        """
        _orders.save_order(self.connection, order, revision=revision, came_in=came_in, now=now)

    def apply(self, order_id: str, changes: Iterable[OrderChange]) -> None:
        """
        Apply changes to an order as it is stored now.
        """
        _orders.apply_changes(self.connection, order_id, changes)

    def add(self, exports: Iterable[Export]) -> None:
        """
        Write intents, all of them or none.
        """
        exports = tuple(exports)
        _ledger.add(self.connection, exports, shards=self.shards, owner=self.owner)
        self._touch(exports)

    def change(self, export: Export, *, was: Export, made: Made | None = None) -> None:
        """
        Replace a row by what became of it, and keep the attempt that changed it.
        """
        owner = None if export.origin.deferred else self.owner
        _ledger.change(self.connection, export, was=was, owner=owner)
        if made is not None:
            add_attempts(self.connection, [(export, was, made)])
        self._touch((export,))

    def find(self, export_id: UUID) -> Export | None:
        """
        The export of that id, or `None`.
        """
        return _ledger.find(self.connection, export_id)

    def of_order(self, order_id: str) -> tuple[Export, ...]:
        """
        All exports of an order, in the order in which they were made.
        """
        return _ledger.of_order(self.connection, order_id)

    def owners(self) -> tuple[str, ...]:
        """
        The processes that await exports which are not finished.
        """
        return _ledger.owners(self.connection)

    def owned_by(self, owner: str) -> tuple[Export, ...]:
        """
        The unfinished exports that a process awaits.
        """
        return _ledger.owned_by(self.connection, owner)

    def pending_lanes(self) -> tuple[str, ...]:
        """
        The lanes that have exports which are not finished.
        """
        return _ledger.pending_lanes(self.connection)

    def ensure_lanes(self, lanes: Iterable[tuple[str, str, str]]) -> None:
        """
        Make the rows of lanes that have none: each by name, connector and instance.
        """
        _lanes.ensure_lanes(self.connection, lanes)

    def hold_still(self, export_id: UUID) -> None:
        """
        Keep the lane of an export from claiming and recording until the transaction ends.
        """
        _lanes.hold_still(self.connection, export_id)

    def pause_lane(self, lane: str, *, cause: str | None, reason: str | None) -> None:
        """
        Pause a lane until somebody resumes it, or (cause `None`) let it go on.
        """
        _lanes.set_pause(self.connection, lane, cause=cause, reason=reason, until=None, failures=0)
        self.lanes.add(lane)

    def lane_rows(self) -> tuple[LaneRow, ...]:
        """
        All lanes by name.
        """
        return lane_rows(self.connection)

    def begin(self, row: TransitionRow) -> None:
        """
        Write that a run begins, or (without an owner) that it is wanted.
        """
        _transitions.begin(self.connection, row, self.now())

    def end(self, run: str, outcome: str) -> None:
        """
        Write that a run has ended.
        """
        _transitions.end(self.connection, run, outcome=str(outcome), now=self.now())

    def take_over(self, row: TransitionRow, owner: str) -> bool:
        """
        Take a run over that nobody has; false where somebody was faster.
        """
        return _transitions.claim(self.connection, row, owner)

    def unended(self, order_id: str | None = None) -> tuple[TransitionRow, ...]:
        """
        The runs that have not ended, of one order or of all.
        """
        return _transitions.unended(self.connection, order_id)

    def _touch(self, exports: Iterable[Export]) -> None:
        self.lanes |= {self.shards.lane(e.key) for e in exports if e.origin.deferred}
