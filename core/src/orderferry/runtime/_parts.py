"""
What transitions are made of, put together once.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from orderferry.connectors import InstanceName, Instances
from orderferry.delivery import Flow
from orderferry.exports import AddEvent, Backoff, Clock, Deliverer, Ledger, OrderChange, SetStatus
from orderferry.orders import HistoryEvent
from orderferry.runtime._presence import Presence
from orderferry.steps import Step
from orderferry.storage import Locks, Store
from orderferry.workflow import Workflow

__all__ = ["Parts", "status_changes"]


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
