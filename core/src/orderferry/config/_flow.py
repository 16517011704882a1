"""
Flow control of an instance: `[connector.flow]`.
"""

from __future__ import annotations

from collections.abc import Mapping

from orderferry.config._amounts import as_duration, as_integer, as_number, as_rate
from orderferry.config._table import Reader, Table
from orderferry.delivery import Flow

__all__ = ["BOUNDS", "DURATIONS", "FLOW_NAMES", "RETRY_NAMES", "read_flow"]

BOUNDS = {
    "concurrency": (1, 256),
    "batch": (1, 10_000),
    "shards": (1, 64),
    "breaker": (1, 10_000),
    "factor": (1, 100),
}
"""The least and the most of what is a number, without a unit."""

_DAY = 86_400

DURATIONS = {
    "cooldown": _DAY,
    "timeout": 3600,
    "first": _DAY,
    "max": 7 * _DAY,
    "deadline": 365 * _DAY,
}
"""The longest of what is a duration, in seconds."""

_READERS: Mapping[str, Reader] = {
    "concurrency": as_integer(*BOUNDS["concurrency"]),
    "rate": as_rate,
    "batch": as_integer(*BOUNDS["batch"]),
    "shards": as_integer(*BOUNDS["shards"]),
    "breaker": as_integer(*BOUNDS["breaker"]),
    "cooldown": as_duration(DURATIONS["cooldown"]),
    "timeout": as_duration(DURATIONS["timeout"]),
}

_RETRY_READERS: Mapping[str, Reader] = {
    "first": as_duration(DURATIONS["first"]),
    "factor": as_number(*BOUNDS["factor"]),
    "max": as_duration(DURATIONS["max"]),
    "deadline": as_duration(DURATIONS["deadline"]),
}

FLOW_NAMES = (*_READERS, "retry")
"""The keys of `[connector.flow]`."""

RETRY_NAMES = tuple(_RETRY_READERS)
"""The keys of `[connector.flow.retry]`."""


def read_flow(table: Table) -> Flow:
    """
    Read an instance's flow control.

    Args:
        table: The `[connector.flow]` table; empty where there is none.

    Returns:
        The flow control; the default of each key that is not there or does not fit.
    """
    retry = table.inner("retry")
    _refuse_others(table)
    retry.refuse_others(RETRY_NAMES, "[connector.flow.retry]")
    waits = retry.read_all(_RETRY_READERS)
    if "max" in waits:
        waits["most"] = waits.pop("max")
    flow = Flow(**table.read_all(_READERS), **waits)
    if flow.first > flow.most:
        table.faults.add(
            f"first is {flow.first:g} seconds, and no wait may exceed max, "
            f"which is {flow.most:g} seconds",
            retry.path,
        )
    return flow


def _refuse_others(table: Table) -> None:
    """
    Keys of the retry table are told where they belong.
    """
    misplaced = [name for name in table.values if name in RETRY_NAMES]
    for name in misplaced:
        table.faults.add(f"{name} stands in [connector.flow.retry]", table.place(name))
    table.refuse_others((*FLOW_NAMES, *misplaced), "[connector.flow]")
