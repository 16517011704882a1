"""
A trial: an order is sent under a fault, the fault passes, and the export goes on to its end.

A trial that ran out of time is made again, so that it shows the connector and not the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Final, TypeVar

import pytest
from attrs import frozen

from orderferry.connectors import Received, Redactor
from orderferry.exports import Attempt, Export
from orderferry.testing._pace import overdue
from orderferry.testing.trials._bench import Bench, Instance
from orderferry.testing.trials._export_run import Voyage, sent
from orderferry.testing.trials._observation import Call, Heard, changes, listening, snapshot
from orderferry.testing.trials._recorded_traffic import Position

__all__ = ["NOT_TRIED", "Case", "Trial", "make_trial", "measure", "unhurried"]

T = TypeVar("T")

NOT_TRIED: Final = "could not be tried: "
"""How the message begins when nothing is shown, for or against."""

FACTORS: Final = (2.0, 4.0)
"""How many times as much time as usual is given, one further try after the other."""

_MEASURES: Final = (1.0, 4.0, 16.0)
_FRUITLESS: Final = 2


def unhurried(bench: Bench, make: Callable[[], T], wants: Callable[[T], bool] | None = None) -> T:
    """
    Try something; where the connector was short of time, try it again with more.

    Between two tries an undisturbed export is made, which shows how fast the machine is now. A
    connector that is short of time over and over, where an undisturbed export is not, is slow by
    itself, and is judged by that; it is not tried more than once from then on.

    Args:
        bench: Where the target is.
        make: Tries it, with the time that the bench's pace gives.
        wants: Whether something is wrong with what came of it, so that more time may matter; by
            default it may always.
    """
    made, again = _tried(bench, make, wants, 1.0)
    for factor in FACTORS if bench.fruitless < _FRUITLESS else ():
        if not again:
            break
        measure(bench)
        made, again = _tried(bench, make, wants, factor)
    if again:
        bench.fruitless += 1
    return made


def _tried(
    bench: Bench, make: Callable[[], T], wants: Callable[[T], bool] | None, factor: float
) -> tuple[T, bool]:
    """
    What came of it, and whether it should be tried again.
    """
    before = bench.hurried
    with bench.pace.with_more(factor):
        made = make()
    return made, bench.hurried > before and (wants is None or wants(made))


def measure(bench: Bench) -> None:
    """
    Make an undisturbed export, so that the bench's pace is that of this moment.

    Raises:
        pytest.fail.Exception: Not even that ends within its time.
    """
    for factor in _MEASURES:
        before = bench.hurried
        with bench.pace.with_more(factor):
            sent(bench)
        if bench.hurried == before:
            return
    seconds = bench.pace.attempt_seconds * _MEASURES[-1]
    pytest.fail(
        f"{NOT_TRIED}nothing was in its way, and an export did not end well within "
        f"{seconds:.0f} s; this machine is too slow, or the connector always uses all its time",
        pytrace=False,
    )


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
