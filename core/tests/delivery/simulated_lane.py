"""
Lanes that are run step by step in simulated time.

They do what the threads of an engine do, with the same decisions, over a ledger in memory. They
show no transaction that fails half-way, and no two threads at the same moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from attrs import define, field

from orderferry.connectors import Exporter, ExportState
from orderferry.delivery import (
    Flow,
    Pause,
    after_asking,
    after_attempt,
    after_unknown,
    asking,
    interrupted,
    pause_after,
)
from orderferry.delivery._claim import Claimed, given_back
from orderferry.delivery._flow import Bucket
from orderferry.delivery._lease import Lease
from orderferry.delivery._senders import Outcome
from orderferry.errors import ConflictError
from orderferry.exports import (
    PENDING,
    TAKEN,
    Backoff,
    Export,
    FailureKind,
    Held,
    Skip,
    accepted_results,
    admission,
    ask,
    begun,
    make_attempt,
)
from orderferry.storage import Recorded

from .simulated_ledger import CheckedLedger, Owner
from .simulated_target import Target, Time

__all__ = ["LEASE_SECONDS", "Lane"]

LEASE_SECONDS = 5.0
BACKOFF = Backoff(first=1.0, factor=2.0, most=60.0, chance=lambda: 0.5)


@define(eq=False, kw_only=True)
class Lane:
    """
    A lane over a ledger in memory.

    Attributes:
        asks: Whether its connector offers `find_export`.
        orders: The ids of all orders.
        cancelled: The ids of those that are cancelled.
        orphans: Rows that were begun by transitions whose process has died.
        owner: Who runs it.
        frozen: Who ran it, does not know that he has lost it, and may go on at any time.
    """

    exporter: Exporter
    flow: Flow
    target: Target
    ledger: CheckedLedger
    time: Time
    orders: tuple[str, ...]
    cancelled: set[str]
    orphans: set[UUID] = field(factory=set)
    owner: Owner | None = None
    frozen: list[Owner] = field(factory=list)
    fence: int = 0
    leased: datetime | None = None
    pause: Pause | None = None
    failures: int = 0
    bucket: Bucket | None = None

    @property
    def asks(self) -> bool:
        """
        Whether its connector offers `find_export`.
        """
        return self.exporter.offers("find_export")

    @property
    def drops(self) -> bool:
        """
        Whether its target drops repeats of one key.
        """
        return self.exporter.capabilities.idempotent

    @property
    def updates(self) -> bool:
        """
        Whether its target takes an order again as a change of it.
        """
        return self.exporter.capabilities.updates

    def rows(self) -> Iterator[Export]:
        """
        Its exports, those of one order in the order made.
        """
        for order_id in self.orders:
            for row in self.ledger.of_order(order_id):
                if row.key.instance == self.exporter.name:
                    yield row

    @property
    def has_work(self) -> bool:
        """
        Whether a round would do something.
        """
        owner = self.owner
        if self.orphans or (owner is not None and owner.done):
            return True
        paused = self.pause is not None and (
            self.pause.until is None or self.pause.until > self.time.now
        )
        return not paused and any(_is_due(row, self.time.now) for row in self.rows())

    def take(self) -> Owner:
        """
        The owner; whoever finds the lock free becomes him.
        """
        if self.owner is not None:
            return self.owner
        now = self.time.now
        free = now if self.leased is None else self.leased + timedelta(seconds=LEASE_SECONDS)
        self.fence += 1
        self._recover((row for row in self.rows() if row.state is ExportState.SENDING), free)
        self.owner = Owner(self.fence, Lease(LEASE_SECONDS, self.time.monotonic))
        self._renew(self.owner)
        return self.owner

    def crash(self) -> None:
        """
        The owner dies with all that he knew.
        """
        self.owner = None

    def freeze(self) -> None:
        """
        The owner freezes, and his session ends: the lock is free, but he is not dead.
        """
        if self.owner is not None:
            self.frozen.append(self.owner)
            self.owner = None

    def leave(self) -> None:
        """
        The owner goes, and leaves nothing behind.
        """
        owner = self.owner
        if owner is not None:
            owner.done += [self._back(claimed) for claimed in owner.todo]
            owner.todo.clear()
            self.round(owner, claims=False)
            self.owner = self.leased = None

    def round(self, owner: Owner, *, claims: bool = True) -> None:
        """
        Record what came back, and claim what is due; nothing where the lane is lost.
        """
        if owner.fence != self.fence:
            self.frozen.remove(owner)
            return
        for outcome in owner.done:
            self._record(outcome)
        owner.done.clear()
        orphans = [row for row in self.rows() if row.key.id in self.orphans]
        self._recover(orphans, self.time.now)
        if claims:
            self._claim(owner)
        self._renew(owner)

    def deliver(self, owner: Owner, claimed: Claimed) -> None:
        """
        Send a claim, or ask about it; the outcome is with the owner.
        """
        owner.todo.remove(claimed)
        if not owner.lease.holds():
            owner.done.append(self._back(claimed))
        elif claimed.export.state is ExportState.UNKNOWN:
            owner.done.append(self._asked(claimed))
        else:
            owner.done.append(self._sent(claimed, owner))

    def _record(self, outcome: Outcome) -> None:
        """
        Write what came back, unless a person has settled it meanwhile.
        """
        try:
            self.ledger.change(outcome.recorded.export, was=outcome.recorded.was)
        except ConflictError:
            assert outcome.recorded.was.state is ExportState.UNKNOWN
        else:
            self._heed(outcome)

    def _renew(self, owner: Owner) -> None:
        owner.lease.renewed(self.time.monotonic())
        self.leased = self.time.now

    def _back(self, claimed: Claimed) -> Outcome:
        return Outcome(recorded=given_back(claimed, self.time.now))

    def _recover(self, rows: Iterable[Export], free: datetime) -> None:
        for row in list(rows):
            left = interrupted(
                row,
                asks=self.asks,
                idempotent=self.drops,
                free=free,
                flow=self.flow,
                now=self.time.now,
            )
            self.ledger.change(left, was=row)
            self.orphans.discard(row.key.id)

    def _sent(self, claimed: Claimed, owner: Owner) -> Outcome:
        began = self.time.now
        made = make_attempt(
            claimed.export,
            self.exporter,
            was=claimed.was,
            accepted=claimed.accepted,
            clock=self.time.clock,
            seconds=self.flow.timeout,
            alive=owner.lease.holds,
        )
        wait, now = made.answer.retry_after, self.time.now
        export = after_attempt(made.export, self.flow, retry_after=wait, now=now, backoff=BACKOFF)
        if export.state is ExportState.UNKNOWN:
            export = self._unknown(export)
        return Outcome(
            recorded=Recorded(export=export, was=claimed.export, began=began), retry_after=wait
        )

    def _unknown(self, export: Export) -> Export:
        return after_unknown(
            export,
            self.flow,
            asks=self.asks,
            idempotent=self.drops,
            now=self.time.now,
            backoff=BACKOFF,
        )

    def _asked(self, claimed: Claimed) -> Outcome:
        seconds = self.flow.timeout
        answer = ask(
            claimed.export,
            self.exporter,
            rows=claimed.rows,
            clock=self.time.clock,
            seconds=seconds,
        )
        repeats = BACKOFF if self.drops else None
        export = after_asking(claimed.export, answer, self.flow, self.time.now, repeats=repeats)
        return Outcome(recorded=Recorded(export=export, was=claimed.export))

    def _heed(self, outcome: Outcome) -> None:
        """
        Pause, or go on.
        """
        export, failure = outcome.recorded.export, outcome.recorded.export.failure
        if outcome.recorded.began is None:
            return
        if failure is None or export.state in TAKEN | {ExportState.REJECTED}:
            self.failures, self.pause = 0, None
            return
        self.failures += failure.kind is FailureKind.TRANSIENT
        found = pause_after(
            export,
            self.flow,
            retry_after=outcome.retry_after,
            failures=self.failures,
            now=self.time.now,
        )
        self.pause = found or self.pause

    def _room(self, owner: Owner) -> int:
        most = self.flow.batch if self.asks or self.drops else self.flow.concurrency
        if self.pause is not None:
            paused = self.pause.until is None or self.pause.until > self.time.now or owner.todo
            most = 0 if paused else 1
        if self.flow.rate is not None:
            at = self.time.monotonic()
            self.bucket = (self.bucket or Bucket.full(self.flow.rate, at)).filled(at)
            most = min(most, self.bucket.available)
        return most - len(owner.todo)

    def _claim(self, owner: Owner) -> None:
        room, now = self._room(owner), self.time.now
        for row in [row for row in self.rows() if _is_due(row, now)]:
            if room <= 0:
                return
            room -= self._claimed(owner, row)

    def _claimed(self, owner: Owner, row: Export) -> bool:
        rows = self.ledger.of_order(row.key.order_id)
        if row.state is ExportState.UNKNOWN:
            export = asking(row, self.flow, self.time.now)
        else:
            cancelled = row.key.order_id in self.cancelled
            decision = admission(row, rows, cancelled=cancelled, updates=self.updates)
            if isinstance(decision, Skip):
                self.ledger.change(decision.of(row, self.time.now), was=row)
            if isinstance(decision, Skip | Held):
                return False
            export = begun(row, self.time.now)
            self._check_order(row, rows)
        self.ledger.change(export, was=row)
        accepted = accepted_results(rows, self.exporter.name)
        owner.todo.append(Claimed(export=export, was=row, accepted=accepted, rows=rows))
        if self.bucket is not None:
            self.bucket = self.bucket.taken(1)
        return True

    def _check_order(self, row: Export, rows: Iterable[Export]) -> None:
        """
        Nothing that was made before it, of the same part of the order, is on its way.
        """
        for other in rows:
            if other.key == row.key:
                return
            same = other.key.instance == row.key.instance and (
                other.key.shipment_id == row.key.shipment_id
                or other.key.shipment_id is None
                or row.key.shipment_id is None
            )
            assert not (same and other.state in PENDING), f"{row.key} overtakes {other.key}"


def _is_due(row: Export, now: datetime) -> bool:
    if row.state is ExportState.QUEUED:
        return row.due is None or row.due <= now
    waiting = row.state in (ExportState.RETRYING, ExportState.UNKNOWN)
    return waiting and row.due is not None and row.due <= now
