"""
Orders by the status that they are at.
"""

from __future__ import annotations

from attrs import evolve

from orderferry.storage import RunRow, Store, order_ids_at, was_run
from orderferry.storage._statements import insert_many
from orderferry.storage._tables import orders

from ..conftest import NOW

ROW = RunRow(
    run="r1",
    order_id="W1",
    status="New",
    shipment_id=None,
    version="1",
    user=None,
    owner="somebody",
    visited=frozenset({"New"}),
)


def test_all_orders_at_some_statuses_are_found(store: Store) -> None:
    """
    However many there are, each once; others are not.
    """
    template = {
        "revision": 1,
        "came_in": "-",
        "document": "{}",
        "order_type": None,
        "market": None,
        "version": None,
        "saved": NOW,
    }
    statuses = {f"W{number:04}": "Ship" if number % 3 else "New" for number in range(1203)}
    rows = [
        {**template, "id": order_id, "status": status}
        for order_id, status in {**statuses, "W9998": None, "W9999": "Held"}.items()
    ]
    with store.transaction() as batch:
        insert_many(batch.connection, orders, rows)

    assert [f"W{number:04}" for number in range(1203)] == list(order_ids_at(store, ["New", "Ship"]))
    assert 401 == len(list(order_ids_at(store, ["New"])))
    assert [] == list(order_ids_at(store, []))


def test_a_run_is_known_by_order_and_status(store: Store) -> None:
    """
    Whether it has ended or not.
    """
    with store.transaction() as batch:
        batch.runs.begin(ROW)
        batch.runs.begin(evolve(ROW, run="r2", order_id="W2", status="Ship"))
        batch.runs.end("r2", "Success")

    with store.reading() as batch:
        found = [
            (order_id, status)
            for order_id in ("W1", "W2", "W3")
            for status in ("New", "Ship")
            if was_run(batch, order_id, status)
        ]
    assert [("W1", "New"), ("W2", "Ship")] == found
