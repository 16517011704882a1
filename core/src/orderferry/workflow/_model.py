"""
The workflow as a value: order types, their statuses, and the steps of a status.
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
    A status, and the steps that run when an order enters it, top to bottom.

    Attributes:
        name: The status's name.
        steps: Its steps.
        is_canceled_status: Whether an order at this status is cancelled.
    """

    name: str
    steps: tuple[StepConfig, ...] = ()
    is_canceled_status: bool = False

    @property
    def cancels(self) -> bool:
        """
        Whether an order at this status is cancelled: by its flag, or as it is `OrderCanceled`.
        """
        return self.is_canceled_status or self.name == CANCELED


@frozen(kw_only=True)
class OrderType:
    """
    A type of order and its statuses, in the file's order.

    Attributes:
        name: The type's name.
        statuses: Its statuses.
        is_default: Whether orders without a type are of this type.
    """

    name: str
    statuses: tuple[Status, ...] = ()
    is_default: bool = False

    def status(self, name: str) -> Status | None:
        """
        Return the status with a name, or `None`.
        """
        return next((status for status in self.statuses if status.name == name), None)


@frozen(kw_only=True)
class Workflow:
    """
    The order types of one workflow file.

    Attributes:
        order_types: The order types.
        foreign_steps: The keys of steps that the host runs itself.
    """

    order_types: tuple[OrderType, ...]
    foreign_steps: frozenset[str] = frozenset()

    def order_type(self, order: Order) -> OrderType:
        """
        Return the type of an order; for an order without one, the default or the only type.

        Raises:
            UnknownStatusError: There is no such type, or no default.
        """
        if order.order_type is not None:
            for order_type in self.order_types:
                if order_type.name == order.order_type:
                    return order_type
        else:
            default = [order_type for order_type in self.order_types if order_type.is_default]
            if len(default or self.order_types) == 1:
                return (default or list(self.order_types))[0]
        known = ", ".join(order_type.name for order_type in self.order_types)
        problem = (
            "has no orderType"
            if order.order_type is None
            else (f"has the unknown orderType {order.order_type!r}")
        )
        raise UnknownStatusError(f"order {order.id} {problem}; the workflow has {known}")

    def find_status(self, order: Order, name: str) -> Status:
        """
        Return the status that an order enters.

        Args:
            order: The order.
            name: The status's name.

        Raises:
            UnknownStatusError: Its order type is unknown, or has no such status.
        """
        order_type = self.order_type(order)
        status = order_type.status(name)
        if status is None:
            known = ", ".join(status.name for status in order_type.statuses)
            raise UnknownStatusError(
                f"order {order.id}: order type {order_type.name} has no status {name!r};"
                f" it has {known}"
            )
        return status
