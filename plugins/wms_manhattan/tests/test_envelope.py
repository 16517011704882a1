"""
The envelope decides, so it is read strictly and told whole.
"""

import pytest

from orderferry.errors import Problem
from orderferry_wms_manhattan._envelope import Envelope, read_envelope


@pytest.mark.parametrize(
    "answer",
    [None, [], "yes", {}, {"success": None}, {"success": "true"}, {"success": 1}, {"data": {}}],
)
def test_answer_that_says_neither_yes_nor_no_is_no_envelope(answer: object) -> None:
    """
    Only an object with a boolean `success` says what became of a request.
    """
    assert read_envelope(answer) is None


def test_every_error_message_is_a_problem() -> None:
    """
    Code, field, text and business keys of each message are kept; notes are apart.
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
            Problem(cause="refused without a reason (business keys Order 1; x)"),
        ),
        notes=("Facility is closed on Sunday",),
    )


def test_the_401_that_was_seen_is_read() -> None:
    """
    The one answer that public code shows whole has its message read.
    """
    seen: dict[str, object] = {
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
    envelope = read_envelope(seen)
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
        ({"messages": {"Message": "x"}}, Problem(cause="refused without a reason")),
    ],
)
def test_refusal_without_messages_still_has_a_problem(
    answer: dict[str, object], problem: Problem
) -> None:
    """
    Where there are no messages, what else the envelope says is the reason.
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
    The count of a search stands in the header, as a number or as text.
    """
    envelope = read_envelope({"success": True, "header": header})
    assert envelope is not None
    assert total == envelope.total
