"""
The objects that the parts of a ferry share, and the lock that shows that its process is alive.
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
    Which processes are alive, and which runs are in progress in this one. Safe between threads.

    A process is alive as long as it holds its liveness lock. Only the process itself knows which of
    its runs are in progress; a run that has failed, for example because the database was
    unreachable, is no longer in progress in any process.

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
        Take the liveness lock, or retake it if the database has ended its session.
        """
        with self._mutex:
            if self._lock is None or not self._lock.alive():
                self._lock = self._locks.acquire(_name(self._owner))

    def release(self) -> None:
        """
        Release the liveness lock.
        """
        with self._mutex:
            lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()

    def is_alive(self, owner: str) -> bool:
        """
        Whether the process with an owner's id is alive.
        """
        return owner == self._owner or self._locks.is_held(_name(owner))

    @contextmanager
    def running(self, run: str) -> Iterator[None]:
        """
        Register a run as in progress in this process.
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
        Whether a run is in progress in the process that owns it; of another process this is known
        only by whether it is alive.
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
    The objects that the transitions and manual actions of a ferry share.

    Attributes:
        owner: The id of this process, as the owner of the exports that it awaits.
        presence: Which processes are alive, and which runs are in progress.
        flows: The rate, the concurrency and the retries of each instance.
        inline_deadline: The seconds for the awaited exports of one step.
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
        A deliverer of awaited exports that writes to a ledger.
        """
        return Deliverer(
            ledger=ledger, clock=self.clock, backoff=self.backoff, seconds=self.inline_deadline
        )


def status_changes(
    status: str, *, before: str | None, clock: Clock, user: str | None, message: str
) -> tuple[OrderChange, ...]:
    """
    What entering a status changes on the order: the status, and an event in its history.

    Args:
        before: The status before.
        user: The user who moves the order.
        message: The event's message, up to the status.
    """
    event = HistoryEvent(
        timestamp=clock.now(),
        category="Workflow",
        message=f"{message} {status}",
        user=user,
        status=status,
        previous_status=before,
    )
    return SetStatus(status), AddEvent(event)
