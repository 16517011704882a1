"""
The objects that a ferry's parts share, and the lock that shows that its process is alive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock as Mutex

from attrs import field, frozen

from orderferry.connectors import InstanceName, Instances
from orderferry.delivery import Flow
from orderferry.exports import AddEvent, Backoff, Clock, Deliverer, Ledger, OrderChange, SetStatus
from orderferry.orders import HistoryEvent
from orderferry.steps import Step
from orderferry.storage import Lock, Locks, Store
from orderferry.workflow import Workflow

__all__ = ["Parts", "Presence", "status_changes"]


class Presence:
    """
    This process, as others see it, and others, as it sees them. Safe between threads.

    A process is alive as long as it holds a lock; which of its own runs are under way only it
    knows. A run that has failed, as where the database went away, is nobody's any more.

    Args:
        locks: The locks of the database.
        owner: This process's id.
    """

    def __init__(self, locks: Locks, owner: str) -> None:
        self._locks = locks
        self._owner = owner
        self._mutex = Mutex()
        self._lock: Lock | None = None
        self._runs: Counter[str] = Counter()

    def hold(self) -> None:
        """
        Be known to be alive, again where the database has ended the session that said so.
        """
        with self._mutex:
            if self._lock is None or not self._lock.alive():
                self._lock = self._locks.acquire(_name(self._owner))

    def release(self) -> None:
        """
        Be known no more.
        """
        with self._mutex:
            lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()

    def is_alive(self, owner: str) -> bool:
        """
        Whether the process that is known as an owner still runs.
        """
        return owner == self._owner or self._locks.is_held(_name(owner))

    @contextmanager
    def running(self, run: str) -> Iterator[None]:
        """
        A run is under way here.
        """
        with self._mutex:
            self._runs[run] += 1
        try:
            yield
        finally:
            with self._mutex:
                self._runs[run] -= 1
                self._runs += Counter()

    def is_running(self, owner: str, run: str) -> bool:
        """
        Whether a run is under way in the process that has it; of another process it is known only
        whether it lives.
        """
        if owner != self._owner:
            return self.is_alive(owner)
        with self._mutex:
            return self._runs[run] > 0


def _name(owner: str) -> str:
    return f"process:{owner}"


@frozen(kw_only=True)
class Parts:
    """
    The parts of a ferry that its transitions share.

    Attributes:
        owner: This process, as the owner of the exports that it awaits.
        presence: Which processes are alive, and which runs are under way.
        flows: How each instance may be spoken to.
        inline_deadline: Seconds that the exports of one step have while the caller waits.
    """

    workflow: Workflow
    steps: Mapping[str, Step]
    instances: Instances
    store: Store
    locks: Locks
    owner: str
    presence: Presence
    flows: Mapping[InstanceName, Flow]
    clock: Clock = field(factory=Clock)
    backoff: Backoff = field(factory=Backoff)
    inline_deadline: float = 10.0

    def deliverer(self, ledger: Ledger) -> Deliverer:
        """
        What sends exports while a caller waits, writing to a ledger.
        """
        return Deliverer(
            ledger=ledger, clock=self.clock, backoff=self.backoff, seconds=self.inline_deadline
        )


def status_changes(
    status: str, *, before: str | None, clock: Clock, user: str | None, why: str
) -> tuple[OrderChange, ...]:
    """
    What entering a status changes on the order: the status, and an event of it.
    """
    event = HistoryEvent(
        timestamp=clock.now(),
        category="Workflow",
        message=f"{why} {status}",
        user=user,
        status=status,
        previous_status=before,
    )
    return SetStatus(status), AddEvent(event)
