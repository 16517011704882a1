"""
The threads of a lane that call the connector: they send exports, and ask about unknown ones.
"""

from __future__ import annotations

from collections import deque
from threading import Condition, Thread, current_thread

from attrs import frozen

from orderferry.connectors import Exporter, ExportState
from orderferry.delivery._claim import Claim, OrderReadback, return_unsent
from orderferry.delivery._decisions import after_asking, after_attempt, after_unknown
from orderferry.delivery._flow import Flow
from orderferry.delivery._lease import Lease
from orderferry.delivery._wakeup import Wakeup
from orderferry.exports import Backoff, Clock, Export, ask, can_ask, make_attempt
from orderferry.storage import ExportUpdate

__all__ = ["Outcome", "Senders"]


@frozen(kw_only=True)
class Outcome:
    """
    The result of a claim: what to record, and how long the target asked to wait.

    Attributes:
        recorded: The export as it is recorded, and as it was.
        retry_after: Seconds that the target asked to wait.
    """

    recorded: ExportUpdate
    retry_after: float | None = None


class Senders:
    """
    Threads that take claims and return outcomes.

    Args:
        exporter: The instance that they call.
        flow: How many threads there are, and how many seconds an attempt may take.
        lease: Checked before each request.
        clock: A clock with the database's time.
        backoff: The waits between attempts.
        readback: Whether the order of an export can be read.
        wakeup: Wakes the lane when there are outcomes to record.
        name: The lane's name, for the names of the threads.
    """

    def __init__(
        self,
        exporter: Exporter,
        flow: Flow,
        lease: Lease,
        *,
        clock: Clock,
        backoff: Backoff,
        readback: OrderReadback,
        wakeup: Wakeup,
        name: str,
    ) -> None:
        self._exporter = exporter
        self._flow = flow
        self._lease = lease
        self._clock = clock
        self._backoff = backoff
        self._readback = readback
        self._lock = wakeup.lock
        self._changed = wakeup.changed
        self._work = Condition(wakeup.lock)
        self._low = 0
        self._claims: deque[Claim] = deque()
        self._outcomes: list[Outcome] = []
        self._busy: set[Thread] = set()
        self._closed = False
        self._fault: Exception | None = None
        self._threads = [
            Thread(target=self._run, name=f"{name}-{number}", daemon=True)
            for number in range(flow.concurrency)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def open_claims(self) -> int:
        """
        How many claims have no outcome yet. The caller holds the lock.
        """
        return len(self._claims) + len(self._busy)

    @property
    def has_outcomes(self) -> bool:
        """
        Whether there are outcomes or a fault. The caller holds the lock.
        """
        return bool(self._outcomes) or self._fault is not None

    @property
    def needs_claims(self) -> bool:
        """
        Whether few claims are left, so that the lane claims more. The caller holds the lock.
        """
        return self.open_claims <= self._low

    def put(self, claims: tuple[Claim, ...], *, low: int) -> None:
        """
        Hand claims to the threads.

        Args:
            claims: The claims to send or to ask about.
            low: At how many open claims or fewer the lane claims more.
        """
        with self._lock:
            self._low = low
            self._claims.extend(claims)
            self._work.notify(len(claims))

    def take_outcomes(self) -> list[Outcome]:
        """
        Remove and return the outcomes since the last call.
        """
        with self._lock:
            outcomes, self._outcomes = self._outcomes, []
        return outcomes

    def take_unsent(self) -> list[ExportUpdate]:
        """
        Remove the claims that no thread has begun, and return them unsent.
        """
        with self._lock:
            claims = list(self._claims)
            self._claims.clear()
        now = self._clock.now()
        return [return_unsent(claim, now) for claim in claims]

    def raise_fault(self) -> None:
        """
        Raise the error that a thread failed with: the lane is restarted, and its claims recovered.
        """
        if self._fault is not None:
            raise self._fault

    def close(self) -> None:
        """
        Stop the threads, and wait for those that call no connector.

        A thread in a call stops when the call returns.
        """
        with self._lock:
            self._closed = True
            self._work.notify_all()
            idle = [thread for thread in self._threads if thread not in self._busy]
        for thread in idle:
            thread.join()

    def _run(self) -> None:
        while (claim := self._wait_for_claim()) is not None:
            outcome = None
            try:
                if self._lease.is_valid():
                    outcome = self._deliver(claim)
                else:
                    outcome = Outcome(recorded=return_unsent(claim, self._clock.now()))
            except Exception as error:  # noqa: BLE001 - orderferry's own fault; the lane raises it
                self._fault = error
            finally:
                self._finish(outcome)

    def _wait_for_claim(self) -> Claim | None:
        """
        Wait for a claim; return `None` once the senders are closed.
        """
        with self._lock:
            while not self._claims:
                if self._closed:
                    return None
                self._work.wait()
            self._busy.add(current_thread())
            return self._claims.popleft()

    def _finish(self, outcome: Outcome | None) -> None:
        """
        Wake the lane only if it has work: it would take time from the senders.
        """
        with self._lock:
            self._busy.discard(current_thread())
            if outcome is not None:
                self._outcomes.append(outcome)
            if len(self._outcomes) == 1 or self.needs_claims or self._fault is not None:
                self._changed.notify_all()

    def _deliver(self, claim: Claim) -> Outcome:
        """
        Send a claim, or ask the target about it.

        The order is parsed here and released here: many orders in memory at once would cost much
        time in the garbage collector.
        """
        whole = claim.read_export()
        if claim.export.state is ExportState.UNKNOWN:
            export = self._ask(whole, claim)
            return Outcome(
                recorded=ExportUpdate(
                    export=export.with_order(claim.export.order), was=claim.export
                )
            )
        reason = self._readback.check(whole, claim.head)
        if reason is not None:
            return Outcome(recorded=self._readback.postpone(claim, reason, self._clock.now()))
        began = self._clock.now()
        attempt = make_attempt(
            whole,
            self._exporter,
            was=claim.was,
            accepted=claim.accepted,
            clock=self._clock,
            seconds=self._flow.timeout,
            alive=self._lease.is_valid,
        )
        export = after_attempt(
            attempt.export,
            self._flow,
            retry_after=attempt.answer.retry_after,
            now=self._clock.now(),
            backoff=self._backoff,
        )
        if export.state is ExportState.UNKNOWN:
            export = self._schedule_unknown(export)
        recorded = ExportUpdate(
            export=export.with_order(claim.export.order),
            was=claim.export,
            began=began,
            exchanges=attempt.timeline.exchanges,
        )
        return Outcome(recorded=recorded, retry_after=attempt.answer.retry_after)

    def _schedule_unknown(self, export: Export) -> Export:
        return after_unknown(
            export,
            self._flow,
            asks=can_ask(export, self._exporter),
            idempotent=self._exporter.capabilities.idempotent,
            now=self._clock.now(),
            backoff=self._backoff,
        )

    def _ask(self, export: Export, claim: Claim) -> Export:
        if not can_ask(export, self._exporter):
            return self._schedule_unknown(export)
        answer = ask(
            export,
            self._exporter,
            rows=claim.rows,
            clock=self._clock,
            seconds=self._flow.timeout,
            alive=self._lease.is_valid,
        )
        repeats = self._backoff if self._exporter.capabilities.idempotent else None
        return after_asking(export, answer, self._flow, self._clock.now(), repeats=repeats)
