"""
A deep insert as values: written as OData JSON, and checked against SAP's metadata.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from attrs import field, frozen

from orderferry.errors import Problem
from orderferry_erp_sap._fields import ENTITIES, Kind, Property

__all__ = [
    "Entry",
    "Value",
    "check_deep_insert",
    "control_character",
    "document",
    "json_value",
    "length",
    "plain",
    "text_entry",
    "value_fault",
    "write",
]

Value = str | bool | Decimal | date
"""A property's value: text, boolean, exact decimal, or calendar day."""

_REMEDIES = {
    "PurchaseOrderByCustomer": "it is made of the order's id (and the shipment's): use shorter ids",
    "RequestedQuantityUnit": "or map the line's unit in the setting units",
}

_MAX_SHOWN = 200


@frozen(kw_only=True)
class Entry:
    """
    An entity of the deep insert.

    Attributes:
        entity: The entity set.
        values: The properties by SAP's name.
        children: The children by navigation property, in sequence.
        line: The order's line that the entity represents, as messages name it.
    """

    entity: str
    values: Mapping[str, Value]
    children: Mapping[str, tuple[Entry, ...]] = field(factory=dict)
    line: str | None = None

    def walk(self, line: str | None = None) -> Iterator[tuple[Entry, str | None]]:
        """
        Yield this entry and all entries below it, each with its line.
        """
        line = self.line or line
        yield self, line
        for entries in self.children.values():
            for entry in entries:
                yield from entry.walk(line)


def text_entry(entity: str, text_id: str, language: str, text: str) -> Entry:
    """
    Build a long text.

    Args:
        entity: The text's entity set, of the header or of an item.
        text_id: The `LongTextID`.
        language: The language.
        text: The text.
    """
    values = {"Language": language, "LongTextID": text_id, "LongText": text}
    return Entry(entity=entity, values=values)


def plain(number: Decimal) -> str:
    """
    Write a decimal without an exponent and without trailing zeros: `2`, `19.9`.
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def json_value(value: Value) -> str | bool:
    """
    Convert a value to OData v2's JSON: decimals as strings, days as `/Date(ms)/` at midnight UTC.

    Source: OData 2.0, JSON format, section 4
    (odata.org/documentation/odata-version-2-0/json-format).
    """
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        midnight = datetime(value.year, value.month, value.day, tzinfo=UTC)
        return f"/Date({int(midnight.timestamp()) * 1000})/"
    return value


def document(entry: Entry) -> dict[str, object]:
    """
    The entry as a JSON object, children as `{"results": [...]}`.

    Properties come in the order of SAP's metadata, extension fields after them.
    """
    definitions = ENTITIES[entry.entity].properties
    names = [name for name in definitions if name in entry.values]
    names += [name for name in entry.values if name not in definitions]
    result: dict[str, object] = {name: json_value(entry.values[name]) for name in names}
    for navigation, entries in entry.children.items():
        if entries:
            result[navigation] = {"results": [document(child) for child in entries]}
    return result


def write(entry: Entry) -> bytes:
    """
    Write the body of the request.
    """
    return json.dumps(document(entry), ensure_ascii=False, separators=(",", ":")).encode()


def length(text: str) -> int:
    """
    Return the length in UTF-16 units, as SAP counts it; an emoji has two.
    """
    return len(text) + sum(character > "\uffff" for character in text)


def control_character(text: str, *, allowed: str = "") -> str | None:
    """
    Return the first control character or half surrogate pair of a text, as `U+0007`, or `None`.

    Args:
        text: The text.
        allowed: Control characters that are valid.
    """
    for character in text:
        if character not in allowed and unicodedata.category(character) in ("Cc", "Cs"):
            return f"U+{ord(character):04X}"
    return None


def _text_fault(value: str, definition: Property | None) -> tuple[str, str] | None:
    is_long_text = definition is not None and definition.name == "LongText"
    character = control_character(value, allowed="\n\r\t" if is_long_text else "")
    if character is not None:
        return f"has the control character {character}", "remove it"
    limit = None if definition is None else definition.max_length
    if limit is not None and length(value) > limit:
        cause = f"has {length(value)} characters, SAP accepts {limit}"
        return cause, f"shorten it to {limit} characters"
    return None


def _decimal_fault(value: Decimal, definition: Property) -> tuple[str, str] | None:
    if not value.is_finite():
        return "is not a number", "provide a number"
    precision, scale = definition.precision or 0, definition.scale or 0
    if value and value.adjusted() >= precision - scale:
        limit = plain((Decimal(10) ** precision - 1).scaleb(-scale))
        return f"is above the limit of SAP, {limit}", "correct the number"
    if value != round(value, scale):
        return f"has more than {scale} digits after the point", f"round it to {scale} digits"
    return None


def _shown(value: Value) -> str:
    text = str(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."


def value_fault(value: Value, definition: Property | None) -> tuple[str, str] | None:
    """
    Return why a value is invalid for a property, and the remedy, or `None` if it is valid.

    Args:
        value: The value.
        definition: The property, or `None` for an extension field.
    """
    if definition is not None and definition.computed:
        return "is created by SAP itself and cannot be sent", "map it to another field"
    if isinstance(value, str):
        return _text_fault(value, definition)
    if isinstance(value, Decimal) and definition is not None and definition.kind is Kind.DECIMAL:
        return _decimal_fault(value, definition)
    return None


def _empty_keys(entry: Entry) -> Iterator[str]:
    for definition in ENTITIES[entry.entity].properties.values():
        # An address has an empty version unless it is the international one.
        may_be_empty = not definition.key or definition.name == "AddressRepresentationCode"
        if not may_be_empty and entry.values.get(definition.name) == "":
            yield definition.name


def _duplicate_keys(entry: Entry) -> Iterator[tuple[str, str]]:
    for entries in entry.children.values():
        keys: set[tuple[Value, ...]] = set()
        for child in entries:
            names = [name for name, item in ENTITIES[child.entity].properties.items() if item.key]
            key = tuple(child.values[name] for name in names if name in child.values)
            if key and key in keys:
                yield names[-1], ", ".join(str(part) for part in key)
            keys.add(key)


def check_deep_insert(root: Entry) -> tuple[Problem, ...]:
    """
    Check a deep insert against SAP's metadata.

    Returns:
        A problem for each invalid length, number of digits, key and control character, and for
        each property that SAP creates itself.
    """
    problems: list[Problem] = []
    for entry, line in root.walk():
        definitions = ENTITIES[entry.entity].properties
        faults = [
            (name, value, fault)
            for name, value in entry.values.items()
            if (fault := value_fault(value, definitions.get(name))) is not None
        ]
        for name, value, (cause, first) in faults:
            remedy = "; ".join(filter(None, (first, _REMEDIES.get(name))))
            problems.append(
                Problem(
                    line_item_id=line, field=name, value=_shown(value), cause=cause, remedy=remedy
                )
            )
        for name in _empty_keys(entry):
            cause, remedy = "is empty, but part of the key", "provide a value"
            problems.append(Problem(line_item_id=line, field=name, cause=cause, remedy=remedy))
        for name, key in _duplicate_keys(entry):
            cause = "appears twice with one key"
            problems.append(Problem(line_item_id=line, field=name, value=key, cause=cause))
    return tuple(problems)
