"""
Files and connections that this process has open.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Final

from orderferry.testing._pace import ticks

__all__ = ["handles", "settled"]

_OPEN: Final = Path("/proc/self/fd")


def handles() -> int:
    """
    How many files and sockets are open; 0 where the system does not tell.
    """
    gc.collect()
    return len(list(_OPEN.iterdir())) if _OPEN.is_dir() else 0


def settled(count: Callable[[], int], seconds: float, most: int | None = None) -> int:
    """
    A count, when it has come down: the target closes its side a moment later than the connector.

    Args:
        count: What is counted.
        seconds: How long it may take to come down.
        most: What is few enough; `None` waits until it stays as it is.
    """
    last = count()
    for pause in ticks(seconds):
        if most is not None and last <= most:
            break
        Event().wait(pause)
        now = count()
        if most is None and now == last:
            break
        last = now
    return last
