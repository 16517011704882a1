"""
The clock of the suite.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic

from orderferry.exports import Clock

__all__ = ["suite_clock"]


def suite_clock() -> Clock:
    """
    A clock that goes as all clocks do, and whose `wait` sets it forward at once.
    """
    start, began = datetime.now(UTC), monotonic()
    skipped = [0.0]

    def seconds() -> float:
        return monotonic() - began + skipped[0]

    def wait(more: float) -> None:
        skipped[0] += more

    return Clock(now=lambda: start + timedelta(seconds=seconds()), monotonic=seconds, wait=wait)
