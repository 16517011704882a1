"""
What a lane may begin now, and what it writes of it.
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


def due(store: Store, limit: int = 100) -> list[str]:
    """
    The versions of the exports that are due, in order.
    """
    with store.lane_transaction() as batch:
        found = batch.due.rows(LANE, now=NOW, limit=limit)
        assert not found or batch.due.has_any(LANE, now=NOW)
    return [each.export.key.version for each in found]


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
def test_what_has_come_is_due(
    store: Store, make_export: MakeExport, state: ExportState, at: Any, is_due: bool
) -> None:
    """
    To the microsecond; an export of unknown outcome only where it is to be asked about.
    """
    made = make_export(state=state, due=at, origin=DEFERRED)
    store.add([made])
    with store.lane_transaction() as batch:
        found = [each.export for each in batch.due.rows(LANE, now=NOW, limit=5)]
        assert [made.with_order(NOT_READ)][: int(is_due)] == found
        assert is_due is batch.due.has_any(LANE, now=NOW)
        waits = (ExportState.QUEUED, ExportState.RETRYING, ExportState.UNKNOWN)
        assert (at if state in waits else None) == batch.due.next(LANE)


def test_the_oldest_come_first_and_no_more_than_asked(
    store: Store, make_export: MakeExport
) -> None:
    """
    In the order in which they were made; of this lane only, and nothing that is awaited.
    """
    store.add(
        make_export(order_id=f"W{n % 7}{n}", version=str(n), origin=DEFERRED) for n in range(100)
    )
    store.add([make_export(order_id="X", connector="wms", origin=DEFERRED)])
    Store(store.engine, owner="process").add([make_export(order_id="Y")])

    assert [*map(str, range(100))] == due(store)
    assert [*map(str, range(4))] == due(store, limit=4)


@pytest.mark.parametrize(
    ("earlier", "later", "held"),
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
def test_exports_of_one_order_leave_in_the_order_in_which_they_were_made(
    store: Store,
    make_export: MakeExport,
    earlier: dict[str, Any],
    later: dict[str, Any],
    held: bool,
) -> None:
    """
    What is not finished holds back what follows it at the same part of the order.
    """
    first = make_export(**{"version": "1", "origin": DEFERRED, **earlier})
    second = make_export(**{"version": "2", "origin": DEFERRED, **later})
    store.add([first, second])
    assert held is ("2" not in due(store))


def test_what_is_awaited_holds_back_too(store: Store, make_export: MakeExport) -> None:
    """
    A deferred one queues behind it.
    """
    Store(store.engine, owner="process").add([make_export(version="1")])
    store.add([make_export(version="2", origin=DEFERRED)])
    assert [] == due(store)


def test_a_due_export_comes_with_what_it_sends_and_its_order_as_it_is_stored(
    store: Store, make_export: MakeExport
) -> None:
    """
    In one read; and with whether there is anything else to look at.
    """
    sent = Order(
        id="W1", order_type="Online", status="New", version_id=1, net_total=Decimal("1.50")
    )
    made = [
        make_export(order=sent, origin=DEFERRED),
        make_export(order_id="W2", origin=DEFERRED),
        make_export(order_id="W3", origin=DEFERRED, state=ExportState.ACCEPTED),
        make_export(order_id="W3", version="2", origin=DEFERRED),
        make_export(order_id="W2", connector="wms", origin=DEFERRED),
    ]
    with store.transaction() as batch:
        batch.orders.save(evolve(sent, status="Ship"), revision=0, came_in="d", now=NOW)
        batch.ledger.add(made)
    with store.lane_transaction() as batch:
        found = batch.due.rows(LANE, now=NOW, limit=5)

    head = OrderHead(id="W1", order_type="Online", status="Ship", version="1")
    assert [
        ("W1", sent, head, True),
        ("W2", Order(id="W2"), None, True),
        ("W3", Order(id="W3"), None, False),
    ] == [
        (each.export.key.order_id, read_stored(each.content), each.head, each.alone)
        for each in found
    ]


def test_heads_and_related_tell_what_a_lane_must_know(
    store: Store, make_export: MakeExport
) -> None:
    """
    Of many orders at once; those that are not there are left out.
    """
    made = [
        make_export(order_id="W1", state=ExportState.ACCEPTED, results=(ExportResult({"o": "R"}),)),
        make_export(order_id="W2", unsettled=True, attempts=3),
        make_export(order_id="W1", version="2", order=Order(id="W1", status="New")),
        make_export(order_id="W1", connector="wms"),
        make_export(order_id="W3"),
    ]
    with store.transaction() as batch:
        batch.ledger.add(made)
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
        related = batch.due.by_order(["W2", "W1"], LANE)
    without = evolve(made[2], order=Order(id="W1"))
    assert {"W1": [made[0], without], "W2": [made[1]]} == related


def test_a_claim_writes_what_it_means_for_an_export(store: Store, make_export: MakeExport) -> None:
    """
    The same as `begun` says, to the last field; the rows of others stay as they are.
    """
    results = (ExportResult({"o": "R"}),)
    made = [
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
    store.add(made)
    with store.lane_transaction() as batch:
        batch.lanes.claim(made[:2], now=SOON, fence=7)
        batch.lanes.claim([], now=SOON, fence=8)

    expected = [(begin_attempt(each, SOON), 7, None) for each in made[:2]]
    assert [*expected, (made[2], None, None)] == [stored(store, each) for each in made]


def test_what_came_back_is_recorded_as_a_whole(store: Store, make_export: MakeExport) -> None:
    """
    Export, attempt, documents, and what it means for the order; a claim writes the fence.
    """
    made = make_export(origin=DEFERRED)
    with store.transaction() as batch:
        batch.orders.save(Order(id="W1", status="New"), revision=0, came_in="d", now=NOW)
        batch.ledger.add([made])
        batch.lanes.ensure([(LANE, "sap", "main")])
    sending = made.to(ExportState.SENDING, NOW, attempts=1)
    with store.lane_transaction() as batch:
        batch.lanes.write([sending], fence=7)
    assert (sending, 7, None) == stored(store, made)

    failure = Failure(type="RejectedError", message="half \ud83d a pair and a \x00")
    rejected = sending.to(
        ExportState.REJECTED, SOON, failure=failure, reason="\x00 and \ud83d", duration_ms=250
    )
    exchange = Exchange(
        request="POST \x00", response=None, began=NOW, seconds=0.25, fault="reset \ud83d"
    )
    event = AddEvent(HistoryEvent(timestamp=NOW, category="Error", message="rejected \ud83d"))
    recorded = [
        ExportUpdate(export=rejected, was=sending, began=NOW, exchanges=(exchange, exchange)),
        ExportUpdate(export=make_export(connector="nowhere"), was=made),
    ]
    with store.lane_transaction() as batch:
        batch.lanes.record(recorded, {"W1": [event, SetStatus("Held")]}, fence=8)

    found, fence, owner = stored(store, made)
    assert (ExportState.REJECTED, 8, None) == (found.state, fence, owner)
    assert "\N{REPLACEMENT CHARACTER} and ?" == found.reason
    assert found.failure is not None
    assert "half ? a pair and a \x00" == found.failure.message
    order = store.read("W1")
    assert order is not None
    assert ("Held", ["rejected ?"]) == (
        order.order.status,
        [each.message for each in order.order.history],
    )
    with store.engine.connect() as connection:
        (attempt,) = connection.execute(select(attempts)).mappings()
        kept = connection.execute(select(documents)).mappings().all()
    assert (1, NOW, 250, "rejected") == tuple(
        attempt[name] for name in ("number", "began", "duration_ms", "state")
    )
    assert [(1, "POST \N{REPLACEMENT CHARACTER}", None, "reset ?", NOW, 250)] * 2 == [
        tuple(each[name] for name in list(each)[2:]) for each in kept
    ]


def stored(store: Store, export: Export) -> tuple[Export, int | None, str | None]:
    """
    An export as it is stored, with the fence and the owner of its row.
    """
    found = store.find(export.key.id)
    assert found is not None
    with store.engine.connect() as connection:
        at = exports.c.id == str(export.key.id)
        row = connection.execute(select(exports.c.fence, exports.c.owner).where(at)).one()
    return found, row.fence, row.owner
