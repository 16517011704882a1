"""
Reading a posted sales order as SAP does: the first thing that cannot be parsed ends it, business
faults are told together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NoReturn

from orderferry_erp_sap.simulator._model import NAVIGATIONS, EdmProperty, entity_types
from orderferry_erp_sap.simulator._refusals import Fault, RefusedError

__all__ = ["Entity", "read_sales_order"]

Entity = dict[str, object]
"""Properties, and lists of entities under the names of navigations."""

_DECIMAL = re.compile(r"-?(\d+)(?:\.(\d+))?")
_DAY = re.compile(r"/Date\(-?\d+(?:[+-]\d{4})?\)/|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?")


def _refuse(code: str, text: str, place: str = "") -> NoReturn:
    raise RefusedError(400, Fault(code, text, place))


def _fits(value: object, rule: EdmProperty) -> bool:
    if value is None:
        return not rule.is_key
    if rule.edm == "Boolean":
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False  # decimals are strings in OData v2
    if rule.edm == "Decimal":
        match = _DECIMAL.fullmatch(value)
        whole = (rule.precision or 0) - (rule.scale or 0)
        return (
            match is not None
            and len(match[1].lstrip("0")) <= whole
            and len(match[2] or "") <= (rule.scale or 0)
        )
    if rule.edm in ("DateTime", "DateTimeOffset"):
        return _DAY.fullmatch(value) is not None
    return rule.max_length is None or len(value.encode("utf-16-le")) // 2 <= rule.max_length


def _property(kind: str, name: str, value: object, offset: int) -> object:
    rule = entity_types()[kind].get(name)
    place = f"{kind}/{name}"
    if rule is None:
        _refuse("SIM/001", f"Property '{name}' is invalid", place)
    if not rule.is_creatable:
        _refuse("SIM/002", f"Property '{name}' is not creatable", place)
    if not _fits(value, rule):
        shown = value if isinstance(value, str) else json.dumps(value)
        text = f"Property '{name}' at offset '{offset}' has invalid value '{shown}'"
        _refuse("SIM/003", text, place)
    return value


def _collection(kind: str, name: str, value: object, body: str) -> list[Entity]:
    entries = value.get("results") if isinstance(value, dict) else value
    if not isinstance(entries, list):
        _refuse("SIM/004", f"Navigation '{name}' has no collection", f"{kind}/{name}")
    return [_entity(NAVIGATIONS[kind][name], entry, body) for entry in entries]


def _entity(kind: str, source: object, body: str) -> Entity:
    if not isinstance(source, Mapping):
        _refuse("SIM/004", f"An entity of {kind} is no object", kind)
    entity: Entity = {}
    for name, value in source.items():
        if name in NAVIGATIONS.get(kind, ()):
            entity[name] = _collection(kind, name, value, body)
        else:
            entity[name] = _property(kind, name, value, body.find(f'"{name}"') + 1)
    return entity


def _children(order: Entity, name: str) -> list[Entity]:
    children = order.get(name)
    return children if isinstance(children, list) else []


def _business_faults(order: Entity) -> Iterator[Fault]:
    for name, code in (("SalesOrderType", "V1/155"), ("SoldToParty", "SIM/101")):
        if not order.get(name):
            yield Fault(code, f"Enter a value for {name}", f"A_SalesOrderType/{name}")
    if not _children(order, "to_Item"):
        yield Fault("SIM/102", "The sales order has no items")
    seen: set[object] = set()
    for item in _children(order, "to_Item"):
        number = item.get("SalesOrderItem")
        label = str(number or "").zfill(6)
        if number in seen:
            yield Fault("SIM/103", f"Item {label} stands twice")
        seen.add(number)
        if not item.get("Material"):
            yield Fault(
                "SIM/104", f"Item {label}: enter a material", "A_SalesOrderItemType/Material"
            )
        if Decimal(str(item.get("RequestedQuantity") or 0)) <= 0:
            place = "A_SalesOrderItemType/RequestedQuantity"
            yield Fault("SIM/105", f"Item {label}: enter a quantity", place)
    functions = [partner.get("PartnerFunction") for partner in _children(order, "to_Partner")]
    if len(set(functions)) < len(functions):
        yield Fault("SIM/106", "A partner function stands twice")
    texts = [(t.get("Language"), t.get("LongTextID")) for t in _children(order, "to_Text")]
    if len(set(texts)) < len(texts):
        yield Fault("SIM/107", "A text stands twice")


def read_sales_order(content: bytes) -> Entity:
    """
    Parse and check the body of a POST to `A_SalesOrder`.

    Args:
        content: The body.

    Raises:
        RefusedError: SAP would refuse it.
    """
    try:
        body = content.decode("utf-8")
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, Fault("SIM/005", f"The body is no JSON: {error}")) from error
    order = _entity("A_SalesOrderType", document, body)
    faults = tuple(_business_faults(order))
    if faults:
        raise RefusedError(400, *faults)
    return order
