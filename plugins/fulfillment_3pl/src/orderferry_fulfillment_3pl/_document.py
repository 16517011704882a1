"""
The documents of an export: one 940 for each delivery, with its file name and its bytes.
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
from orderferry_fulfillment_3pl._records import Record
from orderferry_fulfillment_3pl._settings import ThreePlSettings
from orderferry_fulfillment_3pl._validation import zone
from orderferry_fulfillment_3pl._warehouse_order import depositor_order_number, warehouse_order
from orderferry_fulfillment_3pl._x12 import format_control_number

__all__ = ["ShippingOrder", "shipping_orders", "validate"]


@frozen
class ShippingOrder:
    """
    One 940 of an export.

    Attributes:
        order: The order.
        delivery: The lines, and the address that they go to.
        number: The depositor's order number (W05-02).
        name: The file's name, which is the same for every attempt of one export, and unique to it.
    """

    order: Order
    delivery: Delivery
    number: str
    name: str

    def render(self, properties: Properties, settings: ThreePlSettings, record: Record) -> bytes:
        """
        Render the interchange as bytes.

        Args:
            properties: The step's further properties.
            settings: The instance's settings.
            record: The control number, and the time of the first attempt.
        """
        body = warehouse_order(self.order, self.delivery, properties, settings, record.created)
        local_time = record.created.astimezone(zone(settings.time_zone))
        return settings.envelope.render(body, number=record.number, created=local_time)

    def remote_ids(self, control_number: int | None) -> dict[str, str]:
        """
        The ids under which the partner knows the document.

        Args:
            control_number: The interchange's control number, if it is known.
        """
        ids = {"order": self.number, "file": self.name}
        if control_number is not None:
            ids["interchange"] = format_control_number(control_number)
        return ids


def shipping_orders(
    order: Order, shipment: Shipment | None, idempotency_key: UUID
) -> tuple[ShippingOrder, ...]:
    """
    The 940s of an export: one for each shipment, or one for an order without shipments.

    Args:
        order: The order.
        shipment: The shipment to export, or `None` for the whole order.
        idempotency_key: The export's idempotency key.
    """
    documents = []
    for delivery in deliveries(order, shipment):
        number = depositor_order_number(order, delivery)
        readable = re.sub(r"[^A-Za-z0-9._-]", "_", number)[:60]
        digits = uuid5(idempotency_key, number).hex[:12]
        documents.append(ShippingOrder(order, delivery, number, f"940_{readable}_{digits}.edi"))
    return tuple(documents)


def validate(
    documents: Sequence[ShippingOrder],
    properties: Properties,
    settings: ThreePlSettings,
    now: datetime,
) -> None:
    """
    Check that all documents can be sent, before a control number is assigned to the first.

    Args:
        documents: The documents of an export.
        properties: The step's further properties.
        settings: The instance's settings.
        now: The current time, in UTC.

    Raises:
        InvalidOrderError: At least one document cannot be sent. The error has the problems of all.
    """
    errors = []
    for document in documents:
        try:
            warehouse_order(document.order, document.delivery, properties, settings, now)
        except InvalidOrderError as error:
            errors.append(error)
    counts = Counter(document.number for document in documents)
    duplicates = [number for number, count in counts.items() if count > 1]
    if duplicates:
        cause = "two shipments have the same id"
        problem = Problem(field="shipmentId", value=", ".join(duplicates), cause=cause)
        errors.append(InvalidOrderError(str(problem), problems=[problem]))
    if errors:
        raise InvalidOrderError(
            "; ".join(str(error) for error in errors),
            problems=[problem for error in errors for problem in error.problems],
        )
