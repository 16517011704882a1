"""
Who is told that an order was saved.
"""

from __future__ import annotations

from orderferry.connectors import Properties
from orderferry.errors import LoadError
from orderferry.exports import Export, ExportKey, Operation, Origin
from orderferry.orders import Order
from orderferry.runtime._orders import version_of
from orderferry.runtime._parts import Parts
from orderferry.storage import Batch

__all__ = ["order_saved_intents"]


def order_saved_intents(
    parts: Parts, batch: Batch, order: Order, user: str | None
) -> tuple[Export, ...]:
    """
    An intent for every instance that is enabled for the order's market and wants to be told.

    A version that an instance was told of already makes no second intent.
    """
    known = {row.key for row in batch.of_order(order.id)}
    now = parts.clock.now()
    intents = []
    for name in parts.instances.enabled(order.market_id):
        try:
            exporter = parts.instances.exporter(name)
        except LoadError:
            continue
        key = ExportKey(
            order_id=order.id,
            shipment_id=None,
            connector=name.connector,
            connector_id=name.id,
            operation=Operation.ORDER_SAVED,
            status=order.status or "",
            version=version_of(order),
        )
        if exporter.offers(Operation.ORDER_SAVED) and key not in known:
            intents.append(
                Export(
                    key=key,
                    order=order,
                    properties=Properties(),
                    origin=Origin(step="order_saved", deferred=True, user=user),
                    created=now,
                    changed=now,
                )
            )
    return tuple(intents)
