"""
Errors and warnings of SAP.
"""

import json
from collections.abc import Mapping

import pytest

from orderferry.errors import Problem
from orderferry_erp_sap._deep_insert import Entry
from orderferry_erp_sap._responses import ErrorResponse, read_error, warnings

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


def _body(*details: Mapping[str, object], text: str = "Rejected", **inner: object) -> bytes:
    error = {
        "code": "V1/100",
        "message": {"lang": "en", "value": text},
        "innererror": {"transactionid": "4FDF37", "errordetails": list(details), **inner},
    }
    return json.dumps({"error": error}).encode()


def _problem(**detail: object) -> Problem:
    (problem,) = read_error(_body({"code": "X/1", "message": "is wrong", **detail}), ROOT).problems
    return problem


def test_the_message_has_code_and_transaction() -> None:
    """
    The message has the code and the id of the transaction, by which it can be looked up.
    """
    response = read_error(_body({"code": "V1/200", "message": "Detail"}), ROOT)
    assert response.message == "Rejected (V1/100, transaction 4FDF37)"
    assert response.codes == {"V1/100", "V1/200"}


def test_each_error_of_the_details_is_a_problem() -> None:
    """
    Each error of the details is one problem, and the head is one where there are none.
    """
    details = [
        {"code": "V1/1", "message": "First", "severity": "error"},
        {"code": "V1/2", "message": "Second", "severity": "error"},
        {"code": "/IWBEP/CX_MGW_BUSI_EXCEPTION", "message": "First", "severity": "error"},
        {"code": "V1/3", "message": "Careful", "severity": "warning"},
    ]
    response = read_error(_body(*details), ROOT)
    assert [(problem.code, problem.cause) for problem in response.problems] == [
        ("V1/1", "First"),
        ("V1/2", "Second"),
    ]
    head = read_error(_body(details[3]), ROOT)
    assert [(problem.code, problem.cause) for problem in head.problems] == [("V1/100", "Rejected")]


def test_one_text_about_two_items_is_two_problems() -> None:
    """
    A text is one problem for each target, and is not repeated without a target.
    """
    details = [
        {"message": "Too long", "target": "to_Item(SalesOrderItem='10')/Material"},
        {"message": "Too long", "target": "to_Item(SalesOrderItem='20')/Material"},
        {"message": "Too long", "target": ""},
    ]
    response = read_error(_body(*details), ROOT)
    assert [problem.line_item_id for problem in response.problems] == ["L1", "L2"]


@pytest.mark.parametrize("is_list", [True, False])
def test_details_may_be_an_object(is_list: bool) -> None:
    """
    The details are read from a list, or from an object with `errordetail`.
    """
    detail = {"code": "V1/1", "message": "First"}
    details = {"errordetail": [detail] if is_list else detail}
    response = read_error(_body(errordetails=details), ROOT)
    assert [problem.cause for problem in response.problems] == ["First"]


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
    A message is traced by its target, property reference or text, unless that is ambiguous.
    """
    problem = _problem(**detail)
    assert line == problem.line_item_id
    assert field == problem.field
    assert value == problem.value


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
def test_another_body_is_quoted(content: bytes, message: str) -> None:
    """
    A body in another format is quoted, and has no problems.
    """
    assert read_error(content, ROOT) == ErrorResponse(
        message=message, codes=frozenset(), problems=()
    )


def test_unexpected_parts_are_ignored() -> None:
    """
    Parts of the details with unexpected types are ignored.
    """
    response = read_error(
        _body(errordetails=[1, None, {"message": 5}, {"message": {"value": "Text"}}]), ROOT
    )
    assert [problem.cause for problem in response.problems] == ["5", "Text"]
    assert read_error(b'{"error": {"code": 1}}', ROOT).problems[0].cause == "no reason given"


def test_warnings_are_read() -> None:
    """
    The warnings of the header `sap-message` are read, and information is not.
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
def test_an_unreadable_header_has_no_warnings(header: str | None) -> None:
    """
    A header that is missing or cannot be read has no warnings.
    """
    assert warnings(header) == ()
