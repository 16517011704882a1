"""
Concurrent exports: many threads that use one instance at the same time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from threading import Barrier, Lock
from time import sleep
from types import FrameType
from typing import Any, Final

from orderferry.testing.proxy._fault import Fault
from orderferry.testing.trials._bench import Bench
from orderferry.testing.trials._export_run import ExportRun
from orderferry.testing.trials._fault_injection import inject
from orderferry.testing.trials._trial import repeat_if_slow

__all__ = ["send_concurrently"]

THREADS: Final = 16
ROUNDS: Final = 2
SLOWDOWN: Final = 4
"""The factor by which a concurrent attempt may take longer than a single one."""

SWITCH_INTERVAL: Final = 1e-5
"""The seconds after which Python switches threads: far fewer than usual, so that races show."""

_trace_lock = Lock()


def send_concurrently(bench: Bench) -> list[ExportRun]:
    """
    Send an order from each of sixteen threads, twice, through one instance.

    Returns:
        The export of each order, after its attempt.
    """
    return repeat_if_slow(bench, lambda: _send_orders(bench))


def _send_orders(bench: Bench) -> list[ExportRun]:
    barrier = Barrier(THREADS)
    # The threads share one processor, and each line is traced.
    seconds = bench.pace.attempt_seconds * SLOWDOWN
    with bench.instance() as instance:
        package = type(instance.connector).__module__.partition(".")[0]

        def send(run: ExportRun) -> None:
            barrier.wait()
            with _switch_at_each_line(package):
                run.attempt(seconds, disturbed=True)

        runs = [
            ExportRun(bench, bench.new_order(), instance.exporter) for _ in range(THREADS * ROUNDS)
        ]
        delay = nullcontext() if bench.proxy is None else inject(bench, Fault.DELAY)
        with delay, _switch_often(), ThreadPoolExecutor(THREADS) as pool:
            for number in range(ROUNDS):
                list(pool.map(send, runs[number * THREADS : (number + 1) * THREADS]))
    return runs


@contextmanager
def _switch_at_each_line(package: str) -> Iterator[None]:
    """
    Switch to other threads before each line of a package, so that races show.

    A trace function that is installed already, by a debugger or by coverage, stays as it is.
    """

    def trace(frame: FrameType, event: str, argument: object) -> Callable[..., Any] | None:
        if frame.f_globals.get("__name__", "").partition(".")[0] != package:
            return None
        sleep(0)
        return trace

    if sys.gettrace() is not None:
        yield
        return
    # Python rejects a trace function while another thread installs its own.
    with _trace_lock:
        sys.settrace(trace)
    try:
        yield
    finally:
        with _trace_lock:
            sys.settrace(None)


@contextmanager
def _switch_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
