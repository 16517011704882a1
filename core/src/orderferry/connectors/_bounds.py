"""
What the validators of attrs say of a value, in the words of JSON Schema.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from orderferry.connectors._references import REFERENCE

__all__ = ["bounds"]

COMPARISONS: Final = {
    ">=": "minimum",
    ">": "exclusiveMinimum",
    "<=": "maximum",
    "<": "exclusiveMaximum",
}


def bounds(validator: object) -> dict[str, object]:
    """
    The bounds that a validator sets; nothing for one that has no word in JSON Schema.

    attrs documents what its validators check, not their classes: they are known here by what they
    hold, and one that is not known is only missing from the schema.
    """
    inner = getattr(validator, "_validators", None) or getattr(validator, "validator", None)
    if isinstance(inner, Iterable):
        return {key: value for each in inner for key, value in bounds(each).items()}
    if inner is not None:
        return bounds(inner)
    comparison = COMPARISONS.get(getattr(validator, "compare_op", ""))
    if comparison is not None:
        return {comparison: getattr(validator, "bound", None)}
    found: dict[str, object] = {}
    if isinstance(options := getattr(validator, "options", None), list | tuple | set | frozenset):
        found["enum"] = list(options)
    if isinstance(shortest := getattr(validator, "min_length", None), int):
        found["minLength"] = shortest
    if isinstance(pattern := getattr(getattr(validator, "pattern", None), "pattern", None), str):
        found["pattern"] = f"^(?:{pattern})$|{REFERENCE.pattern.replace('?P<', '?<')}"
    return found
