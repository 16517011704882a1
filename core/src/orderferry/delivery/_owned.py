"""
A lane while it is owned: rounds, and the waits between them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from attrs import define, field
from sqlalchemy.exc import SQLAlchemyError

from orderferry.connectors import Exporter
from orderferry.delivery._bell import Bell
from orderferry.delivery._flow import Ahead, Bucket
from orderferry.delivery._lease import Lease
from orderferry.delivery._round import Round, Rounds
from orderferry.delivery._senders import Senders
from orderferry.exports import Clock, Export
from orderferry.storage import Recorded, Store

__all__ = ["SWEEP_SECONDS", "Owned"]

SWEEP_SECONDS = 1.0
"""How long a lane that hears nothing waits before it looks for itself."""

_log = logging.getLogger("orderferry.delivery")

RECORD_WITHIN = 0.05
"""Seconds that an outcome waits for others to be recorded with it."""


@define(kw_only=True, eq=False)
class Owned:
    """
    A lane in the hands of its owner.

    Attributes:
        owner: The owner's id.
        ahead: How many claims may be open at once.
        bucket: The rate limit, where there is one.
        moved: Called with an export whose failure wants its order to enter another status.
        progress: Called after each round.
        back: What could not be recorded in the last round.
        called: Whether the bell has rung for this round.
        is_drained: Whether the last claim found less than it might have taken.
    """

    name: str
    owner: str
    fence: int
    bell: Bell
    store: Store
    rounds: Rounds
    senders: Senders
    lease: Lease
    lease_seconds: float
    exporter: Exporter
    clock: Clock
    ahead: Ahead
    bucket: Bucket | None
    moved: Callable[[Export], None]
    progress: Callable[[], None]
    back: list[Recorded] = field(factory=list)
    called: bool = False
    is_drained: bool = False

    def loop(self) -> None:
        """
        Rounds, until the lane is stopped or lost.
        """
        wait, due, has_looked = 0.0, None, True
        while not self._stopped(wait):
            if self._is_idle():
                if not has_looked:
                    due, has_looked = self.store.next_due(self.name), True
                wait = self._until(due)
                continue
            has_looked = not self._is_last()
            done = self._round(claims=has_looked)
            if done is None:
                self.lease.over()
                return
            wait, due = self._wait(done) if has_looked else 0.0, done.due

    def leave(self, grace: float) -> None:
        """
        Give back what was not begun, record what comes back, and let the lane go.

        The lease is renewed meanwhile. What is still under way in the end is its next owner's to
        settle.

        Args:
            grace: Seconds that what is under way has to come back.
        """
        self.back += self.senders.take_back()
        ends = monotonic() + grace
        while self._round(claims=False) is not None:
            if not self._has_work():
                with self.store.lane_transaction() as batch:
                    batch.lanes.hold_fence(self.name, fence=self.fence, owner=None)
                return
            left = ends - monotonic()
            if left <= 0:
                _log.warning("lane %s leaves exports under way to its next owner", self.name)
                return
            with self.bell.changed:
                self.bell.changed.wait_for(
                    lambda: self.senders.has_outcomes, min(left, self.lease_seconds / 3)
                )

    def unrecorded(self) -> list[Recorded]:
        """
        What has come back and could not be recorded, and what was not begun, as it was before.
        """
        back, self.back = self.back, []
        outcomes = self.senders.take()
        return [*back, *(each.recorded for each in outcomes), *self.senders.take_back()]

    def _has_work(self) -> bool:
        with self.bell.changed:
            return bool(self.back or self.senders.has_outcomes or self.senders.open_claims)

    def _stopped(self, wait: float) -> bool:
        """
        Wait for a reason to do a round; true where the lane is to stop.
        """
        bell = self.bell
        with bell.lock:
            if not bell.stopping and wait > 0:
                bell.changed.wait_for(self._is_worth_a_round, wait)
            if not self._is_to_go_on():
                bell.changed.wait_for(self._is_to_go_on, RECORD_WITHIN)
            self.called = bell.heard()
            return bell.stopping

    def _is_worth_a_round(self) -> bool:
        return self.bell.stopping or self.bell.rung or self.senders.has_outcomes

    def _is_to_go_on(self) -> bool:
        return self.bell.stopping or self.senders.is_half_through

    def _is_last(self) -> bool:
        """
        Whether what has come back is all that the lane knew of.

        It is recorded at once then, and the lane looks for more afterwards: who waits for a single
        order has it sooner.
        """
        with self.bell.changed:
            senders = self.senders
            return (
                self.is_drained
                and not self.called
                and senders.has_outcomes
                and not senders.open_claims
            )

    def _is_idle(self) -> bool:
        """
        Whether a round would write nothing: an idle lane leaves the database alone.
        """
        if self.called or self._has_work() or self.store.has_due(self.name):
            return False
        self.progress()
        return True

    def _round(self, *, claims: bool = True) -> Round | None:
        self.senders.raise_fault()
        outcomes = self.senders.take()
        self.ahead = self.ahead.after(len(outcomes), self.clock.monotonic())
        recorded = [*self.back, *(outcome.recorded for outcome in outcomes)]
        self.back = []
        retry_after = {
            outcome.recorded.export.key.id_text: outcome.retry_after
            for outcome in outcomes
            if outcome.retry_after is not None
        }
        limit = self._limit() if claims else None
        before = self.lease.now()
        try:
            with self.store.lane_transaction() as batch:
                done = self.rounds.run(
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
            self.back = recorded
            raise
        if done is None:
            return None
        self.lease.renewed(before)
        self.is_drained = limit is not None and len(done.claimed) < limit
        self._begin(done)
        return done

    def _begin(self, done: Round) -> None:
        if self.bucket is not None:
            self.bucket = self.bucket.taken(len(done.claimed))
        self.senders.put(done.claimed, enough=self.ahead.claims // 2)
        if done.lane.paused and not done.claimed:
            self.back += self.senders.take_back()
        for export in done.failed:
            self.moved(export)
        self.progress()

    def _has_open_claims(self) -> bool:
        with self.bell.changed:
            return self.senders.open_claims > 0

    def _limit(self) -> int:
        """
        How many may be claimed; with a rate limit only what begins at once.
        """
        most = self.ahead.claims if self.bucket is None else self.rounds.flow.concurrency
        with self.bell.changed:
            room = max(0, most - self.senders.open_claims)
        if self.bucket is None:
            return room
        self.bucket = self.bucket.filled(self.clock.monotonic())
        return min(room, self.bucket.available)

    def _wait(self, done: Round) -> float:
        """
        Seconds until the next round is due anyway.
        """
        if self.back:
            return 0.0
        waits = [self.lease_seconds / 3, self._until(done.due)]
        if self.bucket is not None and not self.bucket.available:
            waits.append(self.bucket.wait)
        return min(waits)

    def _until(self, due: datetime | None) -> float:
        if due is None:
            return SWEEP_SECONDS
        return max(0.01, min(SWEEP_SECONDS, (due - self.clock.now()).total_seconds()))
