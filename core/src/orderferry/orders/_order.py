"""
The order document, with the errors and the history that orderferry keeps on it.

Field names: docs.omnium.no/docs/Order/order-api; errors: docs.omnium.no/docs/Order/order-logging.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from attrs import field, fields, frozen

from orderferry.orders._lines import (
    Address,
    ExternalId,
    Extra,
    Invoice,
    LineItem,
    OrderForm,
    OrderNote,
    Payment,
    PropertyItem,
    Shipment,
)

__all__ = [
    "Delivery",
    "EntityError",
    "ErrorStatus",
    "HistoryEvent",
    "Order",
    "Severity",
    "deliveries",
    "json_name",
    "part_document",
    "time_text",
]


class Severity(StrEnum):
    """
    The severity of an error on the order.
    """

    ERROR = "Error"
    WARNING = "Warning"
    INFORMATION = "Information"


class ErrorStatus(StrEnum):
    """
    The state of an error on the order.
    """

    NEW = "New"
    SOLVED = "Solved"
    DELETED = "Deleted"


@frozen(kw_only=True, slots=False)
class EntityError:
    """
    An error on the order.

    Attributes:
        key: The key of the step that added it.
        reference_id: `connector/connectorId`, with `/shipmentId` if it concerns one shipment.
        not_found: Why no exporter was found, if that is the error.
    """

    key: str
    reference_id: str | None = None
    message: str | None = None
    details: str | None = None
    severity: Severity = Severity.ERROR
    occurred: datetime | None = None
    status: ErrorStatus = ErrorStatus.NEW
    comment: str | None = None
    not_found: str | None = None
    extra: Extra = field(factory=dict)


@frozen(kw_only=True, slots=False)
class HistoryEvent:
    """
    One event of the order's history: an export's change of state, or a change of status.

    Attributes:
        timestamp: The time of the event, in UTC.
        category: `Exported`, `Error` or `Workflow`.
        message: One sentence.
        user: The operator or the program that caused it.
        export_id: The export's id.
        operation: The operation, such as `export_order`.
        attempt: The number of the attempt.
        duration_ms: The duration of the attempt in milliseconds.
        state: The export's state after the event.
        previous_state: The export's state before the event.
        status: The order's new status, if the event is a change of status.
    """

    timestamp: datetime
    category: str
    message: str
    user: str | None = None
    is_error: bool = False
    export_id: str | None = None
    connector: str | None = None
    connector_id: str | None = None
    shipment_id: str | None = None
    operation: str | None = None
    attempt: int | None = None
    duration_ms: int | None = None
    remote_ids: Mapping[str, str] = field(factory=dict)
    state: str | None = None
    previous_state: str | None = None
    status: str | None = None
    previous_status: str | None = None
    extra: Extra = field(factory=dict)


@frozen(kw_only=True, slots=False)
class Order:
    """
    An order. Only `id` is required; every collection may be empty.
    """

    id: str
    order_number: str | None = None
    order_type: str | None = None
    status: str | None = None
    market_id: str | None = None
    store_id: str | None = None
    sales_channel: str | None = None
    order_origin: str | None = None
    created: datetime | None = None
    modified: datetime | None = None
    modified_by: str | None = None
    completed: datetime | None = None
    version_id: int | str | None = None
    customer_id: str | None = None
    customer_number: str | None = None
    customer_name: str | None = None
    customer_email: str | None = None
    customer_phone: str | None = None
    customer_type: str | None = None
    customer_reference: str | None = None
    customer_requisition: str | None = None
    billing_currency: str | None = None
    billing_address: Address | None = None
    order_form: OrderForm = field(factory=OrderForm)
    invoices: tuple[Invoice, ...] = ()
    errors: tuple[EntityError, ...] = ()
    history: tuple[HistoryEvent, ...] = ()
    external_ids: tuple[ExternalId, ...] = ()
    properties: tuple[PropertyItem, ...] = ()
    tags: tuple[str, ...] = ()
    order_notes: tuple[OrderNote, ...] = ()
    public_order_notes: tuple[OrderNote, ...] = ()
    requested_delivery_date: datetime | None = None
    net_total: Decimal | None = None
    net_total_excl_tax: Decimal | None = None
    remaining_payment: Decimal | None = None
    is_read_only: bool | None = None
    is_notifications_disabled: bool | None = None
    extra: Extra = field(factory=dict)

    @property
    def lines(self) -> tuple[LineItem, ...]:
        """
        The order's lines: those of its form, or else those of its shipments, each once.
        """
        if self.order_form.line_items:
            return self.order_form.line_items
        return tuple(line for shipment in self.shipments for line in shipment.line_items)

    @property
    def shipments(self) -> tuple[Shipment, ...]:
        """
        The order's shipments.
        """
        return self.order_form.shipments

    @property
    def payments(self) -> tuple[Payment, ...]:
        """
        The order's payments.
        """
        return self.order_form.payments

    def shipment(self, shipment_id: str) -> Shipment | None:
        """
        The shipment with an id, or `None`.
        """
        return next((s for s in self.shipments if s.shipment_id == shipment_id), None)


@frozen(kw_only=True, slots=False)
class Delivery:
    """
    Lines for one address.

    Attributes:
        shipment: The shipment, or `None` if the order has none.
        address: The address: the shipment's, or else the order's billing address.
        lines: The shipment's lines; if an order's only shipment has none, the order's lines.
    """

    shipment: Shipment | None
    address: Address | None
    lines: tuple[LineItem, ...]

    @property
    def shipment_id(self) -> str | None:
        """
        The shipment's id, or `None` if the order has no shipments.
        """
        return None if self.shipment is None else self.shipment.shipment_id


def _delivery(order: Order, shipment: Shipment) -> Delivery:
    lines = shipment.line_items
    if not lines and len(order.shipments) == 1:
        lines = order.lines
    return Delivery(
        shipment=shipment, address=shipment.address or order.billing_address, lines=lines
    )


def deliveries(order: Order, shipment: Shipment | None = None) -> tuple[Delivery, ...]:
    """
    The deliveries of an order, or of one of its shipments.

    Args:
        order: The order.
        shipment: The shipment that is exported, or `None` for the whole order.

    Returns:
        One delivery for each shipment, or one for an order without shipments.
    """
    if shipment is not None:
        return (_delivery(order, shipment),)
    if order.shipments:
        return tuple(_delivery(order, part) for part in order.shipments)
    return (Delivery(shipment=None, address=order.billing_address, lines=order.lines),)


def json_name(name: str) -> str:
    """
    The JSON name of a field: `line_items` is `lineItems`.
    """
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def time_text(value: datetime) -> str:
    """
    A time as JSON has it.

    Raises:
        ValueError: It has no zone.
    """
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no zone")
    return value.isoformat().replace("+00:00", "Z")


def part_document(part: HistoryEvent | EntityError) -> dict[str, Any]:
    """
    The JSON values of an event or an error, as in the document of its order.

    A lane writes two events for each export, so this does without the converter.
    """
    names = _JSON_NAMES[type(part)]
    document: dict[str, Any] = {}
    for name, value in vars(part).items():
        if type(value) is datetime:
            document[names[name]] = time_text(value)
        elif value is not None and value != {} and name != "extra":
            document[names[name]] = value
    for name, value in part.extra.items():
        document.setdefault(name, value)
    return document


_JSON_NAMES = {
    kind: {attribute.name: json_name(attribute.name) for attribute in fields(kind)}
    for kind in (HistoryEvent, EntityError)
}
