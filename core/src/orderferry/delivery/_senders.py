"""
The threads of a lane that speak to its target.
"""

from __future__ import annotations

from collections import deque
from threading import Condition, Thread, current_thread

from attrs import frozen

from orderferry.connectors import Exporter, ExportState
from orderferry.delivery._bell import Bell
from orderferry.delivery._claim import Claimed, Readable, given_back
from orderferry.delivery._decisions import after_asking, after_attempt, after_unknown
from orderferry.delivery._flow import Flow
from orderferry.delivery._lease import Lease
from orderferry.exports import Backoff, Clock, Export, ask, can_ask, make_attempt
from orderferry.storage import Recorded

__all__ = ["Outcome", "Senders"]


@frozen(kw_only=True)
class Outcome:
    """
    What a sender came back with.

    Attributes:
        recorded: The export as it is to be recorded.
        retry_after: Seconds that the target asked to wait.
    """

    recorded: Recorded
    retry_after: float | None = None


class Senders:
    """
    Threads that take claims and bring back outcomes.

    Args:
        flow: How many there are, and how long an attempt may take.
        lease: Asked before each request.
        readable: Whether the order of an export can be read.
        bell: Wakes the lane when there is something to record.
    """

    def __init__(
        self,
        exporter: Exporter,
        flow: Flow,
        lease: Lease,
        *,
        clock: Clock,
        backoff: Backoff,
        readable: Readable,
        bell: Bell,
        name: str,
    ) -> None:
        self._exporter = exporter
        self._flow = flow
        self._lease = lease
        self._clock = clock
        self._backoff = backoff
        self._readable = readable
        self._lock = bell.lock
        self._changed = bell.changed
        self._work = Condition(bell.lock)
        self._enough = 0
        self._todo: deque[Claimed] = deque()
        self._done: list[Outcome] = []
        self._busy: set[Thread] = set()
        self._closed = False
        self._fault: Exception | None = None
        self._threads = [
            Thread(target=self._keep_on, name=f"{name}-{number}", daemon=True)
            for number in range(flow.concurrency)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def open_claims(self) -> int:
        """
        How many claims are not back yet. The caller holds the lock.
        """
        return len(self._todo) + len(self._busy)

    @property
    def has_outcomes(self) -> bool:
        """
        Whether something came back, be it a fault. The caller holds the lock.
        """
        return bool(self._done) or self._fault is not None

    @property
    def is_half_through(self) -> bool:
        """
        Whether the lane may claim more. The caller holds the lock.
        """
        return self.open_claims <= self._enough

    def put(self, claimed: tuple[Claimed, ...], *, enough: int) -> None:
        """
        Send these, or ask about them.

        Args:
            enough: With how many open claims the lane claims more.
        """
        with self._lock:
            self._enough = enough
            self._todo.extend(claimed)
            self._work.notify(len(claimed))

    def take(self) -> list[Outcome]:
        """
        What came back since the last call.
        """
        with self._lock:
            done, self._done = self._done, []
        return done

    def take_back(self) -> list[Recorded]:
        """
        The claims that no thread has begun.
        """
        with self._lock:
            todo = list(self._todo)
            self._todo.clear()
        now = self._clock.now()
        return [given_back(claimed, now) for claimed in todo]

    def raise_fault(self) -> None:
        """
        Raise what ended a thread: its lane is taken anew, and what it had claimed is recovered.
        """
        if self._fault is not None:
            raise self._fault

    def close(self) -> None:
        """
        End the threads; one that speaks to the target ends when it has its answer.

        The others have ended when this returns.
        """
        with self._lock:
            self._closed = True
            self._work.notify_all()
            idle = [thread for thread in self._threads if thread not in self._busy]
        for thread in idle:
            thread.join()

    def _keep_on(self) -> None:
        while (claimed := self._next()) is not None:
            outcome = None
            try:
                if self._lease.holds():
                    outcome = self._deliver(claimed)
                else:
                    outcome = Outcome(recorded=given_back(claimed, self._clock.now()))
            except Exception as error:  # noqa: BLE001 - a fault of ours: the lane must not hide it
                self._fault = error
            finally:
                self._bring(outcome)

    def _next(self) -> Claimed | None:
        """
        Wait for a claim; `None` where there will be no more.
        """
        with self._lock:
            while not self._todo:
                if self._closed:
                    return None
                self._work.wait()
            self._busy.add(current_thread())
            return self._todo.popleft()

    def _bring(self, outcome: Outcome | None) -> None:
        """
        Wake the lane only where it has to do something: it would take the time of a sender.
        """
        with self._lock:
            self._busy.discard(current_thread())
            if outcome is not None:
                self._done.append(outcome)
            if len(self._done) == 1 or self.is_half_through or self._fault is not None:
                self._changed.notify_all()

    def _deliver(self, claimed: Claimed) -> Outcome:
        """
        Send a claim, or ask about it.

        What it sends is read here, and let go here: many orders in the hands of the lane would
        keep the garbage collector busy.
        """
        whole = claimed.whole()
        if claimed.export.state is ExportState.UNKNOWN:
            export = self._asked(whole, claimed)
            return Outcome(
                recorded=Recorded(
                    export=export.with_order(claimed.export.order), was=claimed.export
                )
            )
        reason = self._readable.reason(whole, claimed.head)
        if reason is not None:
            later = self._readable.later(claimed, reason, self._clock.now())
            return Outcome(recorded=later)
        began = self._clock.now()
        made = make_attempt(
            whole,
            self._exporter,
            was=claimed.was,
            accepted=claimed.accepted,
            clock=self._clock,
            seconds=self._flow.timeout,
            alive=self._lease.holds,
        )
        export = after_attempt(
            made.export,
            self._flow,
            retry_after=made.answer.retry_after,
            now=self._clock.now(),
            backoff=self._backoff,
        )
        if export.state is ExportState.UNKNOWN:
            export = self._unknown(export)
        recorded = Recorded(
            export=export.with_order(claimed.export.order),
            was=claimed.export,
            began=began,
            exchanges=made.timeline.exchanges,
        )
        return Outcome(recorded=recorded, retry_after=made.answer.retry_after)

    def _unknown(self, export: Export) -> Export:
        return after_unknown(
            export,
            self._flow,
            asks=can_ask(export, self._exporter),
            idempotent=self._exporter.capabilities.idempotent,
            now=self._clock.now(),
            backoff=self._backoff,
        )

    def _asked(self, export: Export, claimed: Claimed) -> Export:
        if not can_ask(export, self._exporter):
            return self._unknown(export)
        answer = ask(
            export,
            self._exporter,
            rows=claimed.rows,
            clock=self._clock,
            seconds=self._flow.timeout,
            alive=self._lease.holds,
        )
        repeats = self._backoff if self._exporter.capabilities.idempotent else None
        return after_asking(export, answer, self._flow, self._clock.now(), repeats=repeats)
