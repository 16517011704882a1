"""
Files and connections that this process has open.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Final

__all__ = ["handles", "settled"]

_OPEN: Final = Path("/proc/self/fd")
SECONDS: Final = 3.0


def handles() -> int:
    """
    How many files and sockets are open; 0 where the system does not tell.
    """
    gc.collect()
    return len(list(_OPEN.iterdir())) if _OPEN.is_dir() else 0


def settled(count: Callable[[], int], most: int | None = None) -> int:
    """
    A count, when it has come down: the target closes its side a moment later than the connector.

    Args:
        count: What is counted.
        most: What is few enough; `None` waits until it stays as it is.
    """
    ends, last = monotonic() + SECONDS, count()
    while monotonic() < ends:
        if most is not None and last <= most:
            break
        Event().wait(0.05)
        now = count()
        if most is None and now == last:
            break
        last = now
    return last
