"""
The JSON Schema of `orderferry.toml`, for editors; draft 2020-12.

Reading the file also finds what a schema cannot: names near a valid one, and references that cannot
be resolved.
"""

from __future__ import annotations

from collections.abc import Iterable

from orderferry.config._config import AGE_LIMITS
from orderferry.config._readers import DURATION, RATE
from orderferry.config._runtime import (
    AGE_NAMES,
    FLOW_BOUNDS,
    FLOW_DURATIONS,
    MAX_AGE,
    MAX_DAYS,
    RUNTIME_BOUNDS,
)
from orderferry.config._workflow_schema import DRAFT, Schema
from orderferry.connectors import ExportState
from orderferry.delivery import Flow

__all__ = ["config_schema"]

_NAME = r"^[^/\u0000-\u001f]+$"


def config_schema() -> Schema:
    """
    The JSON Schema of `orderferry.toml`, draft 2020-12.
    """
    return {
        "$schema": DRAFT,
        "title": "orderferry.toml",
        "type": "object",
        "properties": {
            "runtime": _table("How orders are run.", _RUNTIME),
            "connector": {
                "description": "The configured connectors, one table an instance.",
                "type": "array",
                "items": _table("A connector instance.", _CONNECTOR, required=("name",)),
            },
        },
        "additionalProperties": False,
    }


def _table(description: str, properties: Schema, required: Iterable[str] = ()) -> Schema:
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _text(description: str, default: str | None = None) -> Schema:
    schema: Schema = {"description": description, "type": "string", "minLength": 1}
    return schema if default is None else {**schema, "default": default}


def _seconds(description: str, default: float) -> Schema:
    return {
        "description": description,
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 3600,
        "default": default,
    }


def _bounded(
    description: str, bounds: tuple[float, float], default: float | None, kind: str = "integer"
) -> Schema:
    minimum, maximum = bounds
    schema: Schema = {
        "description": description,
        "type": kind,
        "minimum": minimum,
        "maximum": maximum,
    }
    return schema if default is None else {**schema, "default": default}


def _duration(description: str, maximum: int, default: float | None) -> Schema:
    schema: Schema = {
        "description": f"{description} In seconds, or a string such as 30s, 5m, 2h, 1d.",
        "type": ["number", "string"],
        "exclusiveMinimum": 0,
        "maximum": maximum,
        "pattern": DURATION,
    }
    return schema if default is None else {**schema, "default": default}


_AGE_LIMITS: Schema = {
    name: _duration(
        f"The time after which an export in the state {name} is overdue.",
        MAX_AGE,
        AGE_LIMITS.get(ExportState(name)),
    )
    for name in AGE_NAMES
}

_RUNTIME: Schema = {
    "workflow": _text("The workflow file, relative to this one.", "workflow.json"),
    "foreign_steps": {
        "description": "Steps of the workflow that its host runs, and that orderferry skips.",
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "default": [],
    },
    "order_limit_bytes": {
        "description": "The maximum size of an order in bytes.",
        "type": "integer",
        "minimum": 1,
        "default": 5_000_000,
    },
    "inline_deadline_seconds": _seconds(
        "The maximum duration of an export inside a transition, with its retries.", 10.0
    ),
    "state_directory": _text(
        "The folder for the stored state of connectors, relative to this file; without it, the "
        "state is stored in the database."
    ),
    "database": _text(
        "The database's URL: sqlite:///FILE, relative to this file, or "
        "postgresql://USER:PASSWORD@HOST/NAME; the user and password as ${env:NAME}.",
        "sqlite:///orderferry.db",
    ),
    "api_url": _text(
        "The URL of the order API, which serves GET URL/ID. With it, a deferred export waits until "
        "its order is readable there."
    ),
    "api_deadline_seconds": _seconds(
        "The maximum time until an order is readable through the API.", 60.0
    ),
    "api_interval_seconds": _seconds(
        "The time between two reads of an order through the API.", 1.0
    ),
    "api_token": _text("The bearer token of the order API, as ${env:NAME}."),
    "document_retention_days": _bounded(
        "How many days requests and responses are kept.", (0, MAX_DAYS), 30.0, "number"
    ),
    "lease_seconds": _bounded(
        "How long the owner of a lane may send after the last proof that it is alive; the next "
        "owner waits as long before it recovers interrupted exports.",
        RUNTIME_BOUNDS["lease_seconds"],
        5.0,
        "number",
    ),
    "grace_seconds": _bounded(
        "How long a stopping worker waits for exports in flight.",
        RUNTIME_BOUNDS["grace_seconds"],
        20.0,
        "number",
    ),
    "age_limits": _table(
        "After how long in a state an export is reported as overdue.", _AGE_LIMITS
    ),
}

_FLOW_DEFAULTS = Flow()

_RETRY: Schema = {
    "first": _duration(
        "The upper limit of the first wait.", FLOW_DURATIONS["first"], _FLOW_DEFAULTS.first
    ),
    "factor": _bounded(
        "The factor by which the upper limit grows with each further wait.",
        FLOW_BOUNDS["factor"],
        _FLOW_DEFAULTS.factor,
        "number",
    ),
    "max": _duration("The upper limit of every wait.", FLOW_DURATIONS["max"], _FLOW_DEFAULTS.most),
    "deadline": _duration(
        "How long after its creation an export is retried.",
        FLOW_DURATIONS["deadline"],
        _FLOW_DEFAULTS.deadline,
    ),
}

_FLOW: Schema = {
    "concurrency": _bounded(
        "How many exports are in flight at once.",
        FLOW_BOUNDS["concurrency"],
        _FLOW_DEFAULTS.concurrency,
    ),
    "rate": {
        "description": "The maximum rate at which exports start: 10/s, 600/min, 3600/h.",
        "type": "string",
        "pattern": RATE,
    },
    "batch": _bounded(
        "The maximum number of exports that one transaction claims, fewer for a slow target; by "
        "default 512.",
        FLOW_BOUNDS["batch"],
        None,
    ),
    "shards": _bounded(
        "How many lanes the orders are spread over; drain the lanes before changing it.",
        FLOW_BOUNDS["shards"],
        _FLOW_DEFAULTS.shards,
    ),
    "breaker": _bounded(
        "How many consecutive transient failures pause the lane.",
        FLOW_BOUNDS["breaker"],
        _FLOW_DEFAULTS.breaker,
    ),
    "cooldown": _duration(
        "How long a paused lane waits before it tries one export.",
        FLOW_DURATIONS["cooldown"],
        _FLOW_DEFAULTS.cooldown,
    ),
    "timeout": _duration(
        "The maximum duration of one attempt.", FLOW_DURATIONS["timeout"], _FLOW_DEFAULTS.timeout
    ),
    "retry": _table("When failed exports are retried.", _RETRY),
}

_MARKETS: Schema = {"type": "array", "items": {"type": "string", "minLength": 1}, "default": []}

_CONNECTOR: Schema = {
    "name": {
        "description": "The connector's name, as `orderferry connectors` lists it.",
        "type": "string",
        "pattern": _NAME,
    },
    "id": {
        "description": "The instance's id: the step's ConnectorId.",
        "type": "string",
        "pattern": _NAME,
        "default": "default",
    },
    "markets": {
        "description": "The markets that the instance serves; an empty list means all.",
        **_MARKETS,
    },
    "disabled_markets": {
        "description": "The markets that the instance does not serve.",
        **_MARKETS,
    },
    "settings": {
        "description": "The connector's settings: `orderferry connectors show NAME --schema`.",
        "type": "object",
    },
    "flow": _table("The flow control of the instance.", _FLOW),
}
