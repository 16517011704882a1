"""
The `[runtime]` table.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from orderferry.config._amounts import as_duration, as_number
from orderferry.config._config import AGE_LIMITS, RuntimeSettings
from orderferry.config._hidden import DanglingError, References
from orderferry.config._readers import as_file, as_names, as_seconds, as_size
from orderferry.config._table import Reader, Table
from orderferry.connectors import ExportState

__all__ = ["AGE_NAMES", "BOUNDS", "MOST_AGE", "RUNTIME_NAMES", "read_runtime"]

BOUNDS = {"lease_seconds": (1, 60), "grace_seconds": (0, 3600)}
"""The least and the most of what may be no other number of seconds."""

MOST_DAYS = 36_500
MOST_AGE = 365 * 86_400
"""The longest age limit, in seconds."""

_FINAL = frozenset({ExportState.ACKNOWLEDGED, ExportState.SKIPPED})

AGE_NAMES = tuple(state.value for state in ExportState if state not in _FINAL)
"""The keys of `[runtime.age_limits]`: the states that something is still to follow."""

_READERS: Mapping[str, Reader] = {
    "foreign_steps": as_names,
    "order_limit_bytes": as_size,
    "inline_deadline_seconds": as_seconds,
    "api_deadline_seconds": as_seconds,
    "api_interval_seconds": as_seconds,
    "document_retention_days": as_number(0, MOST_DAYS, "days"),
    "lease_seconds": as_number(*BOUNDS["lease_seconds"], "seconds"),
    "grace_seconds": as_number(*BOUNDS["grace_seconds"], "seconds"),
}

RUNTIME_NAMES = (
    *_READERS,
    "workflow",
    "state_directory",
    "database",
    "api_url",
    "api_token",
    "age_limits",
)
"""The keys of `[runtime]`."""


def read_runtime(table: Table, workflow: str | None, references: References) -> RuntimeSettings:
    """
    Read the `[runtime]` table.

    Args:
        table: The table; empty where there is none.
        workflow: Its workflow file, which is read already.
        references: Reads what may stand elsewhere.

    Returns:
        The settings; the default of each key that is not there or does not fit.
    """
    table.refuse_others(RUNTIME_NAMES, "[runtime]")
    folder = references.folder
    default = references.as_database("sqlite:///orderferry.db")
    missing: list[str] = []

    def database(value: object) -> str:
        try:
            return references.as_database(value)
        except DanglingError as error:
            missing.append(f"{table.faults.file}: database: {error} @ {table.place('database')}")
            return ""

    found = table.read("database", database)
    given = table.read_all(
        {**_READERS, "api_url": references.as_address, "api_token": references.as_secret}
    )
    return RuntimeSettings(
        workflow=folder / (workflow or "workflow.json"),
        state_directory=_below(folder, table.read("state_directory", as_file)),
        database=default if found is None else found,
        missing_database=next(iter(missing), None),
        age_limits={**AGE_LIMITS, **_age_limits(table.inner("age_limits"))},
        **given,
    )


def _below(folder: Path, name: str | None) -> Path | None:
    return None if name is None else folder / name


def _age_limits(table: Table) -> dict[ExportState, float]:
    table.refuse_others(AGE_NAMES, "[runtime.age_limits]")
    found = table.read_all(dict.fromkeys(AGE_NAMES, as_duration(MOST_AGE)))
    return {ExportState(name): seconds for name, seconds in found.items()}
