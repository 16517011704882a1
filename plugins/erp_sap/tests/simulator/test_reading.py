"""
The simulator's reading of a posted sales order.
"""

import json

import pytest

from orderferry_erp_sap.simulator._reading import (
    RejectedRequestError,
    error_body,
    read_sales_order,
)

ITEM = {"SalesOrderItem": "10", "Material": "TG11", "RequestedQuantity": "2"}
ORDER = {"SalesOrderType": "OR", "SoldToParty": "17100001", "to_Item": [ITEM]}


def _rejection(**changes: object) -> RejectedRequestError:
    with pytest.raises(RejectedRequestError) as caught:
        read_sales_order(json.dumps({**ORDER, **changes}).encode())
    return caught.value


@pytest.mark.parametrize("items", [[ITEM], {"results": [ITEM]}])
def test_children_are_a_list_or_an_object_with_results(items: object) -> None:
    """
    Both forms of a deep insert are accepted.
    """
    order = read_sales_order(json.dumps({**ORDER, "to_Item": items}).encode())
    assert order["to_Item"] == [ITEM]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"Nope": "1"}, "Property 'Nope' is invalid"),
        ({"CreationDate": "/Date(0)/"}, "Property 'CreationDate' is not creatable"),
        ({"PurchaseOrderByCustomer": "x" * 36}, "has invalid value 'xxx"),
        ({"SoldToParty": 17100001}, "has invalid value '17100001'"),
        ({"RequestedDeliveryDate": "31.01.2025"}, "has invalid value '31.01.2025'"),
        ({"CompleteDeliveryIsDefined": "true"}, "has invalid value 'true'"),
        ({"to_Item": [{**ITEM, "RequestedQuantity": 2}]}, "has invalid value '2'"),
        ({"to_Item": [{**ITEM, "RequestedQuantity": "1.2345"}]}, "has invalid value '1.2345'"),
        ({"to_Item": [{**ITEM, "RequestedQuantity": "1e3"}]}, "has invalid value '1e3'"),
        ({"to_Item": [{**ITEM, "RequestedQuantity": "1" * 13}]}, "has invalid value '111"),
        ({"to_Item": [{**ITEM, "SalesOrderItem": None}]}, "has invalid value 'null'"),
        ({"to_Item": [5]}, "An entity of A_SalesOrderItemType is not an object"),
        ({"to_Item": "none"}, "Navigation 'to_Item' has no collection"),
        ({"to_Item": []}, "The sales order has no items"),
        ({"to_Item": [ITEM, ITEM]}, "Item 000010 appears twice"),
        ({"to_Item": [{**ITEM, "Material": ""}]}, "Item 000010: enter a material"),
        ({"to_Item": [{**ITEM, "RequestedQuantity": "-1"}]}, "Item 000010: enter a quantity"),
        ({"SoldToParty": ""}, "Enter a value for SoldToParty"),
        ({"to_Partner": [{"PartnerFunction": "SH"}] * 2}, "A partner function appears twice"),
        ({"to_Text": [{"Language": "EN", "LongTextID": "TX01"}] * 2}, "A text appears twice"),
    ],
)
def test_an_invalid_sales_order_is_rejected(changes: dict[str, object], text: str) -> None:
    """
    A sales order that breaks the metadata or a business rule is a 400 with the reason.
    """
    error = _rejection(**changes)
    assert error.status == 400
    assert text in str(error)


def test_business_errors_are_reported_together() -> None:
    """
    The body of an error has every message, and repeats the first one at the head.
    """
    error = _rejection(SalesOrderType="", to_Item=[{**ITEM, "Material": ""}])
    body = error_body(error.faults)["error"]
    assert isinstance(body, dict)
    assert body["message"]["value"] == "Enter a value for SalesOrderType"
    texts = [detail["message"] for detail in body["innererror"]["errordetails"]]
    assert texts == ["Enter a value for SalesOrderType", "Item 000010: enter a material"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_not_json_is_rejected(content: bytes) -> None:
    """
    A body that cannot be parsed as JSON is rejected.
    """
    with pytest.raises(RejectedRequestError, match="not JSON"):
        read_sales_order(content)
