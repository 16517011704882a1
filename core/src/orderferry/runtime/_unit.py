"""
The commits of one run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import define

from orderferry.exports import OrderChange, apply_changes
from orderferry.orders import Order
from orderferry.runtime._orders import MemoryOrders
from orderferry.runtime._saving import apply_to_stored

__all__ = ["Unit"]


@define(kw_only=True)
class Unit:
    """
    Saves an order as given first, and then what the run changes on it.

    A conflict at the first commit is the caller's (nothing was sent yet); at any later one the
    changes are applied again to the fresh order.

    Attributes:
        order: The order as the run began with it.
        revision: What it was read at; 0 where it was not stored.
        came_in: The digest of the document as it came in.
        first: Called once, when the order has been saved for the first time.
        saved: Whether it was saved.
    """

    orders: MemoryOrders
    order: Order
    revision: int
    came_in: str
    first: Callable[[Order], None]
    saved: bool = False
    _done: int = 0

    def commit(self, changes: Sequence[OrderChange]) -> Order:
        """
        Save what the run has changed so far.

        Args:
            changes: All changes of the run, those of earlier commits among them.

        Returns:
            The order as it is stored.

        Raises:
            ConflictError: The order was changed by somebody else before its first commit.
        """
        if self.saved:
            order = apply_to_stored(self.orders, self.order.id, changes[self._done :])
        else:
            order = apply_changes(self.order, changes)
            self.orders.save(order, revision=self.revision, came_in=self.came_in)
            self.saved = True
            self.first(order)
        self._done = len(changes)
        return order
