"""
Faults, for a while.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from orderferry.testing._bench import Bench
from orderferry.testing._fault import Fault, Place
from orderferry.testing._folder import FolderFault

__all__ = ["inflicted", "seconds_under"]

STALLED_SECONDS: Final = 1.0
"""How long an attempt may take where the target stalls."""

_STALLING: Final = frozenset({Fault.STALL, Fault.STALL_REQUEST, Fault.LOSE_ANSWER_STALLED})


@contextmanager
def inflicted(bench: Bench, fault: Fault, place: Place | None = None) -> Iterator[None]:
    """
    A fault of the proxy, that has passed when the context is left.
    """
    proxy = bench.proxy
    if proxy is None:
        raise RuntimeError(f"{fault.name} needs a target with a socket")
    proxy.inflict(fault, place)
    try:
        yield
    finally:
        proxy.mend()


def seconds_under(fault: Fault | FolderFault) -> float | None:
    """
    How long an attempt may take under a fault; `None` is as long as any.
    """
    return STALLED_SECONDS if fault in _STALLING else None
