"""
Waiting for deferred exports, and the reasons why an export cannot be sent now.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from threading import Condition
from time import monotonic
from uuid import UUID

from attrs import evolve, frozen

from orderferry.connectors import ExportState
from orderferry.exports import Export, Held, admission
from orderferry.storage import ExportProgress, LaneRow, Store, read_progress

__all__ = ["Progress", "deferred_exports", "with_reasons"]

_POLL_SECONDS = 0.5
"""How long to wait for a round of this process before exports of others are read again."""

_UNTRIED = frozenset({ExportState.QUEUED, ExportState.SENDING})
_UNFINISHED = frozenset({ExportState.QUEUED, ExportState.SENDING, ExportState.RETRYING})
_WAITING = frozenset({ExportState.QUEUED, ExportState.RETRYING})


class Progress:
    """
    Reports the rounds of the lanes of this process to threads that wait.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._rounds = 0
        self._listeners: tuple[Callable[[], None], ...] = ()

    def subscribe(self, listener: Callable[[], None]) -> None:
        """
        Call a function after each round, in the lane's thread.

        Args:
            listener: It must neither block nor raise.
        """
        self._listeners += (listener,)

    def report_round(self) -> None:
        """
        Report that a lane has run a round.
        """
        with self._changed:
            self._rounds += 1
            self._changed.notify_all()
        for listener in self._listeners:
            listener()

    def wait_for(
        self,
        store: Store,
        exports: Iterable[Export],
        *,
        lanes: Collection[str],
        until: float,
    ) -> None:
        """
        Wait until each of the exports was attempted once, or cannot be attempted now.

        Args:
            store: The store.
            exports: The exports.
            lanes: The lanes that can be run.
            until: The monotonic time, in seconds, until which to wait for them to be finished too.
        """
        waiting = [export for export in exports if _may_change(export.state, export.due)]
        while waiting:
            with self._changed:
                seen = self._rounds
            left = max(until - monotonic(), 0.0)
            snapshot = _Snapshot.read(store, waiting, lanes=lanes, left=left)
            waiting = [export for export in waiting if snapshot.is_worth_waiting(export)]
            if waiting:
                self._wait_for_round(seen)

    def _wait_for_round(self, rounds: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._rounds > rounds, _POLL_SECONDS)


def deferred_exports(
    store: Store, order_ids: Iterable[str], *, untried: bool
) -> tuple[Export, ...]:
    """
    Return the unfinished deferred exports of orders.

    Args:
        store: The store.
        order_ids: The orders' ids.
        untried: Only those that wait for their first attempt.
    """
    rows = (row for order_id in order_ids for row in store.of_order(order_id))
    return tuple(
        row
        for row in rows
        if row.origin.deferred
        and (row.state in _UNTRIED if untried else _may_change(row.state, row.due))
    )


@frozen(kw_only=True)
class _Snapshot:
    """
    The exports that a caller waits for, and their lanes, at one time.

    Attributes:
        standings: The exports' states and what holds them back, by id.
        stuck: The lanes that send nothing during the rest of the wait.
        now: The database's time, in UTC.
        left: Seconds left to wait for exports that were attempted already.
    """

    standings: Mapping[UUID, ExportProgress]
    stuck: frozenset[str]
    now: datetime
    left: float

    @classmethod
    def read(
        cls, store: Store, exports: Iterable[Export], *, lanes: Collection[str], left: float
    ) -> _Snapshot:
        present = read_progress(store, [export.key.id for export in exports])
        with store.reading() as batch:
            now = batch.now()
            rows = batch.lanes.rows()
        ends = now + timedelta(seconds=left)
        stuck = {row.name for row in rows if row.name not in lanes or _is_stuck(row, ends)}
        return cls(standings=present, stuck=frozenset(stuck), now=now, left=left)

    def is_worth_waiting(self, first: Export) -> bool:
        """
        Return whether an export may change before the wait ends.

        Args:
            first: The export when the wait began.
        """
        standing = self.standings.get(first.key.id)
        if standing is None or not _may_change(standing.state, standing.due):
            return False
        if standing.state is ExportState.SENDING or standing.is_awaited:
            return True
        is_over = self.left <= 0
        if is_over and (_is_tried(first, standing) or self._is_later(standing)):
            return False
        if standing.lane in self.stuck or standing.behind_unknown:
            return False
        return not (is_over and standing.behind_retrying)

    def _is_later(self, standing: ExportProgress) -> bool:
        retrying = standing.state is ExportState.RETRYING
        return retrying and standing.due is not None and standing.due > self.now


def _may_change(state: ExportState, due: datetime | None) -> bool:
    """
    Return whether a lane still has work for an export; an unknown one if the target is asked.
    """
    return state in _UNFINISHED or (state is ExportState.UNKNOWN and due is not None)


def _is_stuck(row: LaneRow, ends: datetime) -> bool:
    if row.paused:
        return row.until is None or row.until > ends
    return row.reason is not None


def _is_tried(first: Export, standing: ExportProgress) -> bool:
    if standing.attempts > first.attempts or standing.state is ExportState.UNKNOWN:
        return True
    return standing.state is ExportState.RETRYING and first.state is not ExportState.RETRYING


def with_reasons(
    store: Store, exports: Iterable[Export], lanes: Collection[str]
) -> tuple[Export, ...]:
    """
    Return exports with the reasons why waiting ones cannot be sent now.

    Args:
        store: The store.
        exports: The exports.
        lanes: The lanes that can be run.
    """
    exports = tuple(exports)
    waiting = [export.key.id for export in exports if export.state in _WAITING]
    if not waiting:
        return exports
    present = read_progress(store, waiting)
    with store.reading() as batch:
        rows = {row.name: row for row in batch.lanes.rows()}
        of_orders = {
            export.key.order_id: batch.ledger.of_order(export.key.order_id)
            for export in exports
            if export.key.id in present
        }
    explained = []
    for export in exports:
        standing = present.get(export.key.id)
        reason = None
        if standing is not None:
            reason = _order_reason(export, of_orders[export.key.order_id]) or _lane_reason(
                standing.lane, rows, lanes
            )
        explained.append(export if reason is None else evolve(export, reason=reason))
    return tuple(explained)


def _order_reason(export: Export, rows: Iterable[Export]) -> str | None:
    decision = admission(export, rows, cancelled=False, updates=True)
    return decision.reason if isinstance(decision, Held) else None


def _lane_reason(lane: str, rows: dict[str, LaneRow], lanes: Collection[str]) -> str | None:
    row = rows.get(lane)
    if row is None or lane not in lanes:
        return f"lane {lane} is waiting for its connector: it is not configured"
    if not row.paused:
        return None if row.reason is None else f"lane {lane} {row.reason}"
    until = "" if row.until is None else f" until {row.until:%Y-%m-%d %H:%M:%S}Z"
    return f"lane {lane} is paused{until}: {row.reason or row.cause}"
