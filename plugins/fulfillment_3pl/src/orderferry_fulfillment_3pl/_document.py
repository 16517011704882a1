"""
One 940 on its way: which delivery, under which name, and its bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from attrs import frozen

from orderferry import Properties
from orderferry.errors import InvalidOrderError, Problem
from orderferry.orders import Delivery, Order, Shipment, deliveries
from orderferry_fulfillment_3pl._numbers import Record
from orderferry_fulfillment_3pl._settings import ThreePlSettings
from orderferry_fulfillment_3pl._validation import zone
from orderferry_fulfillment_3pl._warehouse_order import depositor_order_number, warehouse_order
from orderferry_fulfillment_3pl._x12 import number_text

__all__ = ["ShippingOrder", "check", "shipping_orders"]


@frozen
class ShippingOrder:
    """
    A 940 of one export.

    Attributes:
        order: The order.
        delivery: What goes where.
        number: The depositor's order number (W05-02).
        name: The file's name, the same for every attempt of one export, and no other's.
    """

    order: Order
    delivery: Delivery
    number: str
    name: str

    def write(self, properties: Properties, settings: ThreePlSettings, record: Record) -> bytes:
        """
        The interchange.

        Args:
            properties: The step's further properties.
            settings: The instance's settings.
            record: The control number, and when the first attempt began.
        """
        body = warehouse_order(self.order, self.delivery, properties, settings, record.made)
        here = record.made.astimezone(zone(settings.time_zone))
        return settings.envelope.write(body, number=record.number, made=here)

    def remote_ids(self, interchange: int | None) -> dict[str, str]:
        """
        What the partner knows it by.

        Args:
            interchange: The control number, where it is known.
        """
        ids = {"order": self.number, "file": self.name}
        if interchange is not None:
            ids["interchange"] = number_text(interchange)
        return ids


def shipping_orders(
    order: Order, shipment: Shipment | None, idempotency_key: UUID
) -> tuple[ShippingOrder, ...]:
    """
    The 940s of an export: one a shipment, and one for an order without shipments.

    Args:
        order: The order.
        shipment: The shipment, or `None` for the whole order.
        idempotency_key: The export's.
    """
    found = []
    for delivery in deliveries(order, shipment):
        number = depositor_order_number(order, delivery)
        readable = re.sub(r"[^A-Za-z0-9._-]", "_", number)[:60]
        digits = uuid5(idempotency_key, number).hex[:12]
        found.append(ShippingOrder(order, delivery, number, f"940_{readable}_{digits}.edi"))
    return tuple(found)


def check(
    documents: Sequence[ShippingOrder],
    properties: Properties,
    settings: ThreePlSettings,
    now: datetime,
) -> None:
    """
    See whether all of them can be sent, before a control number is taken for the first.

    Args:
        documents: The documents of an export.
        properties: The step's further properties.
        settings: The instance's settings.
        now: Any time, in UTC.

    Raises:
        InvalidOrderError: One of them cannot; it has the problems of all.
    """
    errors = []
    for each in documents:
        try:
            warehouse_order(each.order, each.delivery, properties, settings, now)
        except InvalidOrderError as error:
            errors.append(error)
    twins = [
        number for number, count in Counter(each.number for each in documents).items() if count > 1
    ]
    if twins:
        cause = "two shipments have the same id"
        problem = Problem(field="shipmentId", value=", ".join(twins), cause=cause)
        errors.append(InvalidOrderError(str(problem), problems=[problem]))
    if errors:
        raise InvalidOrderError(
            "; ".join(str(error) for error in errors),
            problems=[problem for error in errors for problem in error.problems],
        )
