"""
Fields that people assign themselves: constants, properties of order and line, and of the step.
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
    for name, known in ENTITIES["A_SalesOrder"].properties.items()
    if not known.key and not known.computed and name not in RESERVED
)
"""The header fields that a property of the step of the same name sets."""

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
        raise ValueError("is no date such as 2025-01-31") from error


def _number(value: object) -> Decimal:
    try:
        return Decimal(str(value).strip())
    except InvalidOperation as error:
        raise ValueError("is no number") from error


def _typed(value: object, known: Property | None) -> Value:
    """
    A value as its field wants it; an extension field takes what is given.

    Raises:
        ValueError, TypeError: It cannot be had from the value; the message says why.
    """
    if isinstance(value, (list, dict)):
        raise TypeError("is a list or an object; a field of SAP takes one value")
    kind = known.kind if known is not None else Kind.STRING
    if kind is Kind.DECIMAL:
        return _number(value)
    if kind is Kind.DATE:
        return _day(value)
    if kind is Kind.BOOLEAN or (known is None and isinstance(value, bool)):
        return _boolean(value)
    return plain(value) if isinstance(value, Decimal) else str(value)


def _assign(
    entity: str,
    given: Mapping[str, object],
    faults: list[Problem],
    line: str | None = None,
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for name, value in given.items():
        try:
            values[name] = _typed(value, ENTITIES[entity].properties.get(name))
        except (TypeError, ValueError) as error:
            faults.append(
                Problem(
                    line_item_id=line,
                    field=name,
                    value=value,
                    cause=str(error),
                    remedy="mend the property or the setting that it comes from",
                )
            )
    return values


def constants(entity: str, given: Mapping[str, str], faults: list[Problem]) -> dict[str, Value]:
    """
    The constants of the settings.

    Args:
        entity: The entity set.
        given: Value by field.
        faults: Gets what is wrong.
    """
    return _assign(entity, given, faults)


def from_properties(
    entity: str,
    names: Mapping[str, str],
    properties: tuple[PropertyItem, ...],
    faults: list[Problem],
    line: str | None = None,
) -> dict[str, Value]:
    """
    The properties of an order or a line that are mapped to fields; an empty one sets nothing.

    A property whose `valueType` is `Boolean` is a boolean also in an extension field.

    Args:
        entity: The entity set.
        names: SAP's field by the property's key.
        properties: The properties.
        faults: Gets what is wrong.
        line: The line, as people know it.
    """
    given: dict[str, object] = {}
    for item in properties:
        if item.key in names and item.value:
            word = item.value.strip().lower()
            boolean = (item.value_type or "").lower() == "boolean" and word in _WORDS
            given[names[item.key]] = _WORDS[word] if boolean else item.value
    return _assign(entity, given, faults, line)


def from_step(properties: Properties, faults: list[Problem]) -> dict[str, Value]:
    """
    The properties of the step that are named as fields of the header; others are no concern here.

    Args:
        properties: The step's further properties.
        faults: Gets what is wrong.
    """
    given = {name: properties[name] for name in STEP_PROPERTIES if properties.get(name) is not None}
    return _assign("A_SalesOrder", given, faults)
