"""
OData queries of the simulator's sales orders.
"""

import pytest

from orderferry_erp_sap.simulator._orders import query
from orderferry_erp_sap.simulator._reading import Entity, RejectedRequestError

ORDERS: list[Entity] = [
    {"SalesOrder": "1", "PurchaseOrderByCustomer": "it's", "SoldToParty": "A"},
    {"SalesOrder": "3", "PurchaseOrderByCustomer": "it's", "SoldToParty": "B"},
    {"SalesOrder": "2", "PurchaseOrderByCustomer": "it's", "SoldToParty": "A"},
    {"SalesOrder": "4", "PurchaseOrderByCustomer": "x' or 'a' eq 'a", "SoldToParty": "A"},
]


def _find(**options: str) -> list[object]:
    named = {f"${name}": value for name, value in options.items()}
    return [order["SalesOrder"] for order in query(ORDERS, named)]


def test_a_filter_compares_literals() -> None:
    """
    A filter compares properties with literals, in which a doubled quote is one quote.
    """
    assert _find(filter="PurchaseOrderByCustomer eq 'it''s' and SoldToParty eq 'A'") == ["1", "2"]
    assert _find(filter="PurchaseOrderByCustomer eq 'x'' or ''a'' eq ''a'") == ["4"]
    assert _find(filter="SoldToParty eq 'C'") == []
    assert _find() == ["1", "3", "2", "4"]


def test_results_are_sorted_and_limited() -> None:
    """
    `$orderby` sorts in both directions, and `$top` limits the number of results.
    """
    assert _find(orderby="SalesOrder", top="2") == ["1", "2"]
    assert _find(orderby="SalesOrder desc", top="1") == ["4"]


def test_only_selected_fields_are_returned() -> None:
    """
    `$select` names the fields of the results.
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
def test_an_option_that_cannot_be_parsed_is_rejected(options: dict[str, str]) -> None:
    """
    A filter with a quote that is not doubled is an error, not an empty result.
    """
    with pytest.raises(RejectedRequestError):
        query(ORDERS, options)
