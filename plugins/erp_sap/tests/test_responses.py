"""
What SAP says when it refuses.
"""

import json
from collections.abc import Mapping

import pytest

from orderferry.errors import Problem
from orderferry_erp_sap._deep_insert import Entry
from orderferry_erp_sap._responses import Refusal, refusal, warnings

ITEMS = (
    Entry(
        entity="A_SalesOrderItem",
        values={"SalesOrderItem": "10", "Material": "TG11", "RequestedQuantityUnit": "PC"},
        line="L1",
    ),
    Entry(
        entity="A_SalesOrderItem",
        values={"SalesOrderItem": "20", "Material": "TG12", "RequestedQuantityUnit": "PC"},
        line="L2",
    ),
)
ROOT = Entry(
    entity="A_SalesOrder",
    values={"SalesOrderType": "OR", "SoldToParty": "17100001"},
    children={"to_Item": ITEMS},
)


def _body(*details: Mapping[str, object], text: str = "Refused", **inner: object) -> bytes:
    error = {
        "code": "V1/100",
        "message": {"lang": "en", "value": text},
        "innererror": {"transactionid": "4FDF37", "errordetails": list(details), **inner},
    }
    return json.dumps({"error": error}).encode()


def _problem(**detail: object) -> Problem:
    (problem,) = refusal(_body({"code": "X/1", "message": "is wrong", **detail}), ROOT).problems
    return problem


def test_the_sentence_has_code_and_transaction() -> None:
    """
    An SAP consultant finds the message by its code and the request by its transaction.
    """
    read = refusal(_body({"code": "V1/200", "message": "Detail"}), ROOT)
    assert read.message == "Refused (V1/100, transaction 4FDF37)"
    assert read.codes == {"V1/100", "V1/200"}


def test_each_error_of_the_details_is_a_problem() -> None:
    """
    Errors become problems, each text once; warnings do not, and the head only where it is alone.
    """
    details = [
        {"code": "V1/1", "message": "First", "severity": "error"},
        {"code": "V1/2", "message": "Second", "severity": "error"},
        {"code": "/IWBEP/CX_MGW_BUSI_EXCEPTION", "message": "First", "severity": "error"},
        {"code": "V1/3", "message": "Careful", "severity": "warning"},
    ]
    read = refusal(_body(*details), ROOT)
    assert [(p.code, p.cause) for p in read.problems] == [("V1/1", "First"), ("V1/2", "Second")]
    alone = refusal(_body(details[3]), ROOT)
    assert [(p.code, p.cause) for p in alone.problems] == [("V1/100", "Refused")]


def test_one_text_about_two_items_is_two_problems() -> None:
    """
    The same sentence counts once for each target, and not again without one.
    """
    details = [
        {"message": "Too long", "target": "to_Item(SalesOrderItem='10')/Material"},
        {"message": "Too long", "target": "to_Item(SalesOrderItem='20')/Material"},
        {"message": "Too long", "target": ""},
    ]
    read = refusal(_body(*details), ROOT)
    assert [problem.line_item_id for problem in read.problems] == ["L1", "L2"]


@pytest.mark.parametrize("wrapped", [True, False])
def test_details_may_stand_in_an_object(wrapped: bool) -> None:
    """
    `errordetails` is a list, or an object with `errordetail`, one or several.
    """
    detail = {"code": "V1/1", "message": "First"}
    details = {"errordetail": [detail] if wrapped else detail}
    read = refusal(_body(errordetails=details), ROOT)
    assert [problem.cause for problem in read.problems] == ["First"]


@pytest.mark.parametrize(
    ("detail", "line", "field", "value"),
    [
        ({"propertyref": "A_SalesOrderType/SoldToParty"}, None, "SoldToParty", "17100001"),
        ({"target": "SoldToParty"}, None, "SoldToParty", "17100001"),
        ({"target": "to_Item(SalesOrderItem='20')/Material"}, "L2", "Material", "TG12"),
        ({"target": "to_Item(SalesOrder='',SalesOrderItem='000010')"}, "L1", None, None),
        ({"target": "to_Item[1]/Material"}, "L2", "Material", "TG12"),
        ({"target": "to_Item[7]/Material"}, None, "Material", None),
        ({"target": "to_Item('20')/RequestedQuantityUnit"}, None, "RequestedQuantityUnit", None),
        ({"message": "Item 000020: material blocked"}, "L2", None, None),
        ({"message": "Item 000090: material blocked"}, None, None, None),
        ({"target": "/#TRANSIENT#"}, None, None, None),
        ({"target": "API_SALES_ORDER_SRV.A_SalesOrder"}, None, None, None),
        ({"message": 'Property "Nope" does not exist in A_SalesOrder'}, None, "Nope", None),
        (
            {"message": "Property 'Material' at offset '133' has invalid value 'TG12'"},
            "L2",
            "Material",
            "TG12",
        ),
        (
            {"message": "Property 'Material' at offset '133' has invalid value 'x'"},
            None,
            "Material",
            "x",
        ),
    ],
)
def test_a_message_is_traced_to_line_and_field(
    detail: Mapping[str, object], line: str | None, field: str | None, value: str | None
) -> None:
    """
    By target, by property reference, or by what the text names; what is ambiguous stays open.
    """
    problem = _problem(**detail)
    assert (line, field, value) == (problem.line_item_id, problem.field, problem.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html><body><h1>Logon\n failed</h1></body></html>", "Logon failed"),
        (b"", ""),
        (b"[1]", "[1]"),
        (b'{"error": "no"}', '{"error": "no"}'),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"[" * 100_000, "[" * 300 + "..."),
    ],
)
def test_what_is_no_refusal_of_sap_is_quoted(content: bytes, message: str) -> None:
    """
    A body of another kind gives its text and no problems.
    """
    assert refusal(content, ROOT) == Refusal(message=message, codes=frozenset(), problems=())


def test_odd_bodies_do_no_harm() -> None:
    """
    Parts of other types than expected are left out.
    """
    read = refusal(
        _body(errordetails=[1, None, {"message": 5}, {"message": {"value": "Text"}}]), ROOT
    )
    assert [problem.cause for problem in read.problems] == ["5", "Text"]
    assert refusal(b'{"error": {"code": 1}}', ROOT).problems[0].cause == "SAP gave no reason"


def test_warnings_of_a_success() -> None:
    """
    The header `sap-message` has warnings beside what is good to know.
    """
    header = {
        "code": "SLS_LORD/033",
        "message": "The document is incomplete",
        "severity": "warning",
        "details": [
            {"message": "Item 10 can not be invoiced", "severity": "info"},
            {"message": "Price missing", "severity": "warning"},
        ],
    }
    expected = ("The document is incomplete", "Price missing")
    assert expected == warnings(json.dumps(header))


@pytest.mark.parametrize("header", [None, "", "<notification/>", "[]", '{"details": 5}'])
def test_no_readable_warnings_are_none(header: str | None) -> None:
    """
    An order that was taken is not lost for a header that cannot be read.
    """
    assert warnings(header) == ()
