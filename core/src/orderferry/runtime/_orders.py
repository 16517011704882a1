"""
What an order is at the beginning of a transition.
"""

from __future__ import annotations

from attrs import evolve

from orderferry.errors import ConflictError
from orderferry.orders import Order, digest
from orderferry.storage import StoredOrder

__all__ = ["taken_in", "version_of"]


def version_of(order: Order) -> str:
    """
    The order's version in export keys: its `versionId`, else a digest of its content.
    """
    return digest(order) if order.version_id is None else str(order.version_id)


def taken_in(order: Order, stored: StoredOrder | None) -> Order:
    """
    The order that a transition begins with: as it came in, with the errors and history kept here.

    Raises:
        ConflictError: Its content changed under one version, or a newer one is stored.
    """
    if stored is None:
        return order
    ours, theirs = order.version_id, stored.order.version_id
    if ours is not None and theirs is not None:
        if int(ours) == int(theirs) and digest(order) != stored.digest:
            raise ConflictError(
                f"order {order.id}: version {ours} came in before with other content; raise its"
                " versionId with each change"
            )
        if int(ours) < int(theirs):
            raise ConflictError(f"order {order.id}: version {theirs} is stored, {ours} is older")
    return evolve(order, errors=stored.order.errors, history=stored.order.history)
