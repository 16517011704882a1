"""
The simulator's query options.
"""

import pytest

from orderferry_erp_sap.simulator._queries import query
from orderferry_erp_sap.simulator._reading import Entity
from orderferry_erp_sap.simulator._refusals import RefusedError

ORDERS: list[Entity] = [
    {"SalesOrder": "1", "PurchaseOrderByCustomer": "it's", "SoldToParty": "A"},
    {"SalesOrder": "3", "PurchaseOrderByCustomer": "it's", "SoldToParty": "B"},
    {"SalesOrder": "2", "PurchaseOrderByCustomer": "it's", "SoldToParty": "A"},
    {"SalesOrder": "4", "PurchaseOrderByCustomer": "x' or 'a' eq 'a", "SoldToParty": "A"},
]


def _found(**options: str) -> list[object]:
    named = {f"${name}": value for name, value in options.items()}
    return [order["SalesOrder"] for order in query(ORDERS, named)]


def test_a_filter_compares_literals() -> None:
    """
    A doubled quote is one quote of the text.
    """
    assert _found(filter="PurchaseOrderByCustomer eq 'it''s' and SoldToParty eq 'A'") == ["1", "2"]
    assert _found(filter="PurchaseOrderByCustomer eq 'x'' or ''a'' eq ''a'") == ["4"]
    assert _found(filter="SoldToParty eq 'C'") == []
    assert _found() == ["1", "3", "2", "4"]


def test_order_and_number_of_results() -> None:
    """
    `$orderby` sorts either way, `$top` cuts.
    """
    assert _found(orderby="SalesOrder", top="2") == ["1", "2"]
    assert _found(orderby="SalesOrder desc", top="1") == ["4"]


def test_selected_fields_only() -> None:
    """
    `$select` names what comes back.
    """
    assert query(ORDERS[:1], {"$select": "SoldToParty"}) == [{"SoldToParty": "A"}]


@pytest.mark.parametrize(
    "options",
    [
        {"$filter": "PurchaseOrderByCustomer eq 'it's'"},
        {"$filter": "SoldToParty ne 'A'"},
        {"$filter": "SoldToParty eq A"},
        {"$filter": "SoldToParty eq 'A' and"},
        {"$filter": "SoldToParty eq 'A' or SoldToParty eq 'B'"},
        {"$filter": "(SoldToParty eq 'A')"},
        {"$top": "many"},
    ],
)
def test_what_cannot_be_understood_is_refused(options: dict[str, str]) -> None:
    """
    A filter with a quote that was not doubled finds nothing by accident.
    """
    with pytest.raises(RefusedError):
        query(ORDERS, options)
