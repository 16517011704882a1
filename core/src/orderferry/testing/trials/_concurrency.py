"""
Many threads that send through one instance at once.
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
from orderferry.testing.trials._export_run import Voyage
from orderferry.testing.trials._fault_injection import inflicted
from orderferry.testing.trials._trial import unhurried

__all__ = ["crowd"]

THREADS: Final = 16
ROUNDS: Final = 2
SLOWER: Final = 4
"""How many times as long as one alone an attempt may take in the crowd."""

SWITCHES: Final = 1e-5
"""Seconds until Python lets another thread go on: far less than usual, so that they meet."""

_installing = Lock()


def crowd(bench: Bench) -> list[tuple[Voyage, str]]:
    """
    Send an order from each of sixteen threads, twice, through one instance.

    Returns:
        Each voyage, ended, with its order's id.
    """
    return unhurried(bench, lambda: _sent(bench))


def _sent(bench: Bench) -> list[tuple[Voyage, str]]:
    barrier = Barrier(THREADS)
    # They share one processor, and each line is looked at.
    seconds = bench.pace.attempt_seconds * SLOWER
    with bench.instance() as instance:
        package = type(instance.connector).__module__.partition(".")[0]

        def send(voyage: Voyage) -> None:
            barrier.wait()
            with _yielding(package):
                voyage.attempt(seconds, disturbed=True)

        voyages = [
            Voyage(bench, bench.new_order(), instance.exporter) for _ in range(THREADS * ROUNDS)
        ]
        slow = nullcontext() if bench.proxy is None else inflicted(bench, Fault.DELAY)
        with slow, _restless(), ThreadPoolExecutor(THREADS) as pool:
            for number in range(ROUNDS):
                list(pool.map(send, voyages[number * THREADS : (number + 1) * THREADS]))
    return [(voyage, voyage.order.id) for voyage in voyages]


@contextmanager
def _yielding(package: str) -> Iterator[None]:
    """
    Let other threads go on before each line of a package, so that this one is overtaken there.

    Where a debugger, or the measuring of coverage, already looks at each line, it is left alone.
    """

    def look(frame: FrameType, event: str, argument: object) -> Callable[..., Any] | None:
        if frame.f_globals.get("__name__", "").partition(".")[0] != package:
            return None
        sleep(0)
        return look

    if sys.gettrace() is not None:
        yield
        return
    # Python refuses a trace function while another thread installs its own.
    with _installing:
        sys.settrace(look)
    try:
        yield
    finally:
        with _installing:
            sys.settrace(None)


@contextmanager
def _restless() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCHES)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
