"""
Faults, for a while.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from orderferry.testing._bench import Bench
from orderferry.testing._fault import Fault, Place

__all__ = ["inflicted"]


@contextmanager
def inflicted(bench: Bench, fault: Fault, place: Place | None = None) -> Iterator[None]:
    """
    A fault of the proxy, that has passed when the context is left.
    """
    proxy = bench.proxy
    if proxy is None:
        raise RuntimeError(f"{fault.name} needs a target with a socket")
    proxy.inflict(fault, place)
    bench.fault = fault
    try:
        yield
    finally:
        bench.fault = None
        proxy.mend()
