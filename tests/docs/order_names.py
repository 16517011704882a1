"""
The fields of orders on a page, compared with the schema of the order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from orderferry.orders import order_schema

__all__ = ["in_order", "in_order_path"]


@cache
def _schema() -> dict[str, Any]:
    return order_schema()


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """
    A schema without the references, nulls and lists around it.
    """
    if "anyOf" in schema:
        return _resolved(schema["anyOf"][0])
    if "$ref" in schema:
        return _resolved(_schema()["$defs"][schema["$ref"].rpartition("/")[2]])
    return _resolved(schema["items"]) if "array" in schema.get("type", ()) else schema


def in_order(
    document: object, path: str = "$", schema: Mapping[str, Any] | None = None
) -> Iterator[str]:
    """
    Find fields of an order, and values of closed sets, that the model does not have.
    """
    known = _resolved(schema or _schema())
    if isinstance(document, list):
        for index, entry in enumerate(document):
            yield from in_order(entry, f"{path}[{index}]", known)
    elif isinstance(document, dict) and "properties" in known:
        for key, value in document.items():
            if key in known["properties"]:
                yield from in_order(value, f"{path}.{key}", known["properties"][key])
            else:
                yield f"order has no field {key} @ {path}"
    elif "enum" in known and document not in known["enum"]:
        yield f"order does not accept {document} @ {path}"


def in_order_path(text: str) -> Iterator[str]:
    """
    Find unknown fields in paths below the order form, such as `$.orderForm.lineItems[0].code`.
    """
    for match in re.finditer(r"\borderForm((?:\.\w+(?:\[[^]]*\])?)+)", text):
        known = _resolved(_schema()["properties"]["orderForm"])
        for part in re.findall(r"\.(\w+)", match[1]):
            if "properties" not in known:
                break
            if part not in known["properties"]:
                yield f"no field {part}: {match[0]}"
                break
            known = _resolved(known["properties"][part])
