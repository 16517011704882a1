"""
The order document: frozen attrs classes, JSON in the field names of Omnium's public API.
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
    "described",
    "digest",
    "member",
    "order_document",
    "order_from",
    "order_schema",
    "part_document",
    "read_json",
    "read_kept",
    "read_order",
    "read_orders",
    "write_json",
    "write_kept",
]

if TYPE_CHECKING:
    from orderferry.orders._codec import (
        digest,
        order_document,
        order_from,
        order_schema,
        part_document,
        read_json,
        read_kept,
        read_order,
        read_orders,
        write_json,
        write_kept,
    )
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
    )
    from orderferry.orders._values import JsonReading, described, member
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_codec": (
                "digest",
                "order_document",
                "order_from",
                "order_schema",
                "part_document",
                "read_json",
                "read_kept",
                "read_order",
                "read_orders",
                "write_json",
                "write_kept",
            ),
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
            ),
            "_values": ("JsonReading", "described", "member"),
        },
    )
