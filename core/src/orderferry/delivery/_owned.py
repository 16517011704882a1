"""
A lane while this process owns it: rounds, and the waits between them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from attrs import define, field
from sqlalchemy.exc import SQLAlchemyError

from orderferry.connectors import Exporter
from orderferry.delivery._flow import ClaimWindow, TokenBucket
from orderferry.delivery._lease import Lease
from orderferry.delivery._round import RoundResult, Rounds
from orderferry.delivery._senders import Senders
from orderferry.delivery._wakeup import Wakeup
from orderferry.exports import Clock, Export
from orderferry.storage import ExportUpdate, Store

__all__ = ["SWEEP_SECONDS", "OwnedLane"]

SWEEP_SECONDS = 1.0
"""How long a lane that is not woken waits before it looks for work."""

_log = logging.getLogger("orderferry.delivery")

RECORD_SECONDS = 0.05
"""How long an outcome waits for others, to be recorded in the same transaction."""


@define(kw_only=True, eq=False)
class OwnedLane:
    """
    A lane that this process owns: it runs rounds until the lane is stopped or lost.

    Attributes:
        owner: The owner's id.
        fence: The owner's fence; a later owner's is higher.
        window: How many claims may be open at once.
        bucket: The rate limit, or `None` without one.
        on_error_status: Called with an export whose failure sets another status on its order.
        progress: Called after each round.
        unrecorded: What could not be recorded in the last round.
        is_woken: Whether the lane was woken for this round.
        is_drained: Whether the last claim found fewer exports than it could have claimed.
    """

    name: str
    owner: str
    fence: int
    wakeup: Wakeup
    store: Store
    rounds: Rounds
    senders: Senders
    lease: Lease
    lease_seconds: float
    exporter: Exporter
    clock: Clock
    window: ClaimWindow
    bucket: TokenBucket | None
    on_error_status: Callable[[Export], None]
    progress: Callable[[], None]
    unrecorded: list[ExportUpdate] = field(factory=list)
    is_woken: bool = False
    is_drained: bool = False

    def run(self) -> None:
        """
        Run rounds until the lane is stopped or lost.
        """
        wait, due, has_looked = 0.0, None, True
        while not self._wait_for_work(wait):
            if self._is_idle():
                if not has_looked:
                    due, has_looked = self.store.next_due(self.name), True
                wait = self._seconds_until(due)
                continue
            has_looked = not self._records_only()
            result = self._run_round(claims=has_looked)
            if result is None:
                self.lease.expire()
                return
            wait, due = self._seconds_after(result) if has_looked else 0.0, result.due

    def release(self, grace: float) -> None:
        """
        Return unsent claims, record the outcomes of exports in flight, and release the lane.

        The lease is renewed meanwhile. The next owner recovers what is still in flight after the
        grace period.

        Args:
            grace: Seconds to wait for exports in flight.
        """
        self.unrecorded += self.senders.take_unsent()
        ends = monotonic() + grace
        while self._run_round(claims=False) is not None:
            if not self._has_work():
                with self.store.lane_transaction() as batch:
                    batch.lanes.renew_lease(self.name, fence=self.fence, owner=None)
                return
            left = ends - monotonic()
            if left <= 0:
                _log.warning(
                    "lane %s: grace period over; in-flight exports are left to the next owner",
                    self.name,
                )
                return
            with self.wakeup.changed:
                self.wakeup.changed.wait_for(
                    lambda: self.senders.has_outcomes, min(left, self.lease_seconds / 3)
                )

    def take_unrecorded(self) -> list[ExportUpdate]:
        """
        Remove and return the outcomes that could not be recorded, and the claims not yet begun.
        """
        unrecorded, self.unrecorded = self.unrecorded, []
        outcomes = self.senders.take_outcomes()
        return [
            *unrecorded,
            *(outcome.recorded for outcome in outcomes),
            *self.senders.take_unsent(),
        ]

    def _has_work(self) -> bool:
        with self.wakeup.changed:
            return bool(self.unrecorded or self.senders.has_outcomes or self.senders.open_claims)

    def _wait_for_work(self, wait: float) -> bool:
        """
        Wait for a reason to run a round.

        Args:
            wait: Seconds to wait at most.

        Returns:
            Whether the lane has to stop.
        """
        wakeup = self.wakeup
        with wakeup.lock:
            if not wakeup.stopping and wait > 0:
                wakeup.changed.wait_for(self._needs_round, wait)
            if not self._is_ready():
                wakeup.changed.wait_for(self._is_ready, RECORD_SECONDS)
            self.is_woken = wakeup.clear()
            return wakeup.stopping

    def _needs_round(self) -> bool:
        return self.wakeup.stopping or self.wakeup.is_set or self.senders.has_outcomes

    def _is_ready(self) -> bool:
        return self.wakeup.stopping or self.senders.needs_claims

    def _records_only(self) -> bool:
        """
        Return whether the outcomes are those of all exports that the lane knew of.

        They are recorded at once, and the lane claims more afterwards, so that a caller that waits
        for a single order gets it sooner.
        """
        with self.wakeup.changed:
            senders = self.senders
            return (
                self.is_drained
                and not self.is_woken
                and senders.has_outcomes
                and not senders.open_claims
            )

    def _is_idle(self) -> bool:
        """
        Return whether a round would write nothing: an idle lane does not use the database.
        """
        if self.is_woken or self._has_work() or self.store.has_due(self.name):
            return False
        self.progress()
        return True

    def _run_round(self, *, claims: bool = True) -> RoundResult | None:
        self.senders.raise_fault()
        outcomes = self.senders.take_outcomes()
        self.window = self.window.adjust(len(outcomes), self.clock.monotonic())
        recorded = [*self.unrecorded, *(outcome.recorded for outcome in outcomes)]
        self.unrecorded = []
        retry_after = {
            outcome.recorded.export.key.id_text: outcome.retry_after
            for outcome in outcomes
            if outcome.retry_after is not None
        }
        limit = self._limit() if claims else None
        before = self.lease.now()
        try:
            with self.store.lane_transaction() as batch:
                result = self.rounds.run(
                    batch,
                    fence=self.fence,
                    owner=self.owner,
                    exporter=self.exporter,
                    recorded=recorded,
                    retry_after=retry_after,
                    limit=limit,
                    probing=self._has_open_claims(),
                )
        except SQLAlchemyError:
            self.unrecorded = recorded
            raise
        if result is None:
            return None
        self.lease.renew(before)
        self.is_drained = limit is not None and len(result.claims) < limit
        self._begin(result)
        return result

    def _begin(self, result: RoundResult) -> None:
        if self.bucket is not None:
            self.bucket = self.bucket.take(len(result.claims))
        self.senders.put(result.claims, low=self.window.claims // 2)
        if result.lane.paused and not result.claims:
            self.unrecorded += self.senders.take_unsent()
        for export in result.failed:
            self.on_error_status(export)
        self.progress()

    def _has_open_claims(self) -> bool:
        with self.wakeup.changed:
            return self.senders.open_claims > 0

    def _limit(self) -> int:
        """
        Return how many exports may be claimed; with a rate limit only those that begin at once.
        """
        most = self.window.claims if self.bucket is None else self.rounds.flow.concurrency
        with self.wakeup.changed:
            room = max(0, most - self.senders.open_claims)
        if self.bucket is None:
            return room
        self.bucket = self.bucket.refill(self.clock.monotonic())
        return min(room, self.bucket.available)

    def _seconds_after(self, result: RoundResult) -> float:
        """
        Return the seconds until the next round is due, if nothing wakes the lane.
        """
        if self.unrecorded:
            return 0.0
        waits = [self.lease_seconds / 3, self._seconds_until(result.due)]
        if self.bucket is not None and not self.bucket.available:
            waits.append(self.bucket.wait)
        return min(waits)

    def _seconds_until(self, due: datetime | None) -> float:
        if due is None:
            return SWEEP_SECONDS
        return max(0.01, min(SWEEP_SECONDS, (due - self.clock.now()).total_seconds()))
