"""
Reading a posted sales order, and SAP's error responses.

The sales order is read as SAP reads it: parsing stops at the first error, business errors are
reported together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NoReturn
from uuid import uuid4

from attrs import frozen

from orderferry_erp_sap.simulator._model import NAVIGATIONS, EdmProperty, entity_types

__all__ = ["Entity", "Fault", "RejectedRequestError", "error_body", "read_sales_order"]

Entity = dict[str, object]
"""Properties, and lists of entities under the names of navigations."""

_DECIMAL = re.compile(r"-?(\d+)(?:\.(\d+))?")
_DAY = re.compile(r"/Date\(-?\d+(?:[+-]\d{4})?\)/|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?")


@frozen
class Fault:
    """
    One message of an error response. Codes that begin with `SIM/` are the simulator's own.

    Attributes:
        code: Message class and number.
        text: The message text.
        place: Type and property, as in `propertyref`.
    """

    code: str
    text: str
    place: str = ""


class RejectedRequestError(Exception):
    """
    A request is rejected.

    Attributes:
        status: The HTTP status.
        faults: The messages, at least one.
    """

    def __init__(self, status: int, *faults: Fault) -> None:
        super().__init__(faults[0].text)
        self.status = status
        self.faults = faults


def error_body(faults: tuple[Fault, ...]) -> dict[str, object]:
    """
    Build the body of an error response in SAP Gateway's format.

    Args:
        faults: The messages; the first one is repeated at the head.
    """
    details = [
        {
            "code": fault.code,
            "message": fault.text,
            "propertyref": fault.place,
            "severity": "error",
            "target": "",
        }
        for fault in faults
    ]
    head = faults[0]
    return {
        "error": {
            "code": head.code,
            "message": {"lang": "en", "value": head.text},
            "innererror": {
                "application": {
                    "component_id": "SD-SLS",
                    "service_namespace": "/SAP/",
                    "service_id": "API_SALES_ORDER_SRV",
                    "service_version": "0001",
                },
                "transactionid": uuid4().hex.upper(),
                "timestamp": "",
                "Error_Resolution": {"SAP_Transaction": "", "SAP_Note": "1797736"},
                "errordetails": details,
            },
        }
    }


def _reject(code: str, text: str, place: str = "") -> NoReturn:
    raise RejectedRequestError(400, Fault(code, text, place))


def _fits(value: object, rule: EdmProperty) -> bool:
    if value is None:
        return not rule.is_key
    if rule.edm == "Boolean":
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False  # decimals are strings in OData v2
    if rule.edm == "Decimal":
        match = _DECIMAL.fullmatch(value)
        digits = (rule.precision or 0) - (rule.scale or 0)
        return (
            match is not None
            and len(match[1].lstrip("0")) <= digits
            and len(match[2] or "") <= (rule.scale or 0)
        )
    if rule.edm in ("DateTime", "DateTimeOffset"):
        return _DAY.fullmatch(value) is not None
    return rule.max_length is None or len(value.encode("utf-16-le")) // 2 <= rule.max_length


def _property(kind: str, name: str, value: object, offset: int) -> object:
    rule = entity_types()[kind].get(name)
    place = f"{kind}/{name}"
    if rule is None:
        _reject("SIM/001", f"Property '{name}' is invalid", place)
    if not rule.is_creatable:
        _reject("SIM/002", f"Property '{name}' is not creatable", place)
    if not _fits(value, rule):
        shown = value if isinstance(value, str) else json.dumps(value)
        text = f"Property '{name}' at offset '{offset}' has invalid value '{shown}'"
        _reject("SIM/003", text, place)
    return value


def _collection(kind: str, name: str, value: object, body: str) -> list[Entity]:
    entries = value.get("results") if isinstance(value, dict) else value
    if not isinstance(entries, list):
        _reject("SIM/004", f"Navigation '{name}' has no collection", f"{kind}/{name}")
    return [_entity(NAVIGATIONS[kind][name], entry, body) for entry in entries]


def _entity(kind: str, source: object, body: str) -> Entity:
    if not isinstance(source, Mapping):
        _reject("SIM/004", f"An entity of {kind} is not an object", kind)
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
    numbers: set[object] = set()
    for item in _children(order, "to_Item"):
        number = item.get("SalesOrderItem")
        label = str(number or "").zfill(6)
        if number in numbers:
            yield Fault("SIM/103", f"Item {label} appears twice")
        numbers.add(number)
        if not item.get("Material"):
            yield Fault(
                "SIM/104", f"Item {label}: enter a material", "A_SalesOrderItemType/Material"
            )
        if Decimal(str(item.get("RequestedQuantity") or 0)) <= 0:
            place = "A_SalesOrderItemType/RequestedQuantity"
            yield Fault("SIM/105", f"Item {label}: enter a quantity", place)
    functions = [partner.get("PartnerFunction") for partner in _children(order, "to_Partner")]
    if len(set(functions)) < len(functions):
        yield Fault("SIM/106", "A partner function appears twice")
    texts = [(t.get("Language"), t.get("LongTextID")) for t in _children(order, "to_Text")]
    if len(set(texts)) < len(texts):
        yield Fault("SIM/107", "A text appears twice")


def read_sales_order(content: bytes) -> Entity:
    """
    Parse and check the body of a POST to `A_SalesOrder`.

    Args:
        content: The body.

    Raises:
        RejectedRequestError: SAP would reject the sales order.
    """
    try:
        body = content.decode("utf-8")
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RejectedRequestError(
            400, Fault("SIM/005", f"The body is not JSON: {error}")
        ) from error
    order = _entity("A_SalesOrderType", document, body)
    faults = tuple(_business_faults(order))
    if faults:
        raise RejectedRequestError(400, *faults)
    return order
