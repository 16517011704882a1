"""
What goes where: an order seen as the deliveries that a warehouse makes of it.
"""

from __future__ import annotations

from attrs import frozen

from orderferry.orders._lines import LineItem, Shipment
from orderferry.orders._order import Order
from orderferry.orders._parts import Address

__all__ = ["Delivery", "deliveries"]


@frozen(kw_only=True, slots=False)
class Delivery:
    """
    Lines for one address.

    Attributes:
        shipment: The shipment, or `None` where the order has none.
        address: Where to: the shipment's address, else the order's billing address.
        lines: The shipment's lines; for an order's only shipment without lines, the order's.
    """

    shipment: Shipment | None
    address: Address | None
    lines: tuple[LineItem, ...]

    @property
    def shipment_id(self) -> str | None:
        """
        The shipment's id, or `None` where the order has no shipments.
        """
        return None if self.shipment is None else self.shipment.shipment_id


def _of(order: Order, shipment: Shipment) -> Delivery:
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
        shipment: The shipment that an export is about, or `None` for the whole order.

    Returns:
        One delivery a shipment, and one for the whole of an order without shipments.
    """
    if shipment is not None:
        return (_of(order, shipment),)
    if order.shipments:
        return tuple(_of(order, each) for each in order.shipments)
    return (Delivery(shipment=None, address=order.billing_address, lines=order.lines),)
