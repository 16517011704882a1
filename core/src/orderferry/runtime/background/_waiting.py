"""
Waiting for exports that lanes deliver, and why some of them need not be waited for.
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
from orderferry.storage import LaneRow, Standing, Store, standings

__all__ = ["Progress", "deferred_exports", "with_reasons"]

_LOOK_SECONDS = 0.5
_UNTRIED = frozenset({ExportState.QUEUED, ExportState.SENDING})
_UNFINISHED = frozenset({ExportState.QUEUED, ExportState.SENDING, ExportState.RETRYING})
_WAITING = frozenset({ExportState.QUEUED, ExportState.RETRYING})


class Progress:
    """
    Tells who waits that a lane has made a round.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._rounds = 0
        self._told: tuple[Callable[[], None], ...] = ()

    def tell(self, told: Callable[[], None]) -> None:
        """
        Call something after each round, in the lane's thread: it must neither wait nor raise.
        """
        self._told += (told,)

    def made(self) -> None:
        """
        A lane has made a round.
        """
        with self._changed:
            self._rounds += 1
            self._changed.notify_all()
        for told in self._told:
            told()

    def wait_for(
        self,
        store: Store,
        exports: Iterable[Export],
        *,
        lanes: Collection[str],
        until: float,
    ) -> None:
        """
        Wait until each of some exports has been tried once, or cannot be tried now.

        Args:
            lanes: The lanes that can be run.
            until: A monotonic time before which to wait also for each to be finished.
        """
        waiting = [each for each in exports if _may_change(each.state, each.due)]
        while waiting:
            with self._changed:
                seen = self._rounds
            left = max(until - monotonic(), 0.0)
            look = _Look.at(store, waiting, lanes=lanes, left=left)
            waiting = [each for each in waiting if look.is_worth_waiting(each)]
            if waiting:
                self._wait_for_more_than(seen)

    def _wait_for_more_than(self, rounds: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._rounds > rounds, _LOOK_SECONDS)


def deferred_exports(
    store: Store, order_ids: Iterable[str], *, untried: bool
) -> tuple[Export, ...]:
    """
    The unfinished exports of some orders that lanes deliver.

    Args:
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
class _Look:
    """
    How exports stand at one time.

    Attributes:
        stuck: The lanes that send nothing for as long as somebody waits.
        left: Seconds that are left to wait for what was tried already.
    """

    standings: Mapping[UUID, Standing]
    stuck: frozenset[str]
    now: datetime
    left: float

    @classmethod
    def at(
        cls, store: Store, exports: Iterable[Export], *, lanes: Collection[str], left: float
    ) -> _Look:
        found = standings(store, [each.key.id for each in exports])
        with store.reading() as batch:
            now = batch.now()
            rows = batch.lanes.rows()
        ends = now + timedelta(seconds=left)
        stuck = {row.name for row in rows if row.name not in lanes or _is_stuck(row, ends)}
        return cls(standings=found, stuck=frozenset(stuck), now=now, left=left)

    def is_worth_waiting(self, first: Export) -> bool:
        """
        Whether something will become of an export.

        Args:
            first: The export when the waiting began.
        """
        standing = self.standings.get(first.key.id)
        if standing is None or not _may_change(standing.state, standing.due):
            return False
        if standing.state is ExportState.SENDING or standing.is_awaited:
            return True
        over = self.left <= 0
        if over and (_is_tried(first, standing) or self._is_later(standing)):
            return False
        if standing.lane in self.stuck or standing.behind_unknown:
            return False
        return not (over and standing.behind_retrying)

    def _is_later(self, standing: Standing) -> bool:
        retrying = standing.state is ExportState.RETRYING
        return retrying and standing.due is not None and standing.due > self.now


def _may_change(state: ExportState, due: datetime | None) -> bool:
    """
    Whether a lane goes on with an export; with one of unknown outcome, where it asks the target.
    """
    return state in _UNFINISHED or (state is ExportState.UNKNOWN and due is not None)


def _is_stuck(row: LaneRow, ends: datetime) -> bool:
    if row.paused:
        return row.until is None or row.until > ends
    return row.reason is not None


def _is_tried(first: Export, standing: Standing) -> bool:
    if standing.attempts > first.attempts or standing.state is ExportState.UNKNOWN:
        return True
    return standing.state is ExportState.RETRYING and first.state is not ExportState.RETRYING


def with_reasons(
    store: Store, exports: Iterable[Export], lanes: Collection[str]
) -> tuple[Export, ...]:
    """
    Exports, with the reason why those that wait cannot be tried now.

    Args:
        lanes: The lanes that can be run.
    """
    exports = tuple(exports)
    waiting = [each.key.id for each in exports if each.state in _WAITING]
    if not waiting:
        return exports
    found = standings(store, waiting)
    with store.reading() as batch:
        rows = {row.name: row for row in batch.lanes.rows()}
        of_orders = {
            each.key.order_id: batch.ledger.of_order(each.key.order_id)
            for each in exports
            if each.key.id in found
        }
    told = []
    for each in exports:
        standing = found.get(each.key.id)
        reason = None
        if standing is not None:
            reason = _held(each, of_orders[each.key.order_id]) or _lane_says(
                standing.lane, rows, lanes
            )
        told.append(each if reason is None else evolve(each, reason=reason))
    return tuple(told)


def _held(export: Export, rows: Iterable[Export]) -> str | None:
    held = admission(export, rows, cancelled=False, updates=True)
    return held.reason if isinstance(held, Held) else None


def _lane_says(lane: str, rows: dict[str, LaneRow], lanes: Collection[str]) -> str | None:
    row = rows.get(lane)
    if row is None or lane not in lanes:
        return f"lane {lane} waits for its connector: it is not configured"
    if not row.paused:
        return None if row.reason is None else f"lane {lane} {row.reason}"
    until = "" if row.until is None else f" until {row.until:%Y-%m-%d %H:%M:%S}Z"
    return f"lane {lane} is paused{until}: {row.reason or row.cause}"
