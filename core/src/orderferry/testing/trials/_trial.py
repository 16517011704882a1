"""
A trial: an order is sent under a fault, the fault ends, and the export continues to its end.

A trial that ran out of time is repeated, so that its result is due to the connector and not to the
machine.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Final, TypeVar

import pytest
from attrs import frozen

from orderferry.connectors import Received, Redactor
from orderferry.exports import Attempt, Export
from orderferry.testing._pace import watch_time
from orderferry.testing.trials._bench import Bench, Instance
from orderferry.testing.trials._export_run import ExportRun, send_order
from orderferry.testing.trials._observation import Call, Output, capture_output, changes, snapshot
from orderferry.testing.trials._recorded_traffic import Position

__all__ = ["NOT_TRIED", "Case", "Trial", "make_trial", "measure_pace", "repeat_if_slow"]

T = TypeVar("T")

NOT_TRIED: Final = "could not be tried: "
"""The start of the message if a test has no result, because the time was not enough."""

FACTORS: Final = (2.0, 4.0)
"""The factors by which the time is extended, one for each repeat."""

_MEASURE_FACTORS: Final = (1.0, 4.0, 16.0)
_MAX_FUTILE_REPEATS: Final = 2


def repeat_if_slow(
    bench: Bench, make: Callable[[], T], matters: Callable[[T], bool] | None = None
) -> T:
    """
    Make something; if the connector was short of time, make it again with more time.

    Before each repeat an undisturbed export is made, which shows how fast the machine is now. A
    connector that is short of time again and again, while an undisturbed export is not, is slow
    itself: its result counts, and nothing is repeated from then on.

    Args:
        bench: The target and its proxy.
        make: Makes it, within the limits of the bench's pace.
        matters: Whether more time may change the result; by default it always may.
    """
    result, again = _make(bench, make, matters, 1.0)
    for factor in FACTORS if bench.futile_repeats < _MAX_FUTILE_REPEATS else ():
        if not again:
            break
        measure_pace(bench)
        result, again = _make(bench, make, matters, factor)
    if again:
        bench.futile_repeats += 1
    return result


def _make(
    bench: Bench, make: Callable[[], T], matters: Callable[[T], bool] | None, factor: float
) -> tuple[T, bool]:
    """
    Make something once, and return the result and whether to repeat it.
    """
    before = bench.slow_calls
    with bench.pace.extended(factor):
        result = make()
    return result, bench.slow_calls > before and (matters is None or matters(result))


def measure_pace(bench: Bench) -> None:
    """
    Make an undisturbed export, to measure how fast the machine is now.

    Raises:
        pytest.fail.Exception: The undisturbed export did not end within its time either.
    """
    for factor in _MEASURE_FACTORS:
        before = bench.slow_calls
        with bench.pace.extended(factor):
            send_order(bench)
        if bench.slow_calls == before:
            return
    seconds = bench.pace.attempt_seconds * _MEASURE_FACTORS[-1]
    pytest.fail(
        f"{NOT_TRIED}an export without a fault was short of time within {seconds:.0f} s; either "
        "this machine is too slow, or the connector always uses all of its time",
        pytrace=False,
    )


NO_FAULT: Final = "none"


@frozen(kw_only=True)
class Case:
    """
    The conditions of a trial.

    Attributes:
        fault: The fault's name, or `NO_FAULT`.
        place: The place of the fault, as text.
        inject: Returns the fault as a context, for an order id and an idempotency key; the fault
            ends with the context.
        position: The position of the place relative to the write; `None` if it is unknown.
        start: Whether the place is at the first byte of a connection.
        stalls: Whether the fault leaves the connector waiting, so that the attempt gets little
            time.
        tls: Whether the attempt uses TLS.
        counted: Whether the proxy counts how often the fault is met.
    """

    fault: str = NO_FAULT
    place: str = "everywhere"
    inject: Callable[[str, str], AbstractContextManager[None]] = lambda order_id, key: nullcontext()
    position: Position | None = None
    start: bool = False
    stalls: bool = False
    tls: bool = False
    counted: bool = True

    @property
    def has_fault(self) -> bool:
        """
        Whether there is a fault.
        """
        return self.fault != NO_FAULT


@frozen(kw_only=True, repr=False)
class Trial:
    """
    The record of one order.

    Attributes:
        case: The conditions.
        met: How often the fault was met; 1 if that is not counted.
        requests: The requests of the attempt, as text.
        attempt: The attempt under the fault.
        seconds: The time of the attempt, in seconds.
        took: The seconds that the attempt took.
        late: Whether the attempt was still running after its time and a margin.
        received_by_attempt: The target's documents of the order after the attempt.
        end: The export at its end.
        received: The target's documents of the order at the end.
        calls: The calls of the connector, before secrets were redacted.
        output: The output of the process during the trial.
        text: Connector and settings as text.
        mutations: The changes that the connector made to order, properties and settings.
        secrets: The redactor of all secrets, including those that the target issued.
    """

    case: Case
    met: int
    requests: str
    attempt: Attempt
    seconds: float
    took: float
    late: bool
    received_by_attempt: tuple[Received, ...]
    end: Export
    received: tuple[Received, ...]
    calls: tuple[Call, ...]
    output: Output
    text: str
    mutations: list[str]
    secrets: Redactor

    def __repr__(self) -> str:
        return f"<trial of {self.case.fault}, {self.case.place}>"

    def describe(self, problem: str) -> str:
        """
        A message about a problem, with everything that explains it.
        """
        export = self.attempt.export
        failure = export.failure
        error = "none" if failure is None else f"{failure.type}: {failure.message}"
        ids = [document.remote_id for document in self.received]
        return (
            f"{problem}"
            f"\n  fault: {self.case.fault}; place: {self.case.place}; times met: {self.met}"
            f"\n  after the attempt ({self.took:.2f} s): state {export.state}, error {error}"
            f"\n  at the end: state {self.end.state}, recorded ids {dict(self.end.remote_ids)}, "
            f"ids at the target {ids}"
            f"\n  requests of the attempt: {self.requests or 'none seen'}"
        )


def make_trial(bench: Bench, case: Case) -> Trial:
    """
    Send a new order under a fault, end the fault, and continue the export to its end.

    Args:
        bench: The target and its proxy.
        case: The conditions.
    """
    order, proxy, pace = bench.new_order(), bench.proxy, bench.pace
    seconds = pace.stall_seconds if case.stalls else pace.attempt_seconds
    with ExitStack() as stack:
        first = stack.enter_context(bench.instance(tls=case.tls))
        run = ExportRun(bench, order, first.exporter)
        values = {"order": order, "properties": run.export.properties}
        before = snapshot({**values, "settings": first.settings})
        output = stack.enter_context(capture_output())
        if proxy is not None:
            proxy.clear()
        with case.inject(order.id, str(run.export.key.id)):
            with watch_time(seconds + pace.margin_seconds, bench.release) as watchdog:
                attempt = run.attempt(seconds, disturbed=case.has_fault)
            bench.wait_at_rest()
            met = proxy.met if proxy is not None and case.counted else 1
            seen = () if proxy is None else proxy.seen
        bench.wait_at_rest()
        received_by_attempt, took = bench.received(order.id), run.took
        last = stack.enter_context(bench.instance()) if case.tls else first
        run.exporter = last.exporter
        end = run.finish(attempt.answer.retry_after)
        bench.wait_at_rest()
        after = snapshot({**values, "settings": first.settings})
        calls = (*first.recorder.calls, *(last.recorder.calls if case.tls else ()))
        text = _text(first)
        secrets = first.exporter.redactor
    if watchdog.expired:
        bench.count_slow_call()
    return Trial(
        case=case,
        met=met,
        requests=", ".join(f"{request.method} {request.path}" for request in seen),
        attempt=attempt,
        seconds=seconds,
        took=took,
        late=watchdog.expired,
        received_by_attempt=received_by_attempt,
        end=end,
        received=bench.received(order.id),
        calls=calls,
        output=output,
        text=text,
        mutations=changes(before, after),
        secrets=secrets,
    )


def _text(instance: Instance) -> str:
    return f"{instance.connector!r} {instance.connector} {instance.settings!r} {instance.settings}"
