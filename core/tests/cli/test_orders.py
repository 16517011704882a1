"""
Tests of `orderferry orders`.
"""

from __future__ import annotations

import pytest

from .conftest import Workplace


@pytest.fixture
def saved(stored: Workplace) -> Workplace:
    """
    The target rejected A1, and accepted A2.
    """
    stored.configure({"does": "reject"})
    stored.call("run", "--status", "New", stored.order("A1", marketId="NOR", versionId=3))
    stored.configure({})
    stored.call("run", "--status", "New", stored.order("A2", orderType="Online"))
    return stored


def test_json_has_an_object_an_order(saved: Workplace) -> None:
    """
    Each order is an object that includes the number of its open errors.
    """
    first, second = saved.call("orders", "list", "--json").json()

    assert {
        "id": "A1",
        "orderType": None,
        "status": "New",
        "marketId": "NOR",
        "versionId": "3",
        "errors": 1,
        "saved": first["saved"],
    } == first
    assert "A2" == second["id"]
    assert "Online" == second["orderType"]
    assert 0 == second["errors"]


@pytest.mark.parametrize(
    ("arguments", "orders"),
    [
        (("--status", "New"), "A1 A2"),
        (("--status", "Ship"), ""),
        (("--type", "Online"), "A2"),
        (("--market", "NOR"), "A1"),
        (("--errors",), "A1"),
        (("--limit", "1"), "A2"),
    ],
)
def test_orders_are_filtered(saved: Workplace, arguments: tuple[str, ...], orders: str) -> None:
    """
    Each option restricts the list, and --limit keeps the orders that were saved last.
    """
    listed = saved.call("orders", "list", "--json", *arguments).json()

    assert orders.split() == [order["id"] for order in listed]


def test_omitted_orders_are_counted(saved: Workplace) -> None:
    """
    The number of omitted orders is printed on standard error.
    """
    ran = saved.call("orders", "list", "--limit", "1")

    assert ["A2", "Online", "New"] == ran.text.splitlines()[2].split()[:3]
    assert "Earlier orders not shown: 1. Use --limit to show more.\n" == ran.err
    assert "No matching orders.\n" == saved.call("orders", "list", "--status", "X").text


def test_an_order_is_shown_as_its_document(saved: Workplace) -> None:
    """
    The document includes the stored errors and history.
    """
    order = saved.call("orders", "show", "A1", "--json").json()

    assert "A1" == order["id"]
    assert "New" == order["status"]
    assert "NOR" == order["marketId"]
    assert 3 == order["versionId"]
    assert ["acme/default"] == [error["referenceId"] for error in order["errors"]]
    assert "rejected" == order["history"][-1]["state"]


def test_exports_errors_and_history_are_printed(saved: Workplace) -> None:
    """
    Exports, errors and history are printed in this order.
    """
    text = saved.call("orders", "show", "A1").text

    assert "order A1, at status New, market NOR, version 3" == text.splitlines()[0]
    places = [text.index(part) for part in ("acme/default", "Errors", "History", "entered New")]
    assert sorted(places) == places
    assert "ExportOrder acme/default: the target said no" in text


def test_an_order_without_errors_has_no_such_part(saved: Workplace) -> None:
    """
    An order without errors has no section for them, and an empty list in JSON.
    """
    assert "Errors" not in saved.call("orders", "show", "A2").text
    assert [] == saved.call("orders", "show", "A2", "--json").json()["errors"]


def test_an_unknown_order_is_wrong_usage(saved: Workplace) -> None:
    """
    An unknown order is exit code 2, and the message names it.
    """
    ran = saved.call("orders", "show", "A9")

    assert 2 == ran.code
    assert "Error: there is no order A9\n" == ran.err
