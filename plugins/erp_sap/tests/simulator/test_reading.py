"""
The simulator's own reading of a posted sales order.
"""

import json

import pytest

from orderferry_erp_sap.simulator._reading import read_sales_order
from orderferry_erp_sap.simulator._refusals import RefusedError, error_body

ITEM = {"SalesOrderItem": "10", "Material": "TG11", "RequestedQuantity": "2"}
ORDER = {"SalesOrderType": "OR", "SoldToParty": "17100001", "to_Item": [ITEM]}


def _refused(**changes: object) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        read_sales_order(json.dumps({**ORDER, **changes}).encode())
    return caught.value


@pytest.mark.parametrize("items", [[ITEM], {"results": [ITEM]}])
def test_children_stand_in_a_list_or_under_results(items: object) -> None:
    """
    SAP takes both forms of a deep insert.
    """
    read = read_sales_order(json.dumps({**ORDER, "to_Item": items}).encode())
    assert read["to_Item"] == [ITEM]


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
        ({"to_Item": [5]}, "An entity of A_SalesOrderItemType is no object"),
        ({"to_Item": "none"}, "Navigation 'to_Item' has no collection"),
        ({"to_Item": []}, "The sales order has no items"),
        ({"to_Item": [ITEM, ITEM]}, "Item 000010 stands twice"),
        ({"to_Item": [{**ITEM, "Material": ""}]}, "Item 000010: enter a material"),
        ({"to_Item": [{**ITEM, "RequestedQuantity": "-1"}]}, "Item 000010: enter a quantity"),
        ({"SoldToParty": ""}, "Enter a value for SoldToParty"),
        ({"to_Partner": [{"PartnerFunction": "SH"}] * 2}, "A partner function stands twice"),
        ({"to_Text": [{"Language": "EN", "LongTextID": "TX01"}] * 2}, "A text stands twice"),
    ],
)
def test_what_breaks_the_metadata_or_the_rules_is_refused(
    changes: dict[str, object], text: str
) -> None:
    """
    Each refusal is a 400 that says what is wrong.
    """
    error = _refused(**changes)
    assert error.status == 400
    assert text in str(error)


def test_business_faults_are_told_together() -> None:
    """
    The body of a refusal has each of them, and the first one at its head.
    """
    error = _refused(SalesOrderType="", to_Item=[{**ITEM, "Material": ""}])
    body = error_body(error.faults)["error"]
    assert isinstance(body, dict)
    assert body["message"]["value"] == "Enter a value for SalesOrderType"
    texts = [detail["message"] for detail in body["innererror"]["errordetails"]]
    assert texts == ["Enter a value for SalesOrderType", "Item 000010: enter a material"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(content: bytes) -> None:
    """
    A body that cannot be parsed is a 400 too.
    """
    with pytest.raises(RefusedError, match="no JSON"):
        read_sales_order(content)
