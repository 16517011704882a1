"""
The order document: frozen attrs classes, and JSON with the field names of Omnium's public API.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

__all__ = [
    "Address",
    "Delivery",
    "Dimensions",
    "EntityError",
    "ErrorStatus",
    "ExternalId",
    "HistoryEvent",
    "Invoice",
    "JsonReading",
    "LineItem",
    "Order",
    "OrderForm",
    "OrderNote",
    "Package",
    "Payment",
    "PropertyItem",
    "Severity",
    "Shipment",
    "deliveries",
    "digest",
    "order_document",
    "order_from",
    "order_schema",
    "part_document",
    "read_json",
    "read_order",
    "read_orders",
    "read_stored",
    "write_json",
    "write_stored",
]

if TYPE_CHECKING:
    from orderferry.orders._json import JsonReading, read_json, write_json
    from orderferry.orders._lines import (
        Address,
        Dimensions,
        ExternalId,
        Invoice,
        LineItem,
        OrderForm,
        OrderNote,
        Package,
        Payment,
        PropertyItem,
        Shipment,
    )
    from orderferry.orders._order import (
        Delivery,
        EntityError,
        ErrorStatus,
        HistoryEvent,
        Order,
        Severity,
        deliveries,
        part_document,
    )
    from orderferry.orders._reading import order_from, read_order, read_orders
    from orderferry.orders._schema import order_schema
    from orderferry.orders._writing import digest, order_document, read_stored, write_stored
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_json": ("JsonReading", "read_json", "write_json"),
            "_lines": (
                "Address",
                "Dimensions",
                "ExternalId",
                "Invoice",
                "LineItem",
                "OrderForm",
                "OrderNote",
                "Package",
                "Payment",
                "PropertyItem",
                "Shipment",
            ),
            "_order": (
                "Delivery",
                "EntityError",
                "ErrorStatus",
                "HistoryEvent",
                "Order",
                "Severity",
                "deliveries",
                "part_document",
            ),
            "_reading": ("order_from", "read_order", "read_orders"),
            "_schema": ("order_schema",),
            "_writing": ("digest", "order_document", "read_stored", "write_stored"),
        },
    )
