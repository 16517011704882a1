"""
Lists of orders and exports.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from orderferry.connectors import ExportResult, ExportState
from orderferry.exports import Failure, Operation, SetError, SetStatus, SkipCause
from orderferry.orders import EntityError, ErrorStatus, Order, Severity
from orderferry.storage import (
    ExportFilter,
    OrderFilter,
    Store,
    count_exports,
    count_orders,
    list_exports,
    list_orders,
)

from ..conftest import NOW, MakeExport

LIMITS = {ExportState.QUEUED: 60.0, ExportState.UNKNOWN: 3600.0}


def save(store: Store, order: Order, minutes: int = 0) -> None:
    """
    Save an order so many minutes after the beginning.
    """
    with store.transaction() as batch:
        batch.orders.save(order, revision=0, came_in="-", now=NOW + timedelta(minutes=minutes))


@pytest.fixture
def orders(store: Store) -> Store:
    """
    Three orders, of which B has an open error and an old one that was settled.
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


def test_an_order_is_shown_with_its_open_errors(orders: Store) -> None:
    """
    The rest is as it was saved last.
    """
    with orders.transaction() as batch:
        batch.orders.apply("C", [SetStatus("Held")])

    c, _, b = list_orders(orders, OrderFilter())

    assert ("C", "Online", "Held", "NOR", "7", 0, NOW + timedelta(minutes=1)) == (
        c.id,
        c.order_type,
        c.status,
        c.market,
        c.version,
        c.open_errors,
        c.saved,
    )
    assert ("B", None, None, 1) == (b.id, b.market, b.version, b.open_errors)


@pytest.mark.parametrize(
    ("wanted", "ids"),
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
def test_orders_are_listed_by_what_is_asked(
    orders: Store, wanted: dict[str, Any], ids: str
) -> None:
    """
    In the order in which they were saved; a limit leaves the last.
    """
    found = list_orders(orders, OrderFilter(**wanted))

    assert ids == "".join(each.id for each in found)


def test_orders_are_counted_whatever_the_limit(orders: Store) -> None:
    """
    So that a list can say how many it leaves out.
    """
    assert 2 == count_orders(orders, OrderFilter(status="New", limit=1))


def test_an_export_is_shown_without_what_it_sends(store: Store, make_export: MakeExport) -> None:
    """
    All the rest is there.
    """
    export = make_export(
        order=Order(id="W1", customer_name="Name"),
        state=ExportState.SKIPPED,
        results=(ExportResult({"order": "R1"}),),
        failure=Failure(type="TransientError", message="away"),
        attempts=2,
        due=NOW,
        unsettled=True,
        reason="superseded",
        skip=SkipCause.SUPERSEDED,
    )
    store.add([export])

    (found,) = list_exports(store, ExportFilter())

    assert evolve(export, order=Order(id="W1")) == found


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({}, "12345"),
        ({"order_id": "W1"}, "1"),
        ({"connector": "wms"}, "45"),
        ({"connector": "wms", "connector_id": "east"}, "5"),
        ({"operation": Operation.ORDER_SAVED}, "4"),
        ({"states": frozenset({ExportState.DEAD, ExportState.UNKNOWN})}, "23"),
        ({"since": NOW + timedelta(minutes=3)}, "345"),
        ({"limit": 2}, "45"),
        ({"overdue_at": NOW + timedelta(minutes=2), "age_limits": LIMITS}, "1"),
        ({"overdue_at": NOW + timedelta(hours=3), "age_limits": LIMITS}, "1345"),
        ({"overdue_at": NOW + timedelta(hours=3)}, ""),
    ],
)
def test_exports_are_listed_by_what_is_asked(
    store: Store, make_export: MakeExport, wanted: dict[str, Any], ids: str
) -> None:
    """
    In the order in which they were made; a limit leaves the last, and no age limit is no lateness.
    """
    given: list[dict[str, Any]] = [
        {},
        {"state": ExportState.DEAD},
        {"state": ExportState.UNKNOWN},
        {"connector": "wms", "operation": Operation.ORDER_SAVED},
        {"connector": "wms", "connector_id": "east"},
    ]
    made = [
        make_export(order_id=f"W{n}", changed=NOW + timedelta(minutes=n), **each)
        for n, each in enumerate(given, 1)
    ]
    made[0] = evolve(made[0], changed=NOW)
    store.add(made)

    found = list_exports(store, ExportFilter(**wanted))

    assert ids == "".join(each.key.order_id[1:] for each in found)
    assert 0 < count_exports(store, ExportFilter(**wanted)) or not ids
