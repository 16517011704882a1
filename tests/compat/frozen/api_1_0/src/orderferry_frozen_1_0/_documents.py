"""
Orders as documents, from every part of the order document of hook API 1.0.
"""

from __future__ import annotations

import json

from orderferry import Order, Properties
from orderferry.orders import (
    Address,
    Delivery,
    Dimensions,
    EntityError,
    ErrorStatus,
    ExternalId,
    HistoryEvent,
    Invoice,
    LineItem,
    OrderForm,
    OrderNote,
    Package,
    Payment,
    PropertyItem,
    Severity,
    Shipment,
    deliveries,
)

__all__ = ["invoice_document", "order_document", "payment_document"]


def order_document(order: Order, shipment: Shipment | None, properties: Properties) -> bytes:
    """
    The order, or one shipment of it.
    """
    form: OrderForm = order.order_form
    document = {
        "id": order.id,
        "number": order.order_number,
        "market": order.market_id,
        "created": order.created.isoformat() if order.created else None,
        "total": str(form.total),
        "deliveries": [_delivery(each) for each in deliveries(order, shipment)],
        "notes": [_note(each) for each in order.order_notes],
        "externalIds": [_external(each) for each in order.external_ids],
        "properties": [_property(each) for each in order.properties],
        "unknown": sorted(order.extra),
        "errors": [_error(each) for each in order.errors],
        "history": [_event(each) for each in order.history],
        "route": properties.get("route"),
        "groups": {name: dict(properties.group(name)) for name in properties.groups},
    }
    return json.dumps(document, sort_keys=True, default=str).encode()


def payment_document(payment: Payment) -> dict[str, object]:
    """
    One payment.
    """
    return {"id": payment.id, "amount": str(payment.amount), "method": payment.payment_method_name}


def invoice_document(invoice: Invoice) -> dict[str, object]:
    """
    One invoice.
    """
    return {"id": invoice.id, "number": invoice.invoice_number, "total": str(invoice.total)}


def _delivery(delivery: Delivery) -> dict[str, object]:
    packages = delivery.shipment.packages if delivery.shipment is not None else ()
    return {
        "shipment": delivery.shipment_id,
        "address": _address(delivery.address),
        "lines": [_line(each) for each in delivery.lines],
        "packages": [_package(each) for each in packages],
    }


def _address(address: Address | None) -> dict[str, object] | None:
    if address is None:
        return None
    return {"name": address.full_name or address.name, "country": address.country_code}


def _line(line: LineItem) -> dict[str, object]:
    return {"id": line.line_item_id, "code": line.code, "quantity": str(line.open_quantity)}


def _package(package: Package) -> dict[str, object]:
    size: Dimensions | None = package.dimensions
    return {"id": package.id, "height": str(size.height_in_cm) if size is not None else None}


def _note(note: OrderNote) -> str:
    return f"{note.title}: {note.detail}"


def _external(external: ExternalId) -> str:
    return f"{external.provider_name}={external.id}"


def _property(item: PropertyItem) -> str:
    return f"{item.key_group or ''}/{item.key}={item.value}"


def _error(error: EntityError) -> str:
    serious = error.severity is Severity.ERROR and error.status is ErrorStatus.NEW
    return f"{'!' if serious else ''}{error.key}: {error.message}"


def _event(event: HistoryEvent) -> str:
    return f"{event.category}: {event.message}"
