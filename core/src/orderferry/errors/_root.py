"""
The base class of all errors, and the errors that no single connector causes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def _restore(
    kind: type[OrderferryError], args: tuple[Any, ...], state: dict[str, Any]
) -> OrderferryError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class OrderferryError(Exception):
    """
    The base class of all errors. `str(error)` states what failed, where, and what to do.
    """

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return _restore, (type(self), self.args, self.__dict__)


class UsageError(OrderferryError):
    """
    A call or a command that cannot work with these arguments; the command line exits with 2.
    """


class ConfigurationError(UsageError):
    """
    An invalid configuration or workflow file.

    Attributes:
        faults: One sentence for each fault, with the file and the path in it.
    """

    def __init__(self, message: str, *, faults: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


class OrderFormatError(UsageError):
    """
    An order that cannot be read.

    Attributes:
        order_id: The order's id, if it could be read.
        faults: One sentence for each fault, with its path in JSON's names, such as
            `$.orderForm.lineItems[3].quantity`.
    """

    def __init__(
        self, message: str, *, order_id: str | None = None, faults: Iterable[str] = ()
    ) -> None:
        super().__init__(message)
        self.order_id = order_id
        self.faults = tuple(faults)


class UnknownStatusError(UsageError):
    """
    No such order type, no such status in it, or no such shipment on the order.
    """


class ConflictError(OrderferryError):
    """
    Another process was first: the order is in progress, or was saved with other content.
    """


class NetworkForbiddenError(OrderferryError):
    """
    A connector tried to use the network while nothing may leave the process.
    """


class StateError(OrderferryError):
    """
    The stored state of an instance cannot be read or written; no number was used.
    """
