"""
The body of a 940 (Warehouse Shipping Order, release 004010) for one delivery of an order.

The segments, in this order: W05, N1 loops, N9, G62, NTE, W66, LX loops, W76. `Step` has the
properties with which a workflow's step overrides the settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from attrs import frozen

from orderferry import Properties
from orderferry.orders import Delivery, Order
from orderferry_fulfillment_3pl._checks import Checks
from orderferry_fulfillment_3pl._lines import line_segments
from orderferry_fulfillment_3pl._parties import party_segments
from orderferry_fulfillment_3pl._settings import ThreePlSettings
from orderferry_fulfillment_3pl._validation import zone
from orderferry_fulfillment_3pl._x12 import Segment, segment

__all__ = ["Step", "depositor_order_number", "warehouse_order"]

_PROPERTIES = {
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
    The properties of the step that this connector reads; for an empty one, the setting applies.

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
    def parse(cls, properties: Properties, checks: Checks) -> Step:
        """
        Read the step's properties as text.

        Args:
            properties: The step's further properties; unknown ones are ignored.
            checks: Collects a problem for each property that is neither a text nor a number.
        """
        values: dict[str, str] = {}
        for attribute, name in _PROPERTIES.items():
            value = properties.get(name)
            if isinstance(value, Mapping | list | bool):
                remedy = "correct the step in the workflow"
                checks.add_problem(name, "expected text", value=value, remedy=remedy)
            elif value is not None:
                values[attribute] = str(value)
        return cls(**values)


def depositor_order_number(order: Order, delivery: Delivery) -> str:
    """
    W05-02: the order's id, followed by the shipment's id if the order has shipments.

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
    created: datetime,
) -> list[Segment]:
    """
    The segments between ST and SE.

    Args:
        order: The order.
        delivery: The delivery.
        properties: The step's further properties.
        settings: The instance's settings.
        created: When the document was created, in UTC.

    Raises:
        InvalidOrderError: The order does not fit a 940. The error has every problem.
    """
    checks = Checks(settings)
    step = Step.parse(properties, checks)
    number = depositor_order_number(order, delivery)
    segments = [
        _identification(order, number, step, checks),
        *party_segments(order, delivery, checks),
        *_references(order, delivery, checks),
        *_dates(order, delivery, settings, created),
        *_notes(order, step, checks),
        _carrier(delivery, step, checks),
        *line_segments(delivery.lines, checks),
    ]
    shipment = "" if delivery.shipment_id is None else f", shipment {delivery.shipment_id}"
    checks.raise_problems(f"order {order.id}{shipment}")
    return segments


def _identification(order: Order, number: str, step: Step, checks: Checks) -> Segment:
    status = checks.code("W05-01", "OrderStatus", step.order_status)
    remedy = "use shorter ids: the number consists of the ids of order and shipment"
    depositor = checks.identifier("W05-02", "id", number, remedy=remedy)
    purchase = checks.identifier("W05-03", "customerRequisition", order.customer_requisition)
    return segment("W05", status or checks.settings.order_status, depositor, purchase)


def _references(order: Order, delivery: Delivery, checks: Checks) -> list[Segment]:
    segments = [segment("N9", "CO", checks.identifier("N9-02", "id", order.id))]
    service_point = None if delivery.shipment is None else delivery.shipment.service_point_id
    if service_point:
        reference = checks.identifier("N9-02", "shipment.servicePointId", service_point)
        segments.append(segment("N9", "ZZ", reference, "SERVICE POINT"))
    return segments


def _dates(
    order: Order, delivery: Delivery, settings: ThreePlSettings, created: datetime
) -> list[Segment]:
    local = zone(settings.time_zone)
    ship_date = created.astimezone(local) + timedelta(days=settings.ship_within_days)
    segments = [segment("G62", "10", f"{ship_date:%Y%m%d}")]
    expected = None if delivery.shipment is None else delivery.shipment.expected_delivery_date
    delivery_date = expected or order.requested_delivery_date
    if delivery_date is not None:
        segments.append(segment("G62", "02", f"{delivery_date.astimezone(local):%Y%m%d}"))
    return segments


def _notes(order: Order, step: Step, checks: Checks) -> list[Segment]:
    texts = [("Note", step.note)]
    if checks.settings.send_comments:
        texts += [("publicOrderNotes", note.detail or "") for note in order.public_order_notes]
    return [
        segment("NTE", "WHI", piece)
        for name, text in texts
        for piece in checks.split_text("NTE-02", name, text, None)
    ]


def _carrier(delivery: Delivery, step: Step, checks: Checks) -> Segment:
    settings, shipment = checks.settings, delivery.shipment
    method = "" if shipment is None else shipment.shipping_method_name or ""
    method_id = "" if shipment is None else shipment.shipping_method_id or ""
    scac = step.scac or settings.scacs.get(method_id) or settings.scacs.get(method) or settings.scac
    routing = step.routing or method or method_id or settings.routing
    remedy = "set a shorter value in the step's property Routing"
    return segment(
        "W66",
        checks.code(
            "W66-01", "ShippingPaymentMethod", step.payment_method or settings.payment_method
        ),
        checks.code(
            "W66-02", "TransportMethod", step.transport_method or settings.transport_method
        ),
        *("", ""),
        checks.text("W66-05", "shipment.shippingMethodName", routing, remedy=remedy),
        *("", "", "", ""),
        checks.code("W66-10", "Scac", scac),
    )
