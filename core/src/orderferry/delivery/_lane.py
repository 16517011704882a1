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
from orderferry.delivery._claim import Readable
from orderferry.delivery._decisions import interrupted
from orderferry.delivery._flow import Ahead, Bucket, Flow
from orderferry.delivery._lease import Lease
from orderferry.delivery._owned import Owned
from orderferry.delivery._round import Rounds
from orderferry.delivery._senders import Senders
from orderferry.errors import LoadError
from orderferry.exports import Backoff, Change, Clock, Export, can_ask, consequences, may_repeat
from orderferry.storage import Batch, Recorded, Store
from orderferry.workflow import Workflow

__all__ = ["Lane"]

_log = logging.getLogger("orderferry.delivery")


@define(kw_only=True, eq=False)
class Lane:
    """
    One lane; `run` is called by its owner, who holds its lock.

    Attributes:
        owner: The owner's id.
        lease_seconds: How long the owner may believe that the lane is its own.
        moved: Called with an export whose failure has moved its order to another status.
        readable: Whether the order of an export can be read; by default as the claim reads it.
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
    readable: Readable = field(factory=Readable)
    progress: Callable[[], None] = lambda: None
    bell: Bell = field(factory=Bell)
    _former: Owned | None = field(default=None, init=False)
    _unrecorded: list[Recorded] = field(factory=list, init=False)

    def run(self, *, grace: float) -> None:
        """
        Run the lane until it is stopped or lost.

        Args:
            grace: Seconds that what is under way has to come back after a stop.
        """
        exporter = self._exporter()
        if exporter is None:
            return
        lease = Lease(self.lease_seconds)
        fence, clock, back = self._take(lease, exporter)
        rounds = Rounds(
            name=self.name, instance=self.instance, flow=self.flow, workflow=self.workflow
        )
        senders = Senders(
            exporter,
            self.flow,
            lease,
            clock=clock,
            backoff=self._backoff(),
            readable=self.readable,
            bell=self.bell,
            name=self.name,
        )
        owned = Owned(
            name=self.name,
            owner=self.owner,
            fence=fence,
            bell=self.bell,
            store=self.store,
            rounds=rounds,
            senders=senders,
            lease=lease,
            lease_seconds=self.lease_seconds,
            exporter=exporter,
            clock=clock,
            ahead=Ahead.first(
                concurrency=self.flow.concurrency,
                most=self._most(exporter),
                at=clock.monotonic(),
            ),
            bucket=None
            if self.flow.rate is None
            else Bucket.full(self.flow.rate, self.clock.monotonic()),
            moved=self.moved,
            progress=self.progress,
            back=back,
        )
        try:
            owned.loop()
            owned.leave(grace)
        finally:
            lease.over()
            senders.close()
            self._former = owned

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
                batch.lanes.note(self.name, f"waits for its connector: {error}")
            return None

    def _take(self, lease: Lease, exporter: Exporter) -> tuple[int, Clock, list[Recorded]]:
        """
        Become the owner, and find out what the former one left under way.

        Returns:
            The fence, a clock that tells the database's time, and what is to be recorded.
        """
        if self._former is not None:
            self._unrecorded += self._former.unrecorded()
        before = lease.now()
        # A file lock that is free has no living holder, so there is no lease to wait out.
        waits = 0.0 if self.store.is_sqlite else self.lease_seconds
        with self.store.lane_transaction() as batch:
            now = batch.now()
            fence, free = batch.lanes.take_fence(
                self.name, owner=self.owner, now=now, lease=timedelta(seconds=waits)
            )
            batch.lanes.note(self.name, None)
            back = self._recover(batch, exporter, fence, now=now, free=free)
        lease.renewed(before)
        self._former, self._unrecorded = None, []
        ahead = now - self.clock.now()
        return fence, evolve(self.clock, now=lambda: self.clock.now() + ahead), back

    def _recover(
        self, batch: Batch, exporter: Exporter, fence: int, **times: object
    ) -> list[Recorded]:
        """
        Settle what was left under way; what this process itself knows of it is to be recorded.

        It was the former owner itself where the database was away for a moment.
        """
        known = {each.was.key.id: each for each in self._unrecorded}
        changed: list[Change] = []
        back = []
        for export in batch.lanes.left_sending(self.name, fence=fence):
            own = known.get(export.key.id)
            if own is not None and (own.was.state, own.was.changed) == (
                export.state,
                export.changed,
            ):
                back.append(own)
                continue
            after = interrupted(
                export,
                asks=can_ask(export, exporter),
                idempotent=may_repeat(export, exporter),
                flow=self.flow,
                **times,  # type: ignore[arg-type]
            )
            changed.append((export, after))
        batch.lanes.write([after for _, after in changed], fence=fence)
        for before, after in changed:
            batch.orders.apply(after.key.order_id, consequences([(before, after)]))
        return back
