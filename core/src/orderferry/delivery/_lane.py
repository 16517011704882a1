"""
A lane: one instance's exports, run by one owner at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from attrs import define, evolve, field

from orderferry.connectors import Exporter, InstanceName, Instances
from orderferry.delivery._claim import OrderReadback
from orderferry.delivery._decisions import recover_interrupted
from orderferry.delivery._flow import ClaimWindow, Flow, TokenBucket
from orderferry.delivery._lease import Lease
from orderferry.delivery._owned import OwnedLane
from orderferry.delivery._round import Rounds
from orderferry.delivery._senders import Senders
from orderferry.delivery._wakeup import Wakeup
from orderferry.errors import LoadError
from orderferry.exports import Backoff, Change, Clock, Export, can_ask, consequences, may_repeat
from orderferry.storage import Batch, ExportUpdate, Store
from orderferry.workflow import Workflow

__all__ = ["Lane"]

_log = logging.getLogger("orderferry.delivery")


@define(kw_only=True, eq=False)
class Lane:
    """
    One lane; its owner, which holds its lock, calls `run`.

    Attributes:
        name: The lane's name: the instance's, or the instance's with the number of a shard.
        instance: The instance that it sends to.
        flow: The flow control of this lane.
        owner: The id of the process that runs it.
        backoff: The waits between attempts, instead of those of `flow`.
        lease_seconds: How long the owner may send after a commit that proves the ownership.
        on_error_status: Called with an export whose failure sets another status on its order.
        readback: Whether the order of an export can be read; by default as the claim reads it.
        progress: Called after each round.
        wakeup: Wakes the lane, and stops it once the exports in flight have ended.
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
    on_error_status: Callable[[Export], None] = lambda export: None
    readback: OrderReadback = field(factory=OrderReadback)
    progress: Callable[[], None] = lambda: None
    wakeup: Wakeup = field(factory=Wakeup)
    _previous: OwnedLane | None = field(default=None, init=False)
    _unrecorded: list[ExportUpdate] = field(factory=list, init=False)

    def run(self, *, grace: float) -> None:
        """
        Run the lane until it is stopped or lost.

        Args:
            grace: Seconds that a stop waits for exports in flight.
        """
        exporter = self._load_exporter()
        if exporter is None:
            return
        lease = Lease(self.lease_seconds)
        fence, clock, unrecorded = self._take_ownership(lease, exporter)
        rounds = Rounds(
            name=self.name, instance=self.instance, flow=self.flow, workflow=self.workflow
        )
        senders = Senders(
            exporter,
            self.flow,
            lease,
            clock=clock,
            backoff=self._backoff(),
            readback=self.readback,
            wakeup=self.wakeup,
            name=self.name,
        )
        owned = OwnedLane(
            name=self.name,
            owner=self.owner,
            fence=fence,
            wakeup=self.wakeup,
            store=self.store,
            rounds=rounds,
            senders=senders,
            lease=lease,
            lease_seconds=self.lease_seconds,
            exporter=exporter,
            clock=clock,
            window=ClaimWindow.initial(
                concurrency=self.flow.concurrency,
                most=self._most_claims(exporter),
                at=clock.monotonic(),
            ),
            bucket=None
            if self.flow.rate is None
            else TokenBucket.full(self.flow.rate, self.clock.monotonic()),
            on_error_status=self.on_error_status,
            progress=self.progress,
            unrecorded=unrecorded,
        )
        try:
            owned.run()
            owned.release(grace)
        finally:
            lease.expire()
            senders.close()
            self._previous = owned

    def _backoff(self) -> Backoff:
        if self.backoff is not None:
            return self.backoff
        return Backoff(first=self.flow.first, factor=self.flow.factor, most=self.flow.most)

    def _most_claims(self, exporter: Exporter) -> int:
        """
        Return how many claims may be open at most.

        If an unknown outcome can neither be determined nor repeated, an export is claimed only when
        a thread is free for it.
        """
        if exporter.offers("find_export") or exporter.capabilities.idempotent:
            return max(self.flow.batch, self.flow.concurrency)
        return self.flow.concurrency

    def _load_exporter(self) -> Exporter | None:
        try:
            return self.instances.exporter(self.instance)
        except LoadError as error:
            _log.warning("lane %s is waiting for its connector: %s", self.name, error)
            with self.store.lane_transaction() as batch:
                batch.lanes.set_reason(self.name, f"is waiting for its connector: {error}")
            return None

    def _take_ownership(
        self, lease: Lease, exporter: Exporter
    ) -> tuple[int, Clock, list[ExportUpdate]]:
        """
        Become the owner, and recover the exports that the previous owner left in flight.

        Returns:
            The fence, a clock with the database's time, and the outcomes still to be recorded.
        """
        if self._previous is not None:
            self._unrecorded += self._previous.take_unrecorded()
        before = lease.now()
        # The holder of a file lock that is free has ended, so its lease need not be waited for.
        waits = 0.0 if self.store.is_sqlite else self.lease_seconds
        with self.store.lane_transaction() as batch:
            now = batch.now()
            fence, free = batch.lanes.take_fence(
                self.name, owner=self.owner, now=now, lease=timedelta(seconds=waits)
            )
            batch.lanes.set_reason(self.name, None)
            unrecorded = self._recover(batch, exporter, fence, now=now, free=free)
        lease.renew(before)
        self._previous, self._unrecorded = None, []
        offset = now - self.clock.now()
        return fence, evolve(self.clock, now=lambda: self.clock.now() + offset), unrecorded

    def _recover(
        self, batch: Batch, exporter: Exporter, fence: int, **times: object
    ) -> list[ExportUpdate]:
        """
        Recover the exports that were left in flight.

        Where the database was unreachable for a moment, this process itself was the previous owner,
        and knows outcomes that are not recorded yet.

        Returns:
            The outcomes that this process knows, still to be recorded.
        """
        known = {recorded.was.key.id: recorded for recorded in self._unrecorded}
        changes: list[Change] = []
        unrecorded = []
        for export in batch.lanes.find_interrupted(self.name, fence=fence):
            own = known.get(export.key.id)
            if own is not None and (own.was.state, own.was.changed) == (
                export.state,
                export.changed,
            ):
                unrecorded.append(own)
                continue
            after = recover_interrupted(
                export,
                asks=can_ask(export, exporter),
                idempotent=may_repeat(export, exporter),
                flow=self.flow,
                **times,  # type: ignore[arg-type]
            )
            changes.append((export, after))
        batch.lanes.write([after for _, after in changes], fence=fence)
        for before, after in changes:
            batch.orders.apply(after.key.order_id, consequences([(before, after)]))
        return unrecorded
