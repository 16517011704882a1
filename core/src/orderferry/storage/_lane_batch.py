"""
A transaction of a lane's owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from attrs import define

from orderferry.exports import Export, OrderChange
from orderferry.storage import _due, _lanes, _orders
from orderferry.storage._batch import Batch
from orderferry.storage._due import DueExport, OrderHead
from orderferry.storage._lane_rows import LaneRow
from orderferry.storage._lanes import Recorded

__all__ = ["LaneBatch"]


@define(eq=False)
class LaneBatch(Batch):
    """
    One transaction of a lane: all of it is written, or none.
    """

    def take_fence(
        self, lane: str, *, owner: str, now: datetime, lease: timedelta
    ) -> tuple[int, datetime]:
        """
        Become the lane's owner; gives the new fence, and when the former lease has surely ended.
        """
        return _lanes.take_fence(self.connection, lane, owner=owner, now=now, lease=lease)

    def holds_fence(
        self, lane: str, *, fence: int, owner: str | None, now: datetime | None = None
    ) -> LaneRow | None:
        """
        Prove that the owner lives, or (owner `None`) that it has gone and left nothing behind.

        Args:
            now: The time, instead of the database's.

        Returns:
            The lane as it is now, renewed at that time, and kept from a takeover until the
            transaction ends; `None` where it is lost.
        """
        now = now or self.known_time()
        return _lanes.holds_fence(self.connection, lane, fence=fence, owner=owner, now=now)

    def set_pause(self, lane: LaneRow) -> None:
        """
        Write whether the lane is paused, and its count of failures.
        """
        _lanes.set_pause(
            self.connection,
            lane.name,
            cause=lane.cause,
            reason=lane.reason,
            until=lane.until,
            failures=lane.failures,
        )

    def note(self, lane: str, reason: str | None) -> None:
        """
        Write what a lane waits for, that is not paused.
        """
        _lanes.note(self.connection, lane, reason)

    def left_sending(self, lane: str, *, fence: int) -> tuple[Export, ...]:
        """
        Exports that an earlier owner left `sending`.
        """
        return _lanes.left_sending(self.connection, lane, fence=fence)

    def due_rows(self, lane: str, *, now: datetime, limit: int) -> tuple[DueExport, ...]:
        """
        What the lane may begin or ask about now, in the order made.
        """
        return _due.due_rows(self.connection, lane, now=now, limit=limit)

    def has_due(self, lane: str, *, now: datetime) -> bool:
        """
        Whether the lane may have something to begin or to ask about.
        """
        return _due.has_due(self.connection, lane, now=now)

    def next_due(self, lane: str) -> datetime | None:
        """
        When the next export of the lane is due.
        """
        return _due.next_due(self.connection, lane)

    def unknown_since(self, export_ids: Iterable[UUID]) -> dict[UUID, datetime]:
        """
        Since when exports are of unknown outcome, by id; those that are not are left out.
        """
        return _due.unknown_since(self.connection, export_ids)

    def related(self, order_ids: Iterable[str], lane: str) -> dict[str, list[Export]]:
        """
        All exports of orders in the lane, without what they send.
        """
        return _due.related(self.connection, order_ids, lane)

    def heads(self, order_ids: Iterable[str]) -> dict[str, OrderHead]:
        """
        Type, status and version of orders as they are stored now.
        """
        return _due.heads(self.connection, order_ids)

    def write(self, changed: Sequence[Export], *, fence: int) -> None:
        """
        Write exports of the lane as they are now.
        """
        _lanes.write(self.connection, changed, fence=fence)

    def claim(self, claimed: Sequence[Export], *, now: datetime, fence: int) -> None:
        """
        Write that attempts of exports are under way, since now.
        """
        _lanes.claim(self.connection, claimed, now=now, fence=fence)

    def record(
        self,
        recorded: Sequence[Recorded],
        changes: Mapping[str, Sequence[OrderChange]],
        *,
        fence: int,
    ) -> None:
        """
        Record what came back, and what it means for the orders.
        """
        _lanes.record(self.connection, recorded, changes, fence=fence)

    def apply_to_many(self, changes: Mapping[str, Sequence[OrderChange]]) -> None:
        """
        Apply changes to several orders as they are stored now.
        """
        _orders.apply_to_many(self.connection, changes)
