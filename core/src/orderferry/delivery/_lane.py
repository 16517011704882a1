"""
A lane: one instance's exports, run by one owner at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from attrs import define, evolve, field

from orderferry.connectors import Exporter, InstanceName, Instances
from orderferry.delivery._bell import Bell
from orderferry.delivery._decisions import interrupted
from orderferry.delivery._flow import Flow
from orderferry.delivery._lease import Lease
from orderferry.delivery._rate import Bucket
from orderferry.delivery._round import Round, Rounds
from orderferry.delivery._senders import Senders
from orderferry.errors import LoadError
from orderferry.exports import Backoff, Change, Clock, Export, consequences
from orderferry.storage import LaneBatch, Recorded, Store
from orderferry.workflow import Workflow

__all__ = ["Lane"]

SWEEP_SECONDS = 1.0
RECORD_WITHIN = 0.05
"""Seconds that an outcome waits for others to be recorded with it."""

_log = logging.getLogger("orderferry.delivery")


@define(kw_only=True, eq=False)
class Lane:
    """
    One lane; `run` is called by its owner, who holds its lock.

    Attributes:
        owner: The owner's id.
        lease_seconds: How long the owner may believe that the lane is its own.
        moved: Called with an export whose failure has moved its order to another status.
        not_readable: Why the order of an export cannot be read yet, or `None` where it can.
        progress: Called after each round.
        bell: Wakes it, and stops it once what is under way has come back.
    """

    name: str
    instance: InstanceName
    flow: Flow
    store: Store
    instances: Instances
    workflow: Workflow
    owner: str
    clock: Clock = field(factory=Clock)
    backoff: Backoff | None = None
    lease_seconds: float = 5.0
    moved: Callable[[Export], None] = lambda export: None
    not_readable: Callable[[Export], str | None] = lambda export: None
    progress: Callable[[], None] = lambda: None
    bell: Bell = field(factory=Bell)

    def run(self, *, grace: float) -> None:
        """
        Run the lane until it is stopped or lost.

        Args:
            grace: Seconds that what is under way has to come back after a stop.
        """
        exporter = self._exporter()
        lease = Lease(self.lease_seconds)
        fence, clock = self._take(lease, exporter)
        rounds = Rounds(
            name=self.name, instance=self.instance, flow=self.flow, workflow=self.workflow
        )
        if exporter is None:
            return
        senders = Senders(
            exporter,
            self.flow,
            lease,
            clock=clock,
            backoff=self._backoff(),
            not_readable=self.not_readable,
            changed=self.bell.changed,
            name=self.name,
        )
        owned = _Owned(
            lane=self,
            rounds=rounds,
            senders=senders,
            lease=lease,
            fence=fence,
            exporter=exporter,
            clock=clock,
            most=self._most(exporter),
            bucket=None
            if self.flow.rate is None
            else Bucket.full(self.flow.rate, self.clock.monotonic()),
        )
        try:
            owned.loop()
        finally:
            lost = not lease.holds()
            if not senders.close(0.0 if lost else grace):
                _log.warning("lane %s leaves exports under way to its next owner", self.name)
            if not lost:
                owned.leave()
            lease.over()

    def _backoff(self) -> Backoff:
        if self.backoff is not None:
            return self.backoff
        return Backoff(first=self.flow.first, factor=self.flow.factor, most=self.flow.most)

    def _most(self, exporter: Exporter) -> int:
        """
        What cannot be settled later is claimed only when a thread is free for it.
        """
        if exporter.offers("find_export") or exporter.capabilities.idempotent:
            return max(self.flow.batch, self.flow.concurrency)
        return self.flow.concurrency

    def _exporter(self) -> Exporter | None:
        try:
            return self.instances.exporter(self.instance)
        except LoadError as error:
            _log.warning("lane %s waits for its connector: %s", self.name, error)
            with self.store.lane_transaction() as batch:
                batch.note(self.name, f"waits for its connector: {error}")
            return None

    def _take(self, lease: Lease, exporter: Exporter | None) -> tuple[int, Clock]:
        """
        Become the owner, and find out what the former one left under way.

        Returns:
            The fence, and a clock that tells the database's time.
        """
        before = lease.now()
        with self.store.lane_transaction() as batch:
            now = batch.now()
            fence, free = batch.take_fence(
                self.name,
                owner=self.owner,
                now=now,
                lease=timedelta(seconds=self.lease_seconds),
            )
            if exporter is not None:
                batch.note(self.name, None)
                self._recover(batch, exporter, fence, now=now, free=free)
        lease.renewed(before)
        ahead = now - self.clock.now()
        return fence, evolve(self.clock, now=lambda: self.clock.now() + ahead)

    def _recover(self, batch: LaneBatch, exporter: Exporter, fence: int, **times: object) -> None:
        changed: list[Change] = []
        for export in batch.left_sending(self.name, fence=fence):
            after = interrupted(
                export,
                asks=exporter.offers("find_export"),
                idempotent=exporter.capabilities.idempotent,
                flow=self.flow,
                **times,  # type: ignore[arg-type]
            )
            changed.append((export, after))
        batch.write([after for _, after in changed], fence=fence)
        for before, after in changed:
            batch.apply(after.key.order_id, consequences([(before, after)]))


@define(kw_only=True, eq=False)
class _Owned:
    """
    A lane while it is owned.
    """

    lane: Lane
    rounds: Rounds
    senders: Senders
    lease: Lease
    fence: int
    exporter: Exporter
    clock: Clock
    most: int
    bucket: Bucket | None
    back: list[Recorded] = field(factory=list)

    def loop(self) -> None:
        """
        Rounds, until the lane is stopped or lost.
        """
        wait = 0.0
        while not self._stopped(wait):
            done = self._round()
            if done is None:
                self.lease.over()
                return
            wait = self._wait(done)

    def leave(self) -> None:
        """
        Record what came back, give back what was not begun, and let the lane go.
        """
        self.back += self.senders.take_back()
        while (done := self._round(claims=False)) is not None and self.back:
            continue
        if done is not None:
            with self.lane.store.lane_transaction() as batch:
                batch.renew(self.lane.name, fence=self.fence, now=batch.now(), owner=None)

    def _stopped(self, wait: float) -> bool:
        """
        Wait for a reason to do a round; true where the lane is to stop.
        """
        bell = self.lane.bell
        with bell.changed:
            if not bell.stopping and wait > 0:
                bell.changed.wait_for(self._is_worth_a_round, wait)
            if self.senders.has_outcomes and not self._is_half_through():
                bell.changed.wait_for(
                    lambda: bell.stopping or self._is_half_through(), RECORD_WITHIN
                )
            bell.heard()
            return bell.stopping

    def _is_worth_a_round(self) -> bool:
        bell = self.lane.bell
        return bell.stopping or bell.rung or self.senders.has_outcomes

    def _is_half_through(self) -> bool:
        return self.senders.open_claims <= self.most // 2

    def _round(self, *, claims: bool = True) -> Round | None:
        outcomes = self.senders.take()
        recorded = [*self.back, *(outcome.recorded for outcome in outcomes)]
        self.back = []
        retry_after = {
            str(outcome.recorded.export.key.id): outcome.retry_after
            for outcome in outcomes
            if outcome.retry_after is not None
        }
        before = self.lease.now()
        with self.lane.store.lane_transaction() as batch:
            done = self.rounds.run(
                batch,
                fence=self.fence,
                owner=self.lane.owner,
                exporter=self.exporter,
                recorded=recorded,
                retry_after=retry_after,
                limit=self._limit() if claims else 0,
            )
        if done is None:
            return None
        self.lease.renewed(before)
        self._begin(done)
        return done

    def _begin(self, done: Round) -> None:
        if self.bucket is not None:
            self.bucket = self.bucket.taken(len(done.claimed))
        self.senders.put(done.claimed)
        if done.lane.paused:
            self.back += self.senders.take_back() if not done.claimed else []
        for export in done.failed:
            self.lane.moved(export)
        self.lane.progress()

    def _limit(self) -> int:
        with self.lane.bell.changed:
            room = max(0, self.most - self.senders.open_claims)
        if self.bucket is None:
            return room
        self.bucket = self.bucket.filled(self.lane.clock.monotonic())
        return min(room, self.bucket.available)

    def _wait(self, done: Round) -> float:
        """
        Seconds until the next round is due anyway.
        """
        if self.back:
            return 0.0
        waits = [SWEEP_SECONDS, self.lane.lease_seconds / 3]
        if done.due is not None:
            waits.append((done.due - self.clock.now()).total_seconds())
        if self.bucket is not None and done.claimed:
            waits.append(self.bucket.wait)
        return max(0.0, min(waits))
