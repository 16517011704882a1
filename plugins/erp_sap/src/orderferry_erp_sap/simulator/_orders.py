"""
The sales orders that the simulator created, and OData queries of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from threading import Lock

from attrs import define, field

from orderferry.connectors import Received
from orderferry_erp_sap.simulator._model import NAVIGATIONS, entity_types
from orderferry_erp_sap.simulator._reading import (
    Entity,
    Fault,
    RejectedRequestError,
    read_sales_order,
)

__all__ = ["SalesOrders", "query"]

_FIRST = 1_000_000_000
_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<word>\w+))\s*")

Condition = tuple[str, str]
"""A property, and the value that it must equal."""


def _tokens(expression: str) -> list[str]:
    tokens: list[str] = []
    place = 0
    while place < len(expression):
        match = _TOKEN.match(expression, place)
        if match is None or match.end() == place:
            raise RejectedRequestError(400, Fault("SIM/201", f"Invalid filter at position {place}"))
        tokens.append(match["text"] or match["word"])
        place = match.end()
    return tokens


def _conditions(expression: str) -> list[Condition]:
    """
    Parse `a eq 'x' and b eq 'y'`, which is all that the simulator understands.
    """
    tokens = _tokens(expression)
    conditions: list[Condition] = []
    for start in range(0, len(tokens), 4):
        part = tokens[start : start + 3]
        joint = tokens[start + 3 : start + 4]
        is_whole = len(part) == 3 and part[1] == "eq" and part[2].startswith("'")
        if not is_whole or joint not in ([], ["and"]) or (joint and start + 4 == len(tokens)):
            raise RejectedRequestError(400, Fault("SIM/201", "Invalid filter"))
        conditions.append((part[0], part[2][1:-1].replace("''", "'")))
    return conditions


def _selector(select: str) -> Callable[[Entity], Entity]:
    names = [name.strip() for name in select.split(",") if name.strip()]
    return lambda entity: {n: v for n, v in entity.items() if not names or n in names}


def query(orders: list[Entity], options: Mapping[str, str]) -> list[Entity]:
    """
    Apply `$filter`, `$orderby`, `$top` and `$select` to sales orders.

    Args:
        orders: The sales orders, headers only.
        options: The query options.

    Raises:
        RejectedRequestError: An option cannot be parsed.
    """
    for name, value in _conditions(options.get("$filter", "")):
        orders = [order for order in orders if order.get(name) == value]
    by, _, direction = options.get("$orderby", "").partition(" ")
    if by:
        orders = sorted(orders, key=lambda order: str(order.get(by)), reverse=direction == "desc")
    top = options.get("$top", "")
    if top and not top.isdecimal():
        raise RejectedRequestError(400, Fault("SIM/202", f"Invalid $top '{top}'"))
    select = _selector(options.get("$select", ""))
    return [select(order) for order in orders[: int(top or len(orders))]]


def _complete(kind: str, entity: Entity, **keys: str) -> Entity:
    """
    Return the entity with all properties; those that were not sent are empty.
    """
    complete: Entity = {
        name: keys.get(name, entity.get(name, "" if rule.edm == "String" else None))
        for name, rule in entity_types()[kind].items()
    }
    for navigation, child in NAVIGATIONS.get(kind, {}).items():
        children = entity.get(navigation)
        if isinstance(children, list):
            entries = [_complete(child, entry, **keys) for entry in children]
            complete[navigation] = {"results": entries}
    return complete


@define(eq=False)
class SalesOrders:
    """
    Creates sales orders and numbers them; safe between threads.
    """

    _lock: Lock = field(factory=Lock, init=False)
    _orders: dict[str, Entity] = field(factory=dict, init=False)
    _received: list[Received] = field(factory=list, init=False)
    _replies: dict[str, Entity] = field(factory=dict, init=False)

    def create(self, content: bytes, request_id: str | None = None) -> Entity:
        """
        Create a sales order from the body of a POST.

        Args:
            content: The body.
            request_id: The `RequestID` of a repeatable request: repeats get the same answer.

        Raises:
            RejectedRequestError: The body is rejected.
        """
        source = read_sales_order(content)
        with self._lock:
            if request_id is not None and request_id in self._replies:
                return self._replies[request_id]
            number = str(_FIRST + len(self._orders) + 1)
            order = _complete("A_SalesOrderType", source, SalesOrder=number)
            self._orders[number] = order
            purchase_order = str(order["PurchaseOrderByCustomer"])
            order_id, slash, shipment_id = purchase_order.rpartition("/")
            self._received.append(
                Received(
                    order_id=order_id if slash else purchase_order,
                    shipment_id=shipment_id if slash else None,
                    remote_id=number,
                    content=content,
                )
            )
            if request_id is not None:
                self._replies[request_id] = order
        return order

    def read(self, number: str) -> Entity:
        """
        Return a sales order with everything nested in it.

        Raises:
            RejectedRequestError: No sales order has that number.
        """
        with self._lock:
            order = self._orders.get(number)
        if order is None:
            text = "Resource not found for segment 'A_SalesOrderType'"
            raise RejectedRequestError(404, Fault("/IWBEP/CM_MGW_RT/020", text))
        return order

    def query(self, options: Mapping[str, str]) -> list[Entity]:
        """
        Return the headers of the sales orders that match a query.

        Raises:
            RejectedRequestError: The query cannot be parsed.
        """
        with self._lock:
            orders = list(self._orders.values())
        headers = [
            {name: value for name, value in order.items() if not name.startswith("to_")}
            for order in orders
        ]
        return query(headers, options)

    def received(self) -> list[Received]:
        """
        The sales orders that were created, oldest first.
        """
        with self._lock:
            return list(self._received)
