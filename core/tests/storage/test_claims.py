"""
Due exports of a lane, and what the lane writes of its claims and results.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import select

from orderferry.connectors import Exchange, ExportResult, ExportState
from orderferry.exports import (
    AddEvent,
    Export,
    Failure,
    Operation,
    Origin,
    SetStatus,
    begin_attempt,
)
from orderferry.orders import HistoryEvent, Order, read_stored
from orderferry.storage import ExportUpdate, OrderHead, Store
from orderferry.storage._due import NOT_READ
from orderferry.storage._tables import attempts, documents, exports

from .conftest import NOW, MakeExport

LANE = "sap/main"
DEFERRED = Origin(step="ExportOrder", run="r1", deferred=True)
SOON = NOW + timedelta(microseconds=1)


def due_versions(store: Store, limit: int = 100) -> list[str]:
    """
    Return the versions of the exports that are due, in their order.
    """
    with store.lane_transaction() as batch:
        due = batch.due.rows(LANE, now=NOW, limit=limit)
        assert not due or batch.due.has_any(LANE, now=NOW)
    return [row.export.key.version for row in due]


@pytest.mark.parametrize(
    ("state", "at", "is_due"),
    [
        (ExportState.QUEUED, None, True),
        (ExportState.QUEUED, NOW, True),
        (ExportState.QUEUED, SOON, False),
        (ExportState.RETRYING, NOW, True),
        (ExportState.RETRYING, SOON, False),
        (ExportState.UNKNOWN, NOW, True),
        (ExportState.UNKNOWN, None, False),
        (ExportState.SENDING, None, False),
        (ExportState.ACCEPTED, None, False),
        (ExportState.ACKNOWLEDGED, None, False),
        (ExportState.REJECTED, NOW, False),
        (ExportState.DEAD, NOW, False),
        (ExportState.SKIPPED, None, False),
    ],
)
def test_an_export_is_due_from_its_time_on(
    store: Store, make_export: MakeExport, state: ExportState, at: Any, is_due: bool
) -> None:
    """
    An export that waits is due at its time, to the microsecond; an unknown one only if it has one.
    """
    export = make_export(state=state, due=at, origin=DEFERRED)
    store.add([export])
    with store.lane_transaction() as batch:
        due = [row.export for row in batch.due.rows(LANE, now=NOW, limit=5)]
        assert [export.with_order(NOT_READ)][: int(is_due)] == due
        assert is_due is batch.due.has_any(LANE, now=NOW)
        waiting = (ExportState.QUEUED, ExportState.RETRYING, ExportState.UNKNOWN)
        assert (at if state in waiting else None) == batch.due.next(LANE)


def test_the_oldest_exports_come_first_up_to_the_limit(
    store: Store, make_export: MakeExport
) -> None:
    """
    Due exports come in the order of their creation, without awaited exports and other lanes'.
    """
    store.add(
        make_export(order_id=f"W{n % 7}{n}", version=str(n), origin=DEFERRED) for n in range(100)
    )
    store.add([make_export(order_id="X", connector="wms", origin=DEFERRED)])
    Store(store.engine, owner="process").add([make_export(order_id="Y")])

    assert [*map(str, range(100))] == due_versions(store)
    assert [*map(str, range(4))] == due_versions(store, limit=4)


@pytest.mark.parametrize(
    ("earlier", "later", "is_held_back"),
    [
        ({}, {}, True),
        ({"state": ExportState.SENDING}, {}, True),
        ({"state": ExportState.RETRYING, "due": SOON}, {}, True),
        ({"state": ExportState.UNKNOWN}, {}, True),
        ({"state": ExportState.ACCEPTED}, {}, False),
        ({"state": ExportState.ACKNOWLEDGED}, {}, False),
        ({"state": ExportState.REJECTED}, {}, False),
        ({"state": ExportState.DEAD}, {}, False),
        ({"state": ExportState.SKIPPED}, {}, False),
        ({"shipment_id": "S1"}, {"shipment_id": "S1"}, True),
        ({"shipment_id": "S1"}, {"shipment_id": "S2"}, False),
        ({"shipment_id": "S1"}, {}, True),
        ({}, {"shipment_id": "S1"}, True),
        ({"order_id": "W2"}, {}, False),
        ({"connector_id": "other"}, {}, False),
        ({"operation": Operation.ORDER_SAVED}, {}, False),
        ({}, {"operation": Operation.ORDER_SAVED}, False),
        ({"operation": Operation.EXPORT_INVOICES}, {}, True),
    ],
)
def test_exports_of_one_order_are_sent_in_the_order_of_their_creation(
    store: Store,
    make_export: MakeExport,
    earlier: dict[str, Any],
    later: dict[str, Any],
    is_held_back: bool,
) -> None:
    """
    An unfinished export holds back later exports of the same order and shipment.
    """
    first = make_export(**{"version": "1", "origin": DEFERRED, **earlier})
    second = make_export(**{"version": "2", "origin": DEFERRED, **later})
    store.add([first, second])
    assert is_held_back is ("2" not in due_versions(store))


def test_an_awaited_export_holds_back_later_exports(store: Store, make_export: MakeExport) -> None:
    """
    A deferred export waits behind an unfinished awaited export of the same order.
    """
    Store(store.engine, owner="process").add([make_export(version="1")])
    store.add([make_export(version="2", origin=DEFERRED)])
    assert [] == due_versions(store)


def test_a_due_export_has_its_content_and_the_head_of_the_stored_order(
    store: Store, make_export: MakeExport
) -> None:
    """
    One query returns a due export's content, its stored order's head, and whether it is alone.
    """
    sent = Order(
        id="W1", order_type="Online", status="New", version_id=1, net_total=Decimal("1.50")
    )
    exports_of_test = [
        make_export(order=sent, origin=DEFERRED),
        make_export(order_id="W2", origin=DEFERRED),
        make_export(order_id="W3", origin=DEFERRED, state=ExportState.ACCEPTED),
        make_export(order_id="W3", version="2", origin=DEFERRED),
        make_export(order_id="W2", connector="wms", origin=DEFERRED),
    ]
    with store.transaction() as batch:
        batch.orders.save(evolve(sent, status="Ship"), revision=0, came_in="d", now=NOW)
        batch.ledger.add(exports_of_test)
    with store.lane_transaction() as batch:
        due = batch.due.rows(LANE, now=NOW, limit=5)

    head = OrderHead(id="W1", order_type="Online", status="Ship", version="1")
    assert [
        ("W1", sent, head, True),
        ("W2", Order(id="W2"), None, True),
        ("W3", Order(id="W3"), None, False),
    ] == [(row.export.key.order_id, read_stored(row.content), row.head, row.alone) for row in due]


def test_heads_and_exports_of_many_orders_are_read_at_once(
    store: Store, make_export: MakeExport
) -> None:
    """
    Heads and exports are returned by the order's id; orders that are not stored are left out.
    """
    added = [
        make_export(order_id="W1", state=ExportState.ACCEPTED, results=(ExportResult({"o": "R"}),)),
        make_export(order_id="W2", unsettled=True, attempts=3),
        make_export(order_id="W1", version="2", order=Order(id="W1", status="New")),
        make_export(order_id="W1", connector="wms"),
        make_export(order_id="W3"),
    ]
    with store.transaction() as batch:
        batch.ledger.add(added)
        for order in (
            Order(id="W1", order_type="Online", status="Ship", version_id=2),
            Order(id="W3"),
        ):
            batch.orders.save(order, revision=0, came_in="d", now=NOW)

    with store.lane_transaction() as batch:
        expected = {
            "W1": OrderHead(id="W1", order_type="Online", status="Ship", version="2"),
            "W3": OrderHead(id="W3", order_type=None, status=None, version=None),
        }
        assert expected == batch.due.heads(iter(["W1", "W9", "W3", "W1"]))
        by_order = batch.due.by_order(["W2", "W1"], LANE)
    without_content = evolve(added[2], order=Order(id="W1"))
    assert {"W1": [added[0], without_content], "W2": [added[1]]} == by_order


def test_a_claim_changes_an_export_as_begin_attempt_does(
    store: Store, make_export: MakeExport
) -> None:
    """
    A claim changes each field as `begin_attempt` does, and leaves other exports unchanged.
    """
    results = (ExportResult({"o": "R"}),)
    added = [
        make_export(version="1", origin=DEFERRED),
        make_export(
            version="2",
            origin=DEFERRED,
            state=ExportState.RETRYING,
            due=NOW,
            attempts=3,
            reason="it was busy",
            results=results,
            failure=Failure(type="TransientError", message="busy"),
            requested=NOW,
            settles=SOON,
            unsettled=True,
        ),
        make_export(version="3", origin=DEFERRED),
    ]
    store.add(added)
    with store.lane_transaction() as batch:
        batch.lanes.claim(added[:2], now=SOON, fence=7)
        batch.lanes.claim([], now=SOON, fence=8)

    expected = [(begin_attempt(export, SOON), 7, None) for export in added[:2]]
    assert [*expected, (added[2], None, None)] == [read_row(store, export) for export in added]


def test_a_result_is_recorded_as_a_whole(store: Store, make_export: MakeExport) -> None:
    """
    A lane records the export with its fence, the attempt, its documents and the order's changes.
    """
    queued = make_export(origin=DEFERRED)
    with store.transaction() as batch:
        batch.orders.save(Order(id="W1", status="New"), revision=0, came_in="d", now=NOW)
        batch.ledger.add([queued])
        batch.lanes.ensure([(LANE, "sap", "main")])
    sending = queued.to(ExportState.SENDING, NOW, attempts=1)
    with store.lane_transaction() as batch:
        batch.lanes.write([sending], fence=7)
    assert (sending, 7, None) == read_row(store, queued)

    failure = Failure(type="RejectedError", message="half \ud83d a pair and a \x00")
    rejected = sending.to(
        ExportState.REJECTED, SOON, failure=failure, reason="\x00 and \ud83d", duration_ms=250
    )
    exchange = Exchange(
        request="POST \x00", response=None, began=NOW, seconds=0.25, fault="reset \ud83d"
    )
    event = AddEvent(HistoryEvent(timestamp=NOW, category="Error", message="rejected \ud83d"))
    updates = [
        ExportUpdate(export=rejected, was=sending, began=NOW, exchanges=(exchange, exchange)),
        ExportUpdate(export=make_export(connector="nowhere"), was=queued),
    ]
    with store.lane_transaction() as batch:
        batch.lanes.record(updates, {"W1": [event, SetStatus("Held")]}, fence=8)

    export, fence, owner = read_row(store, queued)
    assert ExportState.REJECTED == export.state
    assert 8 == fence
    assert owner is None
    assert "\N{REPLACEMENT CHARACTER} and ?" == export.reason
    assert export.failure is not None
    assert "half ? a pair and a \x00" == export.failure.message
    stored_order = store.read("W1")
    assert stored_order is not None
    assert "Held" == stored_order.order.status
    assert ["rejected ?"] == [event.message for event in stored_order.order.history]
    with store.engine.connect() as connection:
        (attempt,) = connection.execute(select(attempts)).mappings()
        stored_documents = connection.execute(select(documents)).mappings().all()
    expected = {"number": 1, "began": NOW, "duration_ms": 250, "state": "rejected"}
    assert expected == {name: attempt[name] for name in expected}
    expected = {
        "attempt": 1,
        "request": "POST \N{REPLACEMENT CHARACTER}",
        "response": None,
        "fault": "reset ?",
        "began": NOW,
        "duration_ms": 250,
    }
    assert [expected] * 2 == [
        {name: document[name] for name in expected} for document in stored_documents
    ]


def read_row(store: Store, export: Export) -> tuple[Export, int | None, str | None]:
    """
    Read an export as it is stored, with the fence and the owner of its row.
    """
    stored = store.find(export.key.id)
    assert stored is not None
    query = select(exports.c.fence, exports.c.owner).where(exports.c.id == str(export.key.id))
    with store.engine.connect() as connection:
        row = connection.execute(query).one()
    return stored, row.fence, row.owner
