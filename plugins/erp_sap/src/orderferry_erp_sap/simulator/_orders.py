"""
The sales orders that the simulator made.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from attrs import define, field

from orderferry.connectors import Received
from orderferry_erp_sap.simulator._model import NAVIGATIONS, entity_types
from orderferry_erp_sap.simulator._queries import query
from orderferry_erp_sap.simulator._reading import Entity, read_sales_order
from orderferry_erp_sap.simulator._refusals import Fault, RefusedError

__all__ = ["SalesOrders"]

_FIRST = 1_000_000_000


def _whole(kind: str, entity: Entity, **keys: str) -> Entity:
    """
    The entity with all its properties, what was not sent being empty.
    """
    whole: Entity = {
        name: keys.get(name, entity.get(name, "" if rule.edm == "String" else None))
        for name, rule in entity_types()[kind].items()
    }
    for navigation, child in NAVIGATIONS.get(kind, {}).items():
        children = entity.get(navigation)
        if isinstance(children, list):
            whole[navigation] = {"results": [_whole(child, each, **keys) for each in children]}
    return whole


@define(eq=False)
class SalesOrders:
    """
    Makes sales orders and gives them numbers; safe between threads.
    """

    _lock: Lock = field(factory=Lock, init=False)
    _orders: dict[str, Entity] = field(factory=dict, init=False)
    _received: list[Received] = field(factory=list, init=False)
    _replies: dict[str, Entity] = field(factory=dict, init=False)

    def create(self, content: bytes, request_id: str | None = None) -> Entity:
        """
        Make a sales order of the body of a POST.

        Args:
            content: The body.
            request_id: The `RequestID` of a repeatable request: its repeats get the same answer.

        Raises:
            RefusedError: The body is refused.
        """
        source = read_sales_order(content)
        with self._lock:
            if request_id is not None and request_id in self._replies:
                return self._replies[request_id]
            number = str(_FIRST + len(self._orders) + 1)
            order = _whole("A_SalesOrderType", source, SalesOrder=number)
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
        One sales order with all that is nested in it.

        Raises:
            RefusedError: There is none of that number.
        """
        with self._lock:
            order = self._orders.get(number)
        if order is None:
            text = "Resource not found for segment 'A_SalesOrderType'"
            raise RefusedError(404, Fault("/IWBEP/CM_MGW_RT/020", text))
        return order

    def query(self, options: Mapping[str, str]) -> list[Entity]:
        """
        The heads of the sales orders that a query asks for.

        Raises:
            RefusedError: The query cannot be understood.
        """
        with self._lock:
            orders = list(self._orders.values())
        heads = [{n: v for n, v in each.items() if not n.startswith("to_")} for each in orders]
        return query(heads, options)

    def received(self) -> list[Received]:
        """
        What was taken, in the order taken.
        """
        with self._lock:
            return list(self._received)
