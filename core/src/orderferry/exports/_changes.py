"""
Changes of an order as values, so that they can be applied again to a newer copy of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, frozen

from orderferry.orders import EntityError, ErrorStatus, HistoryEvent, Order

__all__ = ["AddEvent", "ClearErrors", "OrderChange", "SetError", "SetStatus", "apply_changes"]


@frozen
class SetError:
    """
    Put an error on the order, in place of the open one with the same key and reference.
    """

    error: EntityError

    def apply(self, order: Order) -> Order:
        """
        The order with the error.
        """
        others = _without(order, self.error.key, self.error.reference_id)
        return evolve(order, errors=(*others, self.error))


@frozen
class ClearErrors:
    """
    Remove the open error of a key and reference, and the open errors of an exporter not found.

    Attributes:
        reference: `connector/connectorId[/shipmentId]`.
        not_found: The references under which the exporter was not found before.
    """

    key: str
    reference: str
    not_found: tuple[str, ...] = ()

    def apply(self, order: Order) -> Order:
        """
        The order without the errors.
        """
        others = _without(order, self.key, self.reference)
        others = tuple(
            error
            for error in others
            if not (_is_open(error, self.key, error.reference_id) and self._was_not_found(error))
        )
        return evolve(order, errors=others)

    def _was_not_found(self, error: EntityError) -> bool:
        return error.not_found is not None and error.reference_id in self.not_found


@frozen
class AddEvent:
    """
    Add an event to the order's history.
    """

    event: HistoryEvent

    def apply(self, order: Order) -> Order:
        """
        The order with the event.
        """
        return evolve(order, history=(*order.history, self.event))


@frozen
class SetStatus:
    """
    Move the order to a status; with `only_from`, only while the order is at that one.
    """

    status: str
    only_from: str | None = None

    def apply(self, order: Order) -> Order:
        """
        The order at the status.
        """
        if self.only_from is not None and order.status != self.only_from:
            return order
        return evolve(order, status=self.status)


OrderChange = SetError | ClearErrors | AddEvent | SetStatus


def apply_changes(order: Order, changes: Iterable[OrderChange]) -> Order:
    """
    Apply changes to an order, one after the other.
    """
    for change in changes:
        order = change.apply(order)
    return order


def _is_open(error: EntityError, key: str, reference: str | None) -> bool:
    same = error.key == key and error.reference_id == reference
    return same and error.status is ErrorStatus.NEW


def _without(order: Order, key: str, reference: str | None) -> tuple[EntityError, ...]:
    return tuple(error for error in order.errors if not _is_open(error, key, reference))
