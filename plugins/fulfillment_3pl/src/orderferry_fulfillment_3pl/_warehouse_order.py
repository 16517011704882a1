"""
One delivery of an order as a Warehouse Shipping Order (940, release 004010).

Its segments in their order: W05, N1 loops, N9, G62, NTE, W66, LX loops, W76.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from attrs import frozen

from orderferry import Properties
from orderferry.orders import Delivery, Order
from orderferry_fulfillment_3pl._checks import Checks
from orderferry_fulfillment_3pl._lines import lines
from orderferry_fulfillment_3pl._parties import parties
from orderferry_fulfillment_3pl._settings import ThreePlSettings
from orderferry_fulfillment_3pl._validation import zone
from orderferry_fulfillment_3pl._x12 import Segment, segment

__all__ = ["Step", "depositor_order_number", "warehouse_order"]

_NAMES = {
    "order_status": "OrderStatus",
    "payment_method": "ShippingPaymentMethod",
    "transport_method": "TransportMethod",
    "scac": "Scac",
    "routing": "Routing",
    "note": "Note",
}


@frozen(kw_only=True)
class Step:
    """
    The step's properties that this connector reads; an empty one leaves it to the settings.

    Attributes:
        order_status: `OrderStatus`, W05-01.
        payment_method: `ShippingPaymentMethod`, W66-01.
        transport_method: `TransportMethod`, W66-02.
        scac: `Scac`, W66-10.
        routing: `Routing`, W66-05.
        note: `Note`, an instruction to the warehouse (NTE*WHI).
    """

    order_status: str = ""
    payment_method: str = ""
    transport_method: str = ""
    scac: str = ""
    routing: str = ""
    note: str = ""

    @classmethod
    def read(cls, properties: Properties, checks: Checks) -> Step:
        """
        The step's properties, each as text.

        Args:
            properties: The step's further properties; those that are not ours are left alone.
            checks: Where a property that is no text or number is noted.
        """
        values: dict[str, str] = {}
        for attribute, name in _NAMES.items():
            value = properties.get(name)
            if isinstance(value, Mapping | list | bool):
                checks.refuse(name, "expected text", value=value, remedy="mend the workflow's step")
            elif value is not None:
                values[attribute] = str(value)
        return cls(**values)


def depositor_order_number(order: Order, delivery: Delivery) -> str:
    """
    W05-02: the order's id, and the shipment's behind it where the order has shipments.

    Args:
        order: The order.
        delivery: The delivery.
    """
    shipment = delivery.shipment_id
    return order.id if shipment is None else f"{order.id}-{shipment}"


def warehouse_order(
    order: Order,
    delivery: Delivery,
    properties: Properties,
    settings: ThreePlSettings,
    made: datetime,
) -> list[Segment]:
    """
    The segments between ST and SE.

    Args:
        order: The order.
        delivery: The delivery.
        properties: The step's further properties.
        settings: The instance's settings.
        made: When the document was made, in UTC.

    Raises:
        InvalidOrderError: Something in the order does not fit; each fault is a problem.
    """
    checks = Checks(settings)
    step = Step.read(properties, checks)
    number = depositor_order_number(order, delivery)
    segments = [
        _order(order, number, step, checks),
        *parties(order, delivery, checks),
        *_references(order, delivery, checks),
        *_dates(order, delivery, settings, made),
        *_notes(order, step, checks),
        _carrier(delivery, step, checks),
        *lines(delivery.lines, checks),
    ]
    place = "" if delivery.shipment_id is None else f", shipment {delivery.shipment_id}"
    checks.raise_found(f"order {order.id}{place}")
    return segments


def _order(order: Order, number: str, step: Step, checks: Checks) -> Segment:
    status = checks.code("W05-01", "OrderStatus", step.order_status)
    remedy = "it is made of the ids of order and shipment: use shorter ids"
    depositor = checks.identifier("W05-02", "id", number, remedy=remedy)
    bought = checks.identifier("W05-03", "customerRequisition", order.customer_requisition)
    return segment("W05", status or checks.settings.order_status, depositor, bought)


def _references(order: Order, delivery: Delivery, checks: Checks) -> list[Segment]:
    segments = [segment("N9", "CO", checks.identifier("N9-02", "id", order.id))]
    point = None if delivery.shipment is None else delivery.shipment.service_point_id
    if point:
        given = checks.identifier("N9-02", "shipment.servicePointId", point)
        segments.append(segment("N9", "ZZ", given, "SERVICE POINT"))
    return segments


def _dates(
    order: Order, delivery: Delivery, settings: ThreePlSettings, made: datetime
) -> list[Segment]:
    here = zone(settings.time_zone)
    ship = made.astimezone(here) + timedelta(days=settings.ship_within_days)
    segments = [segment("G62", "10", f"{ship:%Y%m%d}")]
    expected = None if delivery.shipment is None else delivery.shipment.expected_delivery_date
    wanted = expected or order.requested_delivery_date
    if wanted is not None:
        segments.append(segment("G62", "02", f"{wanted.astimezone(here):%Y%m%d}"))
    return segments


def _notes(order: Order, step: Step, checks: Checks) -> list[Segment]:
    texts = [("Note", step.note)]
    if checks.settings.send_comments:
        texts += [("publicOrderNotes", note.detail or "") for note in order.public_order_notes]
    return [
        segment("NTE", "WHI", piece)
        for name, text in texts
        for piece in checks.pieces("NTE-02", name, text, None)
    ]


def _carrier(delivery: Delivery, step: Step, checks: Checks) -> Segment:
    settings, shipment = checks.settings, delivery.shipment
    method = "" if shipment is None else shipment.shipping_method_name or ""
    method_id = "" if shipment is None else shipment.shipping_method_id or ""
    scac = step.scac or settings.scacs.get(method_id) or settings.scacs.get(method) or settings.scac
    routing = step.routing or method or method_id or settings.routing
    return segment(
        "W66",
        checks.code(
            "W66-01", "ShippingPaymentMethod", step.payment_method or settings.payment_method
        ),
        checks.code(
            "W66-02", "TransportMethod", step.transport_method or settings.transport_method
        ),
        *("", ""),
        checks.text("W66-05", "shipment.shippingMethodName", routing, remedy=_ROUTING_REMEDY),
        *("", "", "", ""),
        checks.code("W66-10", "Scac", scac),
    )


_ROUTING_REMEDY = "name a shorter one in the step's property Routing"
