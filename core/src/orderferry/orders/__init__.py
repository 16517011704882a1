"""
The order document: frozen attrs classes, JSON in the field names of Omnium's public API.
"""

from orderferry.orders._codec import (
    digest,
    order_document,
    order_from,
    part_document,
    read_json,
    read_kept,
    read_order,
    read_orders,
    write_json,
    write_kept,
)
from orderferry.orders._deliveries import Delivery, deliveries
from orderferry.orders._lines import Invoice, LineItem, OrderForm, Payment, Shipment
from orderferry.orders._order import EntityError, ErrorStatus, HistoryEvent, Order, Severity
from orderferry.orders._parts import (
    Address,
    Dimensions,
    ExternalId,
    OrderNote,
    Package,
    PropertyItem,
)
from orderferry.orders._values import JsonReading, described, member

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
    "part_document",
    "read_json",
    "read_kept",
    "read_order",
    "read_orders",
    "write_json",
    "write_kept",
]
