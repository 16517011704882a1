"""
The JSON Schema of the workflow file, for editors; draft 2020-12.

Reading the file also finds what a schema cannot: names near a valid one, steps at statuses where
they do not apply, and members with two values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orderferry.config._property import VALUE_TYPES
from orderferry.config._step import SCOPE_NAMES, UNUSED_STEP_NAMES
from orderferry.config._workflow import UNUSED_ORDER_TYPE_NAMES, UNUSED_STATUS_NAMES
from orderferry.steps import Condition

__all__ = ["DRAFT", "Schema", "workflow_schema"]

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
"""The dialect of both schemas."""


def workflow_schema() -> Schema:
    """
    The JSON Schema of the workflow file, draft 2020-12; names may begin with a capital or not.
    """
    return {
        "$schema": DRAFT,
        "title": "workflow.json",
        "oneOf": [
            {"$ref": "#/$defs/orderType"},
            {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/orderType"}},
        ],
        "$defs": {
            "orderType": _object("An order type.", _ORDER_TYPE, ("Name",)),
            "status": _object(
                "A status, with the steps that run when an order enters it.", _STATUS, ("Name",)
            ),
            "step": _object(
                "A step; all other fields are passed to its connector.", _STEP, ("Name",)
            ),
            "property": _object("A property of a step.", _PROPERTY, ("Key",)),
            "condition": _object(
                "A condition on the outcomes of earlier steps.", _CONDITION, ("Type",)
            ),
            "boolean": {"enum": [True, False, "true", "false", None]},
            "text": {"type": ["string", "null"]},
            "names": {"type": ["array", "null"], "items": {"type": "string", "minLength": 1}},
        },
    }


def _object(description: str, members: Mapping[str, Schema], required: Iterable[str]) -> Schema:
    """
    An object whose names may begin with a capital or not; other names are allowed.
    """
    return {
        "description": description,
        "type": "object",
        "patternProperties": {_either(name): schema for name, schema in members.items()},
        "allOf": [
            {"anyOf": [{"required": [_small(name)]}, {"required": [name]}]} for name in required
        ],
    }


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


def _either(name: str) -> str:
    return f"^[{name[:1]}{name[:1].lower()}]{name[1:]}$"


def _of(reference: str, description: str) -> Schema:
    return {"$ref": f"#/$defs/{reference}", "description": description}


def _list_of(reference: str, description: str) -> Schema:
    return {
        "description": description,
        "type": ["array", "null"],
        "items": {"$ref": f"#/$defs/{reference}"},
    }


_UNUSED = "For the host; orderferry does not use it."
_ENABLED = "The step runs only for orders with one of these; an empty list means all."
_DISABLED = "The step does not run for orders with one of these."

_ORDER_TYPE: Schema = {
    "Name": _of("text", "The order type's name."),
    "OrderStatuses": _list_of("status", "Its statuses, in order."),
    "DefaultOrderType": _of("boolean", "Whether orders without a type have this one."),
    "DisableWorkflow": {"description": "Not supported.", "enum": [False, "false", None]},
    **{name: {"description": _UNUSED} for name in UNUSED_ORDER_TYPE_NAMES},
}

_STATUS: Schema = {
    "Name": _of("text", "The status's name."),
    "WorkflowSteps": _list_of("step", "The steps that run when an order enters it, top to bottom."),
    "IsCanceledStatus": _of("boolean", "Whether an order at this status is cancelled."),
    "Condition": {"description": "Not supported.", "enum": ["", [], {}, None]},
    **{name: {"description": _UNUSED} for name in UNUSED_STATUS_NAMES},
}

_PROPERTY: Schema = {
    "Key": {"description": "Its key, as the connector gets it.", "type": "string", "minLength": 1},
    "Value": {"description": "Its value, as a string or as JSON."},
    "KeyGroup": _of("text", "The group that it belongs to."),
    "ValueType": {"description": "The type of the value.", "enum": [*VALUE_TYPES, "", None]},
}

_CONDITION: Schema = {
    "Type": {
        "description": "Success: no earlier step had a warning or error. Warning, Error: one had.",
        "enum": [str(condition.value) for condition in Condition],
    }
}

_STEP: Schema = {
    "Name": _of("text", "The step's key, such as ExportOrder."),
    "Active": _of("boolean", "Whether the step runs; by default true."),
    "TranslateKey": _of("text", "For the host's labels."),
    "Properties": _list_of("property", "Properties of the step and of its connector."),
    "WorkflowStepConditions": _list_of(
        "condition", "The step runs if one of them is met; without any, always."
    ),
    "Connector": {
        "description": "The connector's name, or a list of names and of name/id.",
        "type": ["string", "array", "null"],
        "items": {"type": "string", "pattern": r"^[^/\u0000-\u001f]+(/[^/\u0000-\u001f]+)?$"},
    },
    "ConnectorId": _of("text", "The id of the configured instance."),
    "StopOnError": _of("boolean", "Cancel the workflow if the export fails."),
    "ErrorStatus": _of("text", "The status that the order gets if the export fails."),
    "RunAfterOrderIsSaved": _of("boolean", "Wait until the order is saved before exporting."),
    "PerShipment": _of("boolean", "Make one export for each shipment."),
    "AllowAnyStatus": _of("boolean", "Allow the step at statuses where it does not apply."),
    **{
        name: _of("names", _ENABLED if name.startswith("Enabled") else _DISABLED)
        for name in SCOPE_NAMES
    },
    **{name: {"description": _UNUSED} for name in UNUSED_STEP_NAMES},
}
