"""
Fields that constants, properties of orders and lines, and properties of the step assign.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from orderferry import Properties
from orderferry.errors import Problem
from orderferry.orders import PropertyItem
from orderferry_erp_sap._deep_insert import Value, plain
from orderferry_erp_sap._fields import ENTITIES, Kind, Property
from orderferry_erp_sap._setting_checks import RESERVED

__all__ = ["STEP_PROPERTIES", "constants", "from_properties", "from_step"]

STEP_PROPERTIES = tuple(
    name
    for name, definition in ENTITIES["A_SalesOrder"].properties.items()
    if not definition.key and not definition.computed and name not in RESERVED
)
"""The header fields that a property of the step with the same name sets."""

_WORDS = {"true": True, "false": False}


def _boolean(value: object) -> bool:
    word = str(value).strip().lower()
    if word not in _WORDS:
        raise ValueError("is neither true nor false")
    return _WORDS[word]


def _day(value: object) -> date:
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    try:
        return datetime.fromisoformat(str(value).strip()).date()
    except ValueError as error:
        raise ValueError("is not a date such as 2025-01-31") from error


def _number(value: object) -> Decimal:
    try:
        return Decimal(str(value).strip())
    except InvalidOperation as error:
        raise ValueError("is not a number") from error


def _typed(value: object, definition: Property | None) -> Value:
    """
    Convert a value to the type of its field; an extension field accepts any value.

    Raises:
        ValueError, TypeError: The value cannot be converted; the message states why.
    """
    if isinstance(value, (list, dict)):
        raise TypeError("is a list or an object; expected a single value")
    kind = definition.kind if definition is not None else Kind.STRING
    if kind is Kind.DECIMAL:
        return _number(value)
    if kind is Kind.DATE:
        return _day(value)
    if kind is Kind.BOOLEAN or (definition is None and isinstance(value, bool)):
        return _boolean(value)
    return plain(value) if isinstance(value, Decimal) else str(value)


def _assign(
    entity: str,
    fields: Mapping[str, object],
    problems: list[Problem],
    line: str | None = None,
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for name, value in fields.items():
        try:
            values[name] = _typed(value, ENTITIES[entity].properties.get(name))
        except (TypeError, ValueError) as error:
            problems.append(
                Problem(
                    line_item_id=line,
                    field=name,
                    value=value,
                    cause=str(error),
                    remedy="correct the property or the setting that it is mapped from",
                )
            )
    return values


def constants(entity: str, fields: Mapping[str, str], problems: list[Problem]) -> dict[str, Value]:
    """
    Convert the constants of the settings.

    Args:
        entity: The entity set.
        fields: The values by field.
        problems: The list to which problems are added.
    """
    return _assign(entity, fields, problems)


def from_properties(
    entity: str,
    names: Mapping[str, str],
    properties: tuple[PropertyItem, ...],
    problems: list[Problem],
    line: str | None = None,
) -> dict[str, Value]:
    """
    Convert the properties of an order or a line that are mapped to fields, and are not empty.

    A property whose `valueType` is `Boolean` is a boolean also in an extension field.

    Args:
        entity: The entity set.
        names: SAP's fields by the keys of properties.
        properties: The properties.
        problems: The list to which problems are added.
        line: The line, as messages name it.
    """
    fields: dict[str, object] = {}
    for item in properties:
        if item.key in names and item.value:
            word = item.value.strip().lower()
            is_boolean = (item.value_type or "").lower() == "boolean" and word in _WORDS
            fields[names[item.key]] = _WORDS[word] if is_boolean else item.value
    return _assign(entity, fields, problems, line)


def from_step(properties: Properties, problems: list[Problem]) -> dict[str, Value]:
    """
    Convert the properties of the step that are named as fields of the header; ignore others.

    Args:
        properties: The step's further properties.
        problems: The list to which problems are added.
    """
    fields = {
        name: properties[name] for name in STEP_PROPERTIES if properties.get(name) is not None
    }
    return _assign("A_SalesOrder", fields, problems)
