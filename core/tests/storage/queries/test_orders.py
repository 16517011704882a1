"""
Lists of orders, their ids by status, and whether a workflow has run for an order.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from orderferry.exports import SetError, SetStatus
from orderferry.orders import EntityError, ErrorStatus, Order, Severity
from orderferry.storage import (
    OrderFilter,
    OrderSummary,
    RunRow,
    Store,
    count_orders,
    list_orders,
    order_ids_at,
    was_run,
)
from orderferry.storage._statements import insert_many
from orderferry.storage._tables import orders as order_table

from ..conftest import NOW

ROW = RunRow(
    run="r1",
    order_id="W1",
    status="New",
    shipment_id=None,
    version="1",
    user=None,
    owner="process",
    visited=frozenset({"New"}),
)


def save(store: Store, order: Order, minutes: int = 0) -> None:
    """
    Save an order at a number of minutes after `NOW`.
    """
    with store.transaction() as batch:
        batch.orders.save(order, revision=0, came_in="-", now=NOW + timedelta(minutes=minutes))


@pytest.fixture
def orders(store: Store) -> Store:
    """
    Three stored orders, of which B has an open error and a solved one.
    """
    save(store, Order(id="C", order_type="Online", status="New", market_id="NOR", version_id=7), 1)
    save(store, Order(id="A", order_type="Shop", status="Ship", market_id="SWE"), 2)
    save(store, Order(id="B", order_type="Online", status="New"), 3)
    error = EntityError(
        key="ExportOrder", message="no", severity=Severity.ERROR, occurred=NOW, reference_id="sap"
    )
    with store.transaction() as batch:
        batch.orders.apply(
            "B", [SetError(evolve(error, status=ErrorStatus.SOLVED)), SetError(error)]
        )
    return store


def test_orders_are_listed_with_their_open_errors(orders: Store) -> None:
    """
    A listed order has its present status and the number of its open errors.
    """
    with orders.transaction() as batch:
        batch.orders.apply("C", [SetStatus("Held")])

    first, _, last = list_orders(orders, OrderFilter())

    expected = OrderSummary(
        id="C",
        order_type="Online",
        status="Held",
        market="NOR",
        version="7",
        open_errors=0,
        saved=NOW + timedelta(minutes=1),
    )
    assert expected == first
    expected = OrderSummary(
        id="B",
        order_type="Online",
        status="New",
        market=None,
        version=None,
        open_errors=1,
        saved=NOW + timedelta(minutes=3),
    )
    assert expected == last


@pytest.mark.parametrize(
    ("conditions", "ids"),
    [
        ({}, "CAB"),
        ({"status": "New"}, "CB"),
        ({"order_type": "Shop"}, "A"),
        ({"market": "NOR"}, "C"),
        ({"with_errors": True}, "B"),
        ({"status": "New", "market": "SWE"}, ""),
        ({"limit": 2}, "AB"),
        ({"limit": 0}, ""),
    ],
)
def test_orders_are_listed_by_a_filter(orders: Store, conditions: dict[str, Any], ids: str) -> None:
    """
    A filter selects orders, sorted by the time of their save; a limit selects the last of them.
    """
    listed = list_orders(orders, OrderFilter(**conditions))

    assert ids == "".join(order.id for order in listed)


def test_orders_are_counted_without_the_limit(orders: Store) -> None:
    """
    A count ignores the limit, so that a list can say how many orders it leaves out.
    """
    assert 2 == count_orders(orders, OrderFilter(status="New", limit=1))


def test_ids_of_orders_are_found_by_status(store: Store) -> None:
    """
    The ids of orders with one of some statuses are returned once each, even if they are thousands.
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
        insert_many(batch.connection, order_table, rows)

    assert [f"W{number:04}" for number in range(1203)] == list(order_ids_at(store, ["New", "Ship"]))
    assert 401 == len(list(order_ids_at(store, ["New"])))
    assert [] == list(order_ids_at(store, []))


def test_a_run_is_found_by_order_and_status(store: Store) -> None:
    """
    A run of a status's workflow is found, whether it is in progress or has ended.
    """
    with store.transaction() as batch:
        batch.runs.begin(ROW)
        batch.runs.begin(evolve(ROW, run="r2", order_id="W2", status="Ship"))
        batch.runs.end("r2", "Success")

    with store.reading() as batch:
        runs = [
            (order_id, status)
            for order_id in ("W1", "W2", "W3")
            for status in ("New", "Ship")
            if was_run(batch, order_id, status)
        ]
    assert [("W1", "New"), ("W2", "Ship")] == runs
