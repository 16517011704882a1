"""
What SAP would refuse, found before anything is sent.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from orderferry.errors import Problem
from orderferry_erp_sap._fields import ENTITIES, Kind, Property
from orderferry_erp_sap._payload import Entry, Value, plain

__all__ = ["control_character", "length", "misfit", "problems"]

_REMEDIES = {
    "PurchaseOrderByCustomer": "it is made of the order's id (and the shipment's): use shorter ids",
    "RequestedQuantityUnit": "or map the line's unit in the setting units",
}

_LONGEST_SHOWN = 200


def length(text: str) -> int:
    """
    The length as SAP counts it: in UTF-16 units, so that an emoji counts twice.
    """
    return len(text) + sum(character > "\uffff" for character in text)


def control_character(text: str, *, allowed: str = "") -> str | None:
    """
    The first control character (or half of a surrogate pair) in a text, as `U+0007`, or `None`.

    Args:
        text: The text.
        allowed: Control characters that may stand in it.
    """
    for character in text:
        if character not in allowed and unicodedata.category(character) in ("Cc", "Cs"):
            return f"U+{ord(character):04X}"
    return None


def _text_fault(value: str, known: Property | None) -> tuple[str, str] | None:
    long_text = known is not None and known.name == "LongText"
    found = control_character(value, allowed="\n\r\t" if long_text else "")
    if found is not None:
        return f"has the control character {found}", "remove it"
    if known is not None and known.max_length is not None and length(value) > known.max_length:
        cause = f"has {length(value)} characters, SAP takes {known.max_length}"
        return cause, f"shorten it to {known.max_length} characters"
    return None


def _decimal_fault(value: Decimal, known: Property) -> tuple[str, str] | None:
    if not value.is_finite():
        return "is not a number", "give a number"
    precision, scale = known.precision or 0, known.scale or 0
    if value and value.adjusted() >= precision - scale:
        limit = plain((Decimal(10) ** precision - 1).scaleb(-scale))
        return f"is more than SAP takes, {limit}", "mend the number"
    if value != round(value, scale):
        return f"has more than {scale} digits after the point", f"round it to {scale} digits"
    return None


def _shown(value: Value) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def misfit(value: Value, known: Property | None) -> tuple[str, str] | None:
    """
    Why a value does not fit a property, and what to do; `None` where it fits.

    Args:
        value: The value.
        known: The property, or `None` for an extension field of which nothing is known.
    """
    if known is not None and known.computed:
        return "is created by SAP itself and cannot be sent", "map to another field"
    if isinstance(value, str):
        return _text_fault(value, known)
    if isinstance(value, Decimal) and known is not None and known.kind is Kind.DECIMAL:
        return _decimal_fault(value, known)
    return None


def _empty_keys(entry: Entry) -> Iterator[str]:
    for known in ENTITIES[entry.entity].properties.values():
        # An address's version is empty for the usual one, which is not international.
        may_be_empty = not known.key or known.name == "AddressRepresentationCode"
        if not may_be_empty and entry.values.get(known.name) == "":
            yield known.name


def _twins(entry: Entry) -> Iterator[tuple[str, str]]:
    for entries in entry.children.values():
        seen: set[tuple[Value, ...]] = set()
        for child in entries:
            names = [n for n, p in ENTITIES[child.entity].properties.items() if p.key]
            key = tuple(child.values[name] for name in names if name in child.values)
            if key and key in seen:
                yield names[-1], ", ".join(str(part) for part in key)
            seen.add(key)


def problems(root: Entry) -> tuple[Problem, ...]:
    """
    Everything in a deep insert that SAP's metadata does not allow: lengths, digits, keys,
    properties that SAP creates itself, and control characters.
    """
    found: list[Problem] = []
    for entry, line in root.walk():
        known = ENTITIES[entry.entity].properties
        faults = [
            (name, value, fault)
            for name, value in entry.values.items()
            if (fault := misfit(value, known.get(name))) is not None
        ]
        for name, value, (cause, first) in faults:
            remedy = "; ".join(filter(None, (first, _REMEDIES.get(name))))
            found.append(
                Problem(
                    line_item_id=line, field=name, value=_shown(value), cause=cause, remedy=remedy
                )
            )
        for name in _empty_keys(entry):
            cause, remedy = "is empty, and part of the key", "give a value"
            found.append(Problem(line_item_id=line, field=name, cause=cause, remedy=remedy))
        for name, key in _twins(entry):
            cause = "stands twice with one key"
            found.append(Problem(line_item_id=line, field=name, value=key, cause=cause))
    return tuple(found)
