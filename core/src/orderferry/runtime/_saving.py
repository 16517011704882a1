"""
Saving what a run changes, so that a conflict loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from orderferry.errors import ConflictError
from orderferry.exports import OrderChange, apply_changes
from orderferry.orders import Order
from orderferry.runtime._orders import MemoryOrders

__all__ = ["apply_to_stored"]


def apply_to_stored(orders: MemoryOrders, order_id: str, changes: Iterable[OrderChange]) -> Order:
    """
    Apply changes to the order as it is stored now, again and again until nobody was faster.

    Returns:
        The order as it is stored.
    """
    changes = tuple(changes)
    while True:
        stored = orders.read(order_id)
        if stored is None:
            raise ConflictError(f"order {order_id} is not stored any more")
        if not changes:
            return stored.order
        order = apply_changes(stored.order, changes)
        try:
            orders.save(order, revision=stored.revision, came_in=stored.digest)
        except ConflictError:
            continue
        return order
