"""
Orders by the status that they are at, and what is known of the runs that led there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from attrs import frozen
from sqlalchemy import select

from orderferry.storage._batch import Batch
from orderferry.storage._store import Store
from orderferry.storage._tables import orders, transitions

__all__ = ["LastRun", "last_run", "order_ids_at"]

_AT_ONCE = 500


@frozen(kw_only=True)
class LastRun:
    """
    The last run of a status's workflow for an order.

    Attributes:
        owner: The process that runs it, or ran it.
        has_ended: Whether it came to its end.
    """

    owner: str | None
    has_ended: bool


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


def last_run(batch: Batch, order_id: str, status: str) -> LastRun | None:
    """
    The last run at a status, or `None` where none is known.
    """
    query = (
        select(transitions.c.owner, transitions.c.ended)
        .where(transitions.c.order_id == order_id, transitions.c.status == status)
        .order_by(transitions.c.began.desc())
        .limit(1)
    )
    found = batch.connection.execute(query).first()
    return None if found is None else LastRun(owner=found.owner, has_ended=bool(found.ended))
