"""
Tests of the errors for statuses, of writes and of reads.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytest_httpserver import HTTPServer

from orderferry.connectors.http import BoundClient, Headers, Response, error_for
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    RejectedError,
    ThrottledError,
    TransientError,
    UnknownOutcomeError,
)

STATUSES = [
    (301, TransientError, TransientError),
    (304, TransientError, TransientError),
    (400, RejectedError, RejectedError),
    (401, AuthenticationError, AuthenticationError),
    (403, AuthenticationError, AuthenticationError),
    (404, RejectedError, RejectedError),
    (407, AuthenticationError, AuthenticationError),
    (408, TransientError, TransientError),
    (409, RejectedError, RejectedError),
    (413, RejectedError, RejectedError),
    (421, TransientError, TransientError),
    (422, RejectedError, RejectedError),
    (425, TransientError, TransientError),
    (429, ThrottledError, ThrottledError),
    (500, UnknownOutcomeError, TransientError),
    (501, UnknownOutcomeError, TransientError),
    (502, UnknownOutcomeError, TransientError),
    (503, TransientError, TransientError),
    (504, UnknownOutcomeError, TransientError),
    (599, UnknownOutcomeError, TransientError),
]


@pytest.mark.parametrize(("status", "after_write", "after_read"), STATUSES)
def test_a_status_is_one_error(
    http: BoundClient,
    httpserver: HTTPServer,
    status: int,
    after_write: type[ExportError],
    after_read: type[ExportError],
) -> None:
    """
    A status is one type of error, with the method, address and status in the message.
    """
    httpserver.expect_request("/orders").respond_with_data("because", status=status)
    url = httpserver.url_for("/orders")

    with pytest.raises(ExportError) as write:
        http.post(url, params={"q": "1"})
    with pytest.raises(ExportError) as read:
        http.get(url)

    assert (after_write, after_read) == (write.type, read.type)
    assert f"POST {url} answered {status} " in str(write.value)


def test_a_message_contains_the_body() -> None:
    """
    A message contains the body on one line, cut at 300 characters.
    """
    response = Response(status=400, content=b"line 1:\n  " + b"x" * 400, url="http://wms.example/")

    message = str(error_for(response))

    assert message.startswith("GET http://wms.example/ answered 400 Bad Request: line 1: xxx")
    assert message.endswith("xxx...")
    assert 370 > len(message)


def test_a_message_does_not_contain_an_html_page() -> None:
    """
    A message does not contain an HTML page.
    """
    response = Response(
        status=502, content=b"<html>", headers={"Content-Type": "text/html; charset=utf-8"}
    )

    assert str(error_for(response)).endswith("502 Bad Gateway: an HTML page")


def test_a_connector_may_decide_whether_it_was_a_write() -> None:
    """
    A connector may decide whether a request was a write, such as a POST that only searches.
    """
    response = Response(status=500, method="POST", write=True)

    assert UnknownOutcomeError is type(error_for(response))
    assert TransientError is type(error_for(response, write=False))


RECEIVED = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120.0),
        ({"Retry-After": " 1.5 "}, 1.5),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "Tue, 24 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"Retry-After": "Tuesday, 24-Nov-26 12:00:30 GMT"}, 30.0),
        (
            {
                "Retry-After": "Tue, 24 Nov 2026 14:00:30 GMT",
                "Date": "Tue, 24 Nov 2026 14:00:20 GMT",
            },
            10.0,
        ),
        ({"Retry-After": "Tue, 24 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "9" * 400}, None),
        ({"Retry-After": "Tue, 24 Nov 2026 12:00:30 -0000"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(
    headers: dict[str, str], seconds: float | None
) -> None:
    """
    The header field `Retry-After` is read as seconds or as a date, by the clock of the response
    (RFC 9110, section 10.2.3).
    """
    response = Response(status=429, headers=Headers(headers), received=RECEIVED)

    error = error_for(response)

    assert isinstance(error, ThrottledError)
    assert seconds == error.retry_after


def test_unavailable_with_a_time_is_throttling() -> None:
    """
    The status 503 with `Retry-After` is a `ThrottledError`, and without it transient.
    """
    response = Response(status=503, headers={"Retry-After": "7"}, write=True)

    error = error_for(response)

    assert isinstance(error, ThrottledError)
    assert 7.0 == error.retry_after
