"""
The tables that configure how orders are run: `[runtime]` and `[connector.flow]`.
"""

from __future__ import annotations

from collections.abc import Mapping

from orderferry.config._config import AGE_LIMITS, RuntimeSettings
from orderferry.config._readers import (
    duration_reader,
    integer_reader,
    number_reader,
    read_names,
    read_path,
    read_rate,
    read_seconds,
    read_size,
)
from orderferry.config._secrets import SecretReaders, UnresolvedError
from orderferry.config._tables import Reader, Table
from orderferry.connectors import ExportState
from orderferry.delivery import Flow

__all__ = [
    "AGE_NAMES",
    "FLOW_BOUNDS",
    "FLOW_DURATIONS",
    "FLOW_NAMES",
    "MAX_AGE",
    "MAX_DAYS",
    "RETRY_NAMES",
    "RUNTIME_BOUNDS",
    "RUNTIME_NAMES",
    "read_flow",
    "read_runtime",
]

RUNTIME_BOUNDS = {"lease_seconds": (1, 60), "grace_seconds": (0, 3600)}
"""The minimum and maximum of settings in seconds that have their own bounds."""

MAX_DAYS = 36_500
"""The maximum of `document_retention_days`."""

MAX_AGE = 365 * 86_400
"""The maximum age limit in seconds."""

_FINAL = frozenset({ExportState.ACKNOWLEDGED, ExportState.SKIPPED})

AGE_NAMES = tuple(state.value for state in ExportState if state not in _FINAL)
"""The keys of `[runtime.age_limits]`: the states that are not final."""

_RUNTIME_READERS: Mapping[str, Reader] = {
    "foreign_steps": read_names,
    "order_limit_bytes": read_size,
    "inline_deadline_seconds": read_seconds,
    "api_deadline_seconds": read_seconds,
    "api_interval_seconds": read_seconds,
    "document_retention_days": number_reader(0, MAX_DAYS, "days"),
    "lease_seconds": number_reader(*RUNTIME_BOUNDS["lease_seconds"], "seconds"),
    "grace_seconds": number_reader(*RUNTIME_BOUNDS["grace_seconds"], "seconds"),
}

RUNTIME_NAMES = (
    *_RUNTIME_READERS,
    "workflow",
    "state_directory",
    "database",
    "api_url",
    "api_token",
    "age_limits",
)
"""The keys of `[runtime]`."""

FLOW_BOUNDS = {
    "concurrency": (1, 256),
    "batch": (1, 10_000),
    "shards": (1, 64),
    "breaker": (1, 10_000),
    "factor": (1, 100),
}
"""The minimum and maximum of numbers without a unit."""

_DAY = 86_400

FLOW_DURATIONS = {
    "cooldown": _DAY,
    "timeout": 3600,
    "first": _DAY,
    "max": 7 * _DAY,
    "deadline": 365 * _DAY,
}
"""The maximum of durations, in seconds."""

_FLOW_READERS: Mapping[str, Reader] = {
    "concurrency": integer_reader(*FLOW_BOUNDS["concurrency"]),
    "rate": read_rate,
    "batch": integer_reader(*FLOW_BOUNDS["batch"]),
    "shards": integer_reader(*FLOW_BOUNDS["shards"]),
    "breaker": integer_reader(*FLOW_BOUNDS["breaker"]),
    "cooldown": duration_reader(FLOW_DURATIONS["cooldown"]),
    "timeout": duration_reader(FLOW_DURATIONS["timeout"]),
}

_RETRY_READERS: Mapping[str, Reader] = {
    "first": duration_reader(FLOW_DURATIONS["first"]),
    "factor": number_reader(*FLOW_BOUNDS["factor"]),
    "max": duration_reader(FLOW_DURATIONS["max"]),
    "deadline": duration_reader(FLOW_DURATIONS["deadline"]),
}

FLOW_NAMES = (*_FLOW_READERS, "retry")
"""The keys of `[connector.flow]`."""

RETRY_NAMES = tuple(_RETRY_READERS)
"""The keys of `[connector.flow.retry]`."""


def read_runtime(table: Table, workflow: str | None, secrets: SecretReaders) -> RuntimeSettings:
    """
    Read the `[runtime]` table.

    Args:
        table: The table; empty if the file has none.
        workflow: Its workflow file, which has been read from it.
        secrets: The readers of values that may contain secrets.

    Returns:
        The settings, with the default of each key that is missing or invalid.
    """
    table.reject_unknown(RUNTIME_NAMES, "[runtime]")
    folder = secrets.folder
    default = secrets.read_database("sqlite:///orderferry.db")
    unresolved: list[str] = []

    def read_database(value: object) -> str:
        try:
            return secrets.read_database(value)
        except UnresolvedError as error:
            place = table.path_of("database")
            unresolved.append(f"{table.faults.file}: database: {error} @ {place}")
            return ""

    database = table.read("database", read_database)
    values = table.read_all(
        {**_RUNTIME_READERS, "api_url": secrets.read_url, "api_token": secrets.read_secret}
    )
    state_directory = table.read("state_directory", read_path)
    return RuntimeSettings(
        workflow=folder / (workflow or "workflow.json"),
        state_directory=None if state_directory is None else folder / state_directory,
        database=default if database is None else database,
        missing_database=next(iter(unresolved), None),
        age_limits={**AGE_LIMITS, **_read_age_limits(table.inner("age_limits"))},
        **values,
    )


def _read_age_limits(table: Table) -> dict[ExportState, float]:
    table.reject_unknown(AGE_NAMES, "[runtime.age_limits]")
    limits = table.read_all(dict.fromkeys(AGE_NAMES, duration_reader(MAX_AGE)))
    return {ExportState(name): seconds for name, seconds in limits.items()}


def read_flow(table: Table) -> Flow:
    """
    Read the flow control of an instance.

    Args:
        table: The `[connector.flow]` table; empty if the file has none.

    Returns:
        The flow control, with the default of each key that is missing or invalid.
    """
    retry = table.inner("retry")
    _reject_unknown_flow(table)
    retry.reject_unknown(RETRY_NAMES, "[connector.flow.retry]")
    waits = retry.read_all(_RETRY_READERS)
    if "max" in waits:
        waits["most"] = waits.pop("max")
    flow = Flow(**table.read_all(_FLOW_READERS), **waits)
    if flow.first > flow.most:
        table.faults.add(
            f"first ({flow.first:g} seconds) exceeds max ({flow.most:g} seconds)", retry.path
        )
    return flow


def _reject_unknown_flow(table: Table) -> None:
    """
    Add faults for unknown keys; those of the retry table are reported with their table.
    """
    misplaced = [name for name in table.values if name in RETRY_NAMES]
    for name in misplaced:
        table.faults.add(f"{name} belongs in [connector.flow.retry]", table.path_of(name))
    table.reject_unknown((*FLOW_NAMES, *misplaced), "[connector.flow]")
