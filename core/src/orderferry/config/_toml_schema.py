"""
The JSON Schema of `orderferry.toml`, for editors; draft 2020-12.

It says what a schema can say: names near a right one, and what the environment has, are found by
reading the file.
"""

from __future__ import annotations

from collections.abc import Iterable

from orderferry.config import _flow as flow
from orderferry.config import _runtime as runtime
from orderferry.config._amounts import DURATION, RATE
from orderferry.config._config import AGE_LIMITS
from orderferry.config._workflow_schema import DRAFT, Schema
from orderferry.connectors import ExportState
from orderferry.delivery import Flow

__all__ = ["config_schema"]

_NAME = r"^[^/\u0000-\u001f]+$"


def config_schema() -> Schema:
    """
    The JSON Schema of `orderferry.toml`, as the JSON that its tables are.
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
    least, most = bounds
    schema: Schema = {"description": description, "type": kind, "minimum": least, "maximum": most}
    return schema if default is None else {**schema, "default": default}


def _duration(description: str, most: int, default: float | None) -> Schema:
    schema: Schema = {
        "description": f"{description} In seconds, or text such as 30s, 5m, 2h, 1d.",
        "type": ["number", "string"],
        "exclusiveMinimum": 0,
        "maximum": most,
        "pattern": DURATION,
    }
    return schema if default is None else {**schema, "default": default}


_AGE_LIMITS: Schema = {
    name: _duration(
        f"When an export that is {name} is overdue.",
        runtime.MOST_AGE,
        AGE_LIMITS.get(ExportState(name)),
    )
    for name in runtime.AGE_NAMES
}

_RUNTIME: Schema = {
    "workflow": _text("The workflow file, relative to this one.", "workflow.json"),
    "foreign_steps": {
        "description": "Steps of the workflow that its host runs, and this program leaves out.",
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "default": [],
    },
    "order_limit_bytes": {
        "description": "The most bytes that an order may have.",
        "type": "integer",
        "minimum": 1,
        "default": 5_000_000,
    },
    "inline_deadline_seconds": _seconds(
        "How long an export inside a transition may take, tries included.", 10.0
    ),
    "state_directory": _text(
        "Where connectors keep what they remember, as files of this machine, relative to this file;"
        " without it, in the database."
    ),
    "database": _text(
        "The database's URL: sqlite:///FILE, relative to this file, or "
        "postgresql://USER:PASSWORD@HOST/NAME; the user and password as ${env:NAME}.",
        "sqlite:///orderferry.db",
    ),
    "api_url": _text(
        "The address below which the order API answers GET /ID. With it, an export that runs after "
        "the save waits until its order can be read there."
    ),
    "api_deadline_seconds": _seconds(
        "How long an order may take to be readable through the API.", 60.0
    ),
    "api_interval_seconds": _seconds("How long to wait before an order is read again.", 1.0),
    "api_token": _text("The bearer token of the order API, as ${env:NAME}."),
    "document_retention_days": _bounded(
        "How many days requests and answers are kept.", (0, runtime.MOST_DAYS), 30.0, "number"
    ),
    "lease_seconds": _bounded(
        "How long the owner of a lane may send without proving that it lives; the next owner waits "
        "as long before it asks about what was interrupted.",
        runtime.BOUNDS["lease_seconds"],
        5.0,
        "number",
    ),
    "grace_seconds": _bounded(
        "How long a worker that is told to stop waits for what is under way.",
        runtime.BOUNDS["grace_seconds"],
        20.0,
        "number",
    ),
    "age_limits": _table("After how long in a state an export is reported.", _AGE_LIMITS),
}

_FLOW_DEFAULTS = Flow()

_RETRY: Schema = {
    "first": _duration(
        "The most that the first wait lasts.", flow.DURATIONS["first"], _FLOW_DEFAULTS.first
    ),
    "factor": _bounded(
        "What each further wait may grow by.",
        flow.BOUNDS["factor"],
        _FLOW_DEFAULTS.factor,
        "number",
    ),
    "max": _duration("What no wait exceeds.", flow.DURATIONS["max"], _FLOW_DEFAULTS.most),
    "deadline": _duration(
        "How long after its making an export is tried again.",
        flow.DURATIONS["deadline"],
        _FLOW_DEFAULTS.deadline,
    ),
}

_FLOW: Schema = {
    "concurrency": _bounded(
        "How many exports are under way at once.",
        flow.BOUNDS["concurrency"],
        _FLOW_DEFAULTS.concurrency,
    ),
    "rate": {
        "description": "How many exports may begin in a time: 10/s, 600/min, 3600/h.",
        "type": "string",
        "pattern": RATE,
    },
    "batch": _bounded(
        "How many exports are claimed in one transaction at most, fewer for a slow target; by "
        "default 512.",
        flow.BOUNDS["batch"],
        None,
    ),
    "shards": _bounded(
        "In how many lanes the orders are spread; changed only when they are drained.",
        flow.BOUNDS["shards"],
        _FLOW_DEFAULTS.shards,
    ),
    "breaker": _bounded(
        "How many transient failures in a row pause the lane.",
        flow.BOUNDS["breaker"],
        _FLOW_DEFAULTS.breaker,
    ),
    "cooldown": _duration(
        "How long a paused lane waits before it tries one export.",
        flow.DURATIONS["cooldown"],
        _FLOW_DEFAULTS.cooldown,
    ),
    "timeout": _duration(
        "How long one attempt may take.", flow.DURATIONS["timeout"], _FLOW_DEFAULTS.timeout
    ),
    "retry": _table("When what failed is tried again.", _RETRY),
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
    "markets": {"description": "The markets that it is for; none means all.", **_MARKETS},
    "disabled_markets": {"description": "The markets that it is not for.", **_MARKETS},
    "settings": {
        "description": "The connector's own: `orderferry connectors show NAME --schema`.",
        "type": "object",
    },
    "flow": _table("How the target may be spoken to.", _FLOW),
}
