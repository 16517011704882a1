"""
Orders that enter statuses, and the exports of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from orderferry.connectors import Exporter, ExportState, Properties
from orderferry.exports import (
    Export,
    ExportKey,
    Operation,
    Origin,
    admission,
    begin_attempt,
    intend,
    make_attempt,
)
from orderferry.orders import Order

from .simulated_instances import FLOWS, connect
from .simulated_lane import Lane
from .simulated_ledger import CheckedLedger
from .simulated_target import Answer, Target, Time

__all__ = ["ANSWERS", "DELAYS", "FAILED", "ORDERS", "Draw", "Orders", "intent_of"]

Draw = Callable[[st.SearchStrategy[Any]], Any]

FAILED = (ExportState.REJECTED, ExportState.DEAD)
ORDERS = tuple(f"W{number}" for number in range(1, 7))
SHIPMENTS = st.sampled_from([None, None, "S1", "S2"])
ANSWERS = st.sampled_from(list(Answer))
DELAYS = st.sampled_from([0.0, 4.0, 10.0])


def intent_of(
    kind: str, order_id: str, now: datetime, *, shipment_id: str | None = None, version: int = 1
) -> Export:
    """
    Return the intent to export an order to an instance.
    """
    key = ExportKey(
        order_id=order_id,
        shipment_id=shipment_id,
        connector=kind,
        connector_id="default",
        operation=Operation.EXPORT_ORDER,
        status="New",
        version=str(version),
    )
    return Export(
        key=key,
        order=Order(id=order_id),
        properties=Properties(),
        origin=Origin(step="ExportOrder", run="r", deferred=True),
        created=now,
        changed=now,
    )


class Orders:
    """
    Orders, and the lanes of the instances that they are exported to.

    Args:
        exporters: The instances to choose from.
    """

    orders = ORDERS

    def __init__(self, exporters: Mapping[str, Exporter]) -> None:
        self.time = Time()
        self.ledger = CheckedLedger()
        self.cancelled: set[str] = set()
        self.given_up: set[ExportKey] = set()
        self.lanes: dict[str, Lane] = {}
        self._exporters = exporters

    def add(self, kind: str) -> None:
        """
        Configure an instance.
        """
        target = Target(self.time, drops=kind == "drops")
        connect(kind, target)
        self.lanes[kind] = Lane(
            exporter=self._exporters[kind],
            flow=FLOWS[kind],
            target=target,
            ledger=self.ledger,
            time=self.time,
            orders=self.orders,
            cancelled=self.cancelled,
        )

    def rows(self, *states: ExportState) -> list[Export]:
        """
        Return all exports, or those in some states.
        """
        rows = [row for order_id in ORDERS for row in self.ledger.of_order(order_id)]
        return [row for row in rows if not states or row.state in states]

    def rows_but(self, states: Collection[ExportState]) -> list[Export]:
        """
        Return all exports that are in none of some states.
        """
        return [row for row in self.rows() if row.state not in states]

    def target_of(self, row: Export) -> Target:
        """
        Return the target of a row, after all late requests have arrived.
        """
        target = self.lanes[row.key.connector].target
        target.arrive()
        return target

    def transition(self, draw: Draw) -> None:
        """
        Let an order enter a status, perhaps again; its exports are deferred.
        """
        order_id, shipment_id = draw(st.sampled_from(ORDERS)), draw(SHIPMENTS)
        version = draw(st.integers(1, 3))
        for kind in self.lanes:
            self._intend(self._draft(kind, order_id, shipment_id, version))

    def repeated_transition(self, draw: Draw) -> None:
        """
        Let an order enter again the status at which an export has failed.
        """
        key = draw(st.sampled_from(self.rows(*FAILED))).key
        self._intend(self._draft(key.connector, key.order_id, key.shipment_id, int(key.version)))

    def transition_that_dies(self, draw: Draw) -> None:
        """
        Await an export, and let the process end before or after the request.
        """
        kind, order_id = draw(st.sampled_from(sorted(self.lanes))), draw(st.sampled_from(ORDERS))
        draft, lane = self._draft(kind, order_id, draw(SHIPMENTS), 4), self.lanes[kind]
        rows = (*self.ledger.of_order(order_id), draft)
        cancelled = order_id in self.cancelled
        if admission(draft, rows, cancelled=cancelled, updates=lane.updates) is not None:
            return
        row = self._intend(draft)
        if row is None:
            return
        sending = begin_attempt(row, self.time.now)
        self.ledger.change(sending, was=row)
        lane.orphans.add(sending.key.id)
        if draw(st.booleans()):
            lane.target.answer, lane.target.delay = draw(ANSWERS), draw(DELAYS)
            make_attempt(
                sending, lane.exporter, was=row, accepted=(), clock=self.time.clock, seconds=10.0
            )

    def _draft(self, kind: str, order_id: str, shipment_id: str | None, version: int) -> Export:
        return intent_of(kind, order_id, self.time.now, shipment_id=shipment_id, version=version)

    def _intend(self, draft: Export) -> Export | None:
        """
        Write an intent, and return the row to deliver, or `None`.
        """
        intent = intend(draft, self.ledger.of_order(draft.key.order_id))
        if not intent.begins:
            return None
        if intent.was is None:
            self.ledger.add([intent.export])
        else:
            self.ledger.change(intent.export, was=intent.was)
        return intent.export
