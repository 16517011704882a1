"""
Lanes that run step by step in simulated time.

They do what the threads of an engine do, with the same decisions, over a ledger in memory. They do
not show a transaction that fails half-way, or two threads at the same moment.
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
    begin_asking,
    pause_after,
    recover_interrupted,
)
from orderferry.delivery._claim import Claim, return_unsent
from orderferry.delivery._flow import TokenBucket
from orderferry.delivery._lease import Lease
from orderferry.delivery._senders import Outcome
from orderferry.errors import ConflictError
from orderferry.exports import (
    PENDING,
    RECEIVED,
    Backoff,
    Export,
    FailureKind,
    Held,
    Skip,
    accepted_results,
    admission,
    ask,
    begin_attempt,
    make_attempt,
)
from orderferry.storage import ExportUpdate

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
        cancelled: The ids of cancelled orders.
        orphans: Rows of transitions whose process has ended.
        owner: The owner, or `None` if the lane is free.
        frozen: Former owners that do not know that they lost it, and may resume at any time.
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
    bucket: TokenBucket | None = None

    @property
    def asks(self) -> bool:
        """
        Whether its connector offers `find_export`.
        """
        return self.exporter.offers("find_export")

    @property
    def drops(self) -> bool:
        """
        Whether its target discards duplicates of one key.
        """
        return self.exporter.capabilities.idempotent

    @property
    def updates(self) -> bool:
        """
        Whether its target accepts an order again as an update.
        """
        return self.exporter.capabilities.updates

    def rows(self) -> Iterator[Export]:
        """
        Yield its exports, those of one order in the order of their creation.
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
        if self.orphans or (owner is not None and owner.outcomes):
            return True
        paused = self.pause is not None and (
            self.pause.until is None or self.pause.until > self.time.now
        )
        return not paused and any(_is_due(row, self.time.now) for row in self.rows())

    def take(self) -> Owner:
        """
        Return the owner; if the lane is free, take it.
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
        Let the owner end, with all that only it knew.
        """
        self.owner = None

    def freeze(self) -> None:
        """
        Let the owner freeze and lose its session: the lock is free, but the owner may resume.
        """
        if self.owner is not None:
            self.frozen.append(self.owner)
            self.owner = None

    def leave(self) -> None:
        """
        Let the owner release the lane, and leave nothing in flight.
        """
        owner = self.owner
        if owner is not None:
            owner.outcomes += [self._return(claim) for claim in owner.claims]
            owner.claims.clear()
            self.round(owner, claims=False)
            self.owner = self.leased = None

    def round(self, owner: Owner, *, claims: bool = True) -> None:
        """
        Record outcomes and claim due exports; do nothing if the lane is lost.
        """
        if owner.fence != self.fence:
            self.frozen.remove(owner)
            return
        for outcome in owner.outcomes:
            self._record(outcome)
        owner.outcomes.clear()
        orphans = [row for row in self.rows() if row.key.id in self.orphans]
        self._recover(orphans, self.time.now)
        if claims:
            self._claim(owner)
        self._renew(owner)

    def deliver(self, owner: Owner, claim: Claim) -> None:
        """
        Send a claim, or ask about it; the owner keeps the outcome.
        """
        owner.claims.remove(claim)
        if not owner.lease.is_valid():
            owner.outcomes.append(self._return(claim))
        elif claim.export.state is ExportState.UNKNOWN:
            owner.outcomes.append(self._ask(claim))
        else:
            owner.outcomes.append(self._send(claim, owner))

    def _record(self, outcome: Outcome) -> None:
        """
        Write an outcome, unless an operator has resolved the export in the meantime.
        """
        try:
            self.ledger.change(outcome.recorded.export, was=outcome.recorded.was)
        except ConflictError:
            assert outcome.recorded.was.state is ExportState.UNKNOWN
        else:
            self._set_pause(outcome)

    def _renew(self, owner: Owner) -> None:
        owner.lease.renew(self.time.monotonic())
        self.leased = self.time.now

    def _return(self, claim: Claim) -> Outcome:
        return Outcome(recorded=return_unsent(claim, self.time.now))

    def _recover(self, rows: Iterable[Export], free: datetime) -> None:
        for row in list(rows):
            recovered = recover_interrupted(
                row,
                asks=self.asks,
                idempotent=self.drops,
                free=free,
                flow=self.flow,
                now=self.time.now,
            )
            self.ledger.change(recovered, was=row)
            self.orphans.discard(row.key.id)

    def _send(self, claim: Claim, owner: Owner) -> Outcome:
        began = self.time.now
        attempt = make_attempt(
            claim.export,
            self.exporter,
            was=claim.was,
            accepted=claim.accepted,
            clock=self.time.clock,
            seconds=self.flow.timeout,
            alive=owner.lease.is_valid,
        )
        wait, now = attempt.answer.retry_after, self.time.now
        export = after_attempt(
            attempt.export, self.flow, retry_after=wait, now=now, backoff=BACKOFF
        )
        if export.state is ExportState.UNKNOWN:
            export = self._schedule_unknown(export)
        return Outcome(
            recorded=ExportUpdate(export=export, was=claim.export, began=began), retry_after=wait
        )

    def _schedule_unknown(self, export: Export) -> Export:
        return after_unknown(
            export,
            self.flow,
            asks=self.asks,
            idempotent=self.drops,
            now=self.time.now,
            backoff=BACKOFF,
        )

    def _ask(self, claim: Claim) -> Outcome:
        seconds = self.flow.timeout
        answer = ask(
            claim.export,
            self.exporter,
            rows=claim.rows,
            clock=self.time.clock,
            seconds=seconds,
        )
        repeats = BACKOFF if self.drops else None
        export = after_asking(claim.export, answer, self.flow, self.time.now, repeats=repeats)
        return Outcome(recorded=ExportUpdate(export=export, was=claim.export))

    def _set_pause(self, outcome: Outcome) -> None:
        """
        Pause or resume the lane.
        """
        export, failure = outcome.recorded.export, outcome.recorded.export.failure
        if outcome.recorded.began is None:
            return
        if failure is None or export.state in RECEIVED | {ExportState.REJECTED}:
            self.failures, self.pause = 0, None
            return
        self.failures += failure.kind is FailureKind.TRANSIENT
        pause = pause_after(
            export,
            self.flow,
            retry_after=outcome.retry_after,
            failures=self.failures,
            now=self.time.now,
        )
        self.pause = pause or self.pause

    def _room(self, owner: Owner) -> int:
        most = self.flow.batch if self.asks or self.drops else self.flow.concurrency
        if self.pause is not None:
            paused = self.pause.until is None or self.pause.until > self.time.now or owner.claims
            most = 0 if paused else 1
        if self.flow.rate is not None:
            at = self.time.monotonic()
            self.bucket = (self.bucket or TokenBucket.full(self.flow.rate, at)).refill(at)
            most = min(most, self.bucket.available)
        return most - len(owner.claims)

    def _claim(self, owner: Owner) -> None:
        room, now = self._room(owner), self.time.now
        for row in [row for row in self.rows() if _is_due(row, now)]:
            if room <= 0:
                return
            room -= self._claim_row(owner, row)

    def _claim_row(self, owner: Owner, row: Export) -> bool:
        rows = self.ledger.of_order(row.key.order_id)
        if row.state is ExportState.UNKNOWN:
            export = begin_asking(row, self.flow, self.time.now)
        else:
            cancelled = row.key.order_id in self.cancelled
            decision = admission(row, rows, cancelled=cancelled, updates=self.updates)
            if isinstance(decision, Skip):
                self.ledger.change(decision.of(row, self.time.now), was=row)
            if isinstance(decision, Skip | Held):
                return False
            export = begin_attempt(row, self.time.now)
            self._check_order(row, rows)
        self.ledger.change(export, was=row)
        accepted = accepted_results(rows, self.exporter.name)
        owner.claims.append(Claim(export=export, was=row, accepted=accepted, rows=rows))
        if self.bucket is not None:
            self.bucket = self.bucket.take(1)
        return True

    def _check_order(self, row: Export, rows: Iterable[Export]) -> None:
        """
        Check that no earlier export of the same part of the order is pending.
        """
        for earlier in rows:
            if earlier.key == row.key:
                return
            same = earlier.key.instance == row.key.instance and (
                earlier.key.shipment_id == row.key.shipment_id
                or earlier.key.shipment_id is None
                or row.key.shipment_id is None
            )
            assert not (same and earlier.state in PENDING), f"{row.key} overtakes {earlier.key}"


def _is_due(row: Export, now: datetime) -> bool:
    if row.state is ExportState.QUEUED:
        return row.due is None or row.due <= now
    waiting = row.state in (ExportState.RETRYING, ExportState.UNKNOWN)
    return waiting and row.due is not None and row.due <= now
