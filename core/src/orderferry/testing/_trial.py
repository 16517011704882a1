"""
A trial: an order is sent under a fault, the fault passes, and the export goes on to its end.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Final

from attrs import frozen

from orderferry.connectors import Received, Redactor
from orderferry.exports import Attempt, Export
from orderferry.testing._bench import Bench, Instance
from orderferry.testing._learned import Position
from orderferry.testing._listening import Heard, listening
from orderferry.testing._pace import overdue
from orderferry.testing._snapshot import changes, snapshot
from orderferry.testing._voyage import Voyage
from orderferry.testing._watch import Call

__all__ = ["Case", "Trial", "make_trial"]

NO_FAULT: Final = "none"


@frozen(kw_only=True)
class Case:
    """
    What a trial tries.

    Attributes:
        fault: The fault's name, or `NO_FAULT`.
        where: The place, for people.
        inflict: Given order id and idempotency key, the fault as a context: it has passed when
            that is left.
        position: Where the place is, beside the write; `None` where that is not known.
        start: Whether it is at a connection's first byte.
        stalls: Whether the fault leaves the connector waiting, so that the attempt gets little
            time.
        tls: Whether the attempt goes over TLS.
        counted: Whether the proxy counts how often the fault is met.
    """

    fault: str = NO_FAULT
    where: str = "everywhere"
    inflict: Callable[[str, str], AbstractContextManager[None]] = lambda order_id, key: (
        nullcontext()
    )
    position: Position | None = None
    start: bool = False
    stalls: bool = False
    tls: bool = False
    counted: bool = True

    @property
    def disturbs(self) -> bool:
        """
        Whether there is a fault.
        """
        return self.fault != NO_FAULT


@frozen(kw_only=True, repr=False)
class Trial:
    """
    What became of one order.

    Attributes:
        case: What was tried.
        met: How often the fault was met; 1 where nobody counts.
        seen: The requests of the attempt, for people.
        attempt: The attempt under the fault.
        seconds: How long it might take.
        took: How long it took.
        late: Whether it was still at work when its time had passed, and a margin.
        had: What the target had of the order after it.
        end: The export at its end.
        has: What the target had of the order at the end.
        calls: What the connector said, before secrets were hidden.
        heard: What was said meanwhile.
        shown: Connector and settings as text.
        changed: What the connector changed of order, properties and settings.
        secrets: Knows the secrets, and those that the target gave.
        order: The order that was sent.
    """

    case: Case
    met: int
    seen: str
    attempt: Attempt
    seconds: float
    took: float
    late: bool
    had: tuple[Received, ...]
    end: Export
    has: tuple[Received, ...]
    calls: tuple[Call, ...]
    heard: Heard
    shown: str
    changed: list[str]
    secrets: Redactor

    def __repr__(self) -> str:
        return f"<trial of {self.case.fault}, {self.case.where}>"

    def told(self, what: str) -> str:
        """
        An objection, with all that is needed to understand it.
        """
        after = self.attempt.export
        failure = after.failure
        named = "none" if failure is None else f"{failure.type}: {failure.message}"
        ids = [each.remote_id for each in self.has]
        return (
            f"{what}\n  fault: {self.case.fault}, {self.case.where}, met {self.met} times"
            f"\n  after the attempt: {after.state} after {self.took:.2f} s; failure {named}"
            f"\n  at the end: {self.end.state} with ids {dict(self.end.remote_ids)}; "
            f"the target has {ids}"
            f"\n  requests of the attempt: {self.seen or 'none were seen'}"
        )


def make_trial(bench: Bench, case: Case) -> Trial:
    """
    Send a new order under a fault, let the fault pass, and go on to the end.

    Args:
        bench: Where the target is.
        case: What is tried.
    """
    order, proxy, pace = bench.new_order(), bench.proxy, bench.pace
    seconds = pace.stall_seconds if case.stalls else pace.attempt_seconds
    with ExitStack() as stack:
        first = stack.enter_context(bench.instance(tls=case.tls))
        voyage = Voyage(bench, order, first.exporter)
        things = {"order": order, "properties": voyage.export.properties}
        before = snapshot({**things, "settings": first.settings})
        heard = stack.enter_context(listening())
        if proxy is not None:
            proxy.clear()
        with case.inflict(order.id, str(voyage.export.key.id)):
            with overdue(seconds + pace.margin_seconds, bench.release) as late:
                made = voyage.attempt(seconds, disturbed=case.disturbs)
            bench.wait_at_rest()
            met = proxy.met if proxy is not None and case.counted else 1
            seen = () if proxy is None else proxy.seen
        bench.wait_at_rest()
        had, took = bench.taken(order.id), voyage.took
        last = stack.enter_context(bench.instance()) if case.tls else first
        voyage.exporter = last.exporter
        end = voyage.finish(made.answer.retry_after)
        bench.wait_at_rest()
        after = snapshot({**things, "settings": first.settings})
        calls = (*first.watch.calls, *(last.watch.calls if case.tls else ()))
        shown = _shown(first)
        secrets = first.exporter.redactor
    if late.passed:
        bench.hurry()
    return Trial(
        case=case,
        met=met,
        seen=", ".join(f"{each.method} {each.path}" for each in seen),
        attempt=made,
        seconds=seconds,
        took=took,
        late=late.passed,
        had=had,
        end=end,
        has=bench.taken(order.id),
        calls=calls,
        heard=heard,
        shown=shown,
        changed=changes(before, after),
        secrets=secrets,
    )


def _shown(instance: Instance) -> str:
    return f"{instance.connector!r} {instance.connector} {instance.settings!r} {instance.settings}"
