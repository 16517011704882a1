"""
The workflow: order types, their statuses, and the steps of each.
"""

from __future__ import annotations

from attrs import frozen

from orderferry.errors import UnknownStatusError
from orderferry.orders import Order
from orderferry.steps import StepConfig

__all__ = ["OrderType", "Status", "Workflow"]

CANCELED = "OrderCanceled"


@frozen(kw_only=True)
class Status:
    """
    A status and the steps that entering it runs, top to bottom.
    """

    name: str
    steps: tuple[StepConfig, ...] = ()
    is_canceled_status: bool = False

    @property
    def cancels(self) -> bool:
        """
        Whether an order at this status is a cancelled one.
        """
        return self.is_canceled_status or self.name == CANCELED


@frozen(kw_only=True)
class OrderType:
    """
    A kind of order and its statuses, in order.
    """

    name: str
    statuses: tuple[Status, ...] = ()
    is_default: bool = False

    def status(self, name: str) -> Status | None:
        """
        The status of that name, or `None`.
        """
        return next((status for status in self.statuses if status.name == name), None)


@frozen(kw_only=True)
class Workflow:
    """
    All order types of one workflow file, and the steps of a host that we do not run.
    """

    order_types: tuple[OrderType, ...]
    foreign_steps: frozenset[str] = frozenset()

    def order_type(self, order: Order) -> OrderType:
        """
        The type of an order; for one that names none, the default or the only one.

        Raises:
            UnknownStatusError: There is no such type, or none is the default.
        """
        if order.order_type is not None:
            for kind in self.order_types:
                if kind.name == order.order_type:
                    return kind
        else:
            default = [kind for kind in self.order_types if kind.is_default]
            if len(default or self.order_types) == 1:
                return (default or list(self.order_types))[0]
        known = ", ".join(kind.name for kind in self.order_types)
        what = (
            "has no orderType"
            if order.order_type is None
            else (f"has the unknown orderType {order.order_type!r}")
        )
        raise UnknownStatusError(f"order {order.id} {what}; the workflow knows {known}")

    def find_status(self, order: Order, status: str) -> Status:
        """
        The status that an order enters.

        Raises:
            UnknownStatusError: Its order type is unknown, or has no such status.
        """
        kind = self.order_type(order)
        found = kind.status(status)
        if found is None:
            known = ", ".join(each.name for each in kind.statuses)
            raise UnknownStatusError(
                f"order {order.id}: order type {kind.name} has no status {status!r}; it has {known}"
            )
        return found
