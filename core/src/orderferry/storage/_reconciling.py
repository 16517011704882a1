"""
Orders by the status that they are at, and whether its workflow was run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import select

from orderferry.storage._batch import Batch
from orderferry.storage._store import Store
from orderferry.storage._tables import orders, transitions

__all__ = ["order_ids_at", "was_run"]

_AT_ONCE = 500


def order_ids_at(store: Store, statuses: Collection[str]) -> Iterator[str]:
    """
    The ids of all orders at some statuses, in the order of the ids.
    """
    last = ""
    while True:
        query = (
            select(orders.c.id)
            .where(orders.c.status.in_(sorted(statuses)), orders.c.id > last)
            .order_by(orders.c.id)
            .limit(_AT_ONCE)
        )
        with store.reading() as batch:
            found = batch.connection.execute(query).scalars().all()
        yield from found
        if len(found) < _AT_ONCE:
            return
        last = found[-1]


def was_run(batch: Batch, order_id: str, status: str) -> bool:
    """
    Whether the workflow of a status was ever run for an order.
    """
    query = (
        select(transitions.c.run)
        .where(transitions.c.order_id == order_id, transitions.c.status == status)
        .limit(1)
    )
    return batch.connection.execute(query).first() is not None
