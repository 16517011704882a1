"""
Waiting for exports that run after the save, and what has become of a result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Condition
from time import monotonic

from attrs import evolve

from orderferry.connectors import ExportState
from orderferry.delivery import wanted_run
from orderferry.exports import Export, Held, admission
from orderferry.storage import Store
from orderferry.workflow import TransitionResult

__all__ = ["Progress", "settled"]

_LOOK_SECONDS = 0.5
_STUCK = frozenset({ExportState.UNKNOWN, ExportState.RETRYING})
_OPEN = frozenset({ExportState.QUEUED, ExportState.SENDING})
_UNFINISHED = _OPEN | {ExportState.RETRYING}


class Progress:
    """
    Tells who waits that a lane has made a round.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._rounds = 0

    def made(self) -> None:
        """
        A lane has made a round.
        """
        with self._changed:
            self._rounds += 1
            self._changed.notify_all()

    def wait_for(self, store: Store, order_ids: Iterable[str], *, seconds: float | None) -> None:
        """
        Wait until each deferred export of some orders has been tried once, or cannot be tried now.

        Args:
            seconds: How long to wait beyond that, for each to be finished.
        """
        with store.reading() as batch:
            rows = [row for order_id in order_ids for row in batch.of_order(order_id)]
        until = None if seconds is None else monotonic() + seconds
        open_states = _OPEN if until is None else _UNFINISHED
        waiting = {
            row.key.id: row for row in rows if row.origin.deferred and row.state in open_states
        }
        while waiting:
            with self._changed:
                seen = self._rounds
            waiting = {i: e for i, e in waiting.items() if _is_waiting(store, e, until)}
            if waiting:
                self._wait_for_more_than(seen)

    def _wait_for_more_than(self, rounds: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._rounds > rounds, _LOOK_SECONDS)


def _is_waiting(store: Store, first: Export, until: float | None) -> bool:
    """
    Whether an export is worth waiting for.
    """
    with store.reading() as batch:
        now = batch.find(first.key.id)
        if now is None:
            return False
        if now.state not in _OPEN:
            return until is not None and monotonic() < until and now.state in _UNFINISHED
        if now.state is ExportState.SENDING:
            return True
        if now.attempts > first.attempts and (until is None or monotonic() >= until):
            return False
        if store.stuck_reason(now.key) is not None:
            return False
        rows = batch.of_order(now.key.order_id)
    held = admission(now, rows, cancelled=False, updates=True)
    return not (isinstance(held, Held) and held.behind.state in _STUCK)


def settled(
    store: Store,
    result: TransitionResult,
    run: Callable[[str], TransitionResult | None],
) -> TransitionResult:
    """
    A result with its exports and its order as they are now.

    Args:
        run: What the run of that id came to, where a failure has led to one.
    """
    stored = store.read(result.order_id)
    if stored is None:
        return result
    rows = {row.key: row for row in store.of_order(result.order_id)}
    present = result.with_exports(rows)
    failed = [e for s in present.steps for e in s.exports if e.origin.error_status is not None]
    later = [found for e in failed if (found := run(wanted_run(e))) is not None]
    followed = tuple(settled(store, each, run) for each in (*result.followed, *later))
    return evolve(
        present,
        order=stored.order,
        new_status=result.new_status or (later[0].status if later else None),
        followed=followed,
    )
