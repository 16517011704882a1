"""
Reading the envelope of a response.
"""

import pytest

from orderferry.errors import Problem
from orderferry_wms_manhattan._envelope import Envelope, read_envelope


@pytest.mark.parametrize(
    "answer",
    [None, [], "yes", {}, {"success": None}, {"success": "true"}, {"success": 1}, {"data": {}}],
)
def test_response_without_a_boolean_success_is_no_envelope(answer: object) -> None:
    """
    Only an object with a boolean `success` is an envelope.
    """
    assert read_envelope(answer) is None


def test_every_error_message_is_a_problem() -> None:
    """
    Each error message is a problem with code, field, text and business keys; others are notes.
    """
    messages = [
        {
            "Type": "ERROR",
            "Code": "invalid_item",
            "Description": "Item X does not exist",
            "ErrorField": "ItemId",
            "BusinessKeys": {"OriginalOrderLineId": "2"},
        },
        {"Type": "WARNING", "Description": "Facility is closed on Sunday"},
        {"Type": "ERROR", "ErrorCode": 17, "Description": None},
        {"Type": "FATAL", "BusinessKeys": [{"Order": "1"}, "x"]},
        {"Type": "INFO"},
    ]
    envelope = read_envelope({"success": False, "messages": {"Message": messages, "Size": 5}})
    assert envelope == Envelope(
        success=False,
        problems=(
            Problem(
                code="invalid_item",
                field="ItemId",
                cause="Item X does not exist (business keys OriginalOrderLineId 2)",
            ),
            Problem(code="17", cause="17"),
            Problem(cause="no reason given (business keys Order 1; x)"),
        ),
        notes=("Facility is closed on Sunday",),
    )


def test_documented_401_is_read() -> None:
    """
    The message of the one response that public client code quotes completely is a problem.
    """
    response: dict[str, object] = {
        "success": False,
        "header": None,
        "data": None,
        "messageKey": "error.401",
        "message": "error.401",
        "errors": [],
        "exceptions": None,
        "messages": {
            "Message": [
                {
                    "Type": "ERROR",
                    "Code": "invalid_token",
                    "Description": "Cannot convert access token to JSON",
                    "ErrorCode": None,
                    "ErrorField": None,
                    "BusinessKeys": None,
                }
            ],
            "Size": 1,
        },
    }
    envelope = read_envelope(response)
    assert envelope is not None
    assert (
        Problem(code="invalid_token", cause="Cannot convert access token to JSON"),
    ) == envelope.problems


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"errors": ["no stock"]}, Problem(cause="no stock")),
        ({"errors": [{"message": "no stock"}]}, Problem(cause="no stock")),
        ({"exceptions": {"message": "boom"}}, Problem(cause="boom")),
        ({"message": "nope", "messageKey": "e.1"}, Problem(cause="nope", code="e.1")),
        ({"messageKey": "e.1"}, Problem(cause="e.1", code="e.1")),
        ({"messages": {"Message": "x"}}, Problem(cause="no reason given")),
    ],
)
def test_error_without_messages_is_a_problem(answer: dict[str, object], problem: Problem) -> None:
    """
    Without messages, the other fields of the envelope are the reason.
    """
    envelope = read_envelope({"success": False, **answer})
    assert envelope is not None
    assert (problem,) == envelope.problems


@pytest.mark.parametrize(
    ("header", "total"),
    [({"totalCount": 3}, 3), ({"totalCount": "3"}, 3), ({"totalCount": True}, None), (None, None)],
)
def test_number_of_records_is_read(header: object, total: int | None) -> None:
    """
    The number of records is read from the header, as a number or as text.
    """
    envelope = read_envelope({"success": True, "header": header})
    assert envelope is not None
    assert total == envelope.total
