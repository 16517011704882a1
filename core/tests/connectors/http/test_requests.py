"""
What is sent, and what is refused before it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request

from orderferry.connectors import Secret
from orderferry.connectors._timeline import Timeline
from orderferry.connectors.http import BasicAuth, BoundClient, Client
from orderferry.errors import RejectedError


@pytest.fixture
def url(httpserver: HTTPServer) -> str:
    """
    A target that takes whatever comes.
    """
    httpserver.expect_request("/orders").respond_with_data("{}", content_type="application/json")
    address: str = httpserver.url_for("/orders")
    return address


def last(httpserver: HTTPServer) -> Request:
    """
    The last request that came.
    """
    request, _ = httpserver.log[-1]
    return request


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "patch", "delete"])
def test_each_method_has_a_function(
    http: BoundClient, httpserver: HTTPServer, url: str, method: str
) -> None:
    """
    `http.post(...)` is `http.request("POST", ...)`.
    """
    response = getattr(http, method)(url)

    assert method.upper() == last(httpserver).method == response.method


@pytest.mark.parametrize(
    ("method", "write", "begun"),
    [
        ("GET", None, False),
        ("HEAD", None, False),
        ("OPTIONS", None, False),
        ("post", None, True),
        ("PUT", None, True),
        ("PATCH", None, True),
        ("DELETE", None, True),
        ("POST", False, False),
        ("GET", True, True),
    ],
)
def test_a_request_is_a_write_by_its_method_or_as_told(
    http: BoundClient, timeline: Timeline, url: str, method: str, write: bool | None, begun: bool
) -> None:
    """
    A search by POST changes nothing; some targets write on GET.
    """
    http.request(method, url, write=write)

    assert begun == timeline.begun


@pytest.mark.parametrize(
    ("params", "query"),
    [
        ({"$filter": "Code eq 'A B&C'"}, "$filter=Code%20eq%20%27A%20B%26C%27"),
        ([("a", 1), ("a", Decimal("1.10"))], "a=1&a=1.10"),
        ({"on": True, "off": False, "none": None}, "on=true&off=false"),
        ({"text": "\u00f8/?#"}, "text=%C3%B8%2F%3F%23"),
        ({}, ""),
        (None, ""),
    ],
)
def test_parameters_become_the_query(
    http: BoundClient,
    httpserver: HTTPServer,
    url: str,
    params: Mapping[str, object] | Sequence[tuple[str, object]] | None,
    query: str,
) -> None:
    """
    Percent-encoded, spaces too: SAP does not take `+` for a space everywhere.
    """
    http.get(url, params=params)

    assert query.encode() == last(httpserver).query_string


def test_parameters_follow_those_of_the_address(
    http: BoundClient, httpserver: HTTPServer, url: str
) -> None:
    """
    A base URL may have a query, such as `?sap-client=100`.
    """
    http.get(f"{url}?sap-client=100#part", params={"a": "b"})

    assert b"sap-client=100&a=b" == last(httpserver).query_string


def test_a_parameter_of_another_type_is_refused(http: BoundClient, url: str) -> None:
    """
    Its text would be anything.
    """
    with pytest.raises(TypeError, match="a query parameter is text"):
        http.get(url, params={"a": ["b"]})


def test_json_is_written_with_exact_numbers(
    http: BoundClient, httpserver: HTTPServer, url: str
) -> None:
    """
    A `Decimal` stays as it is, also where a float would not hold it.
    """
    http.post(
        url, json={"price": Decimal("12345678901234567890.10"), "names": ["\u00d8"], "no": None}
    )

    request = last(httpserver)
    assert '{"price":12345678901234567890.10,"names":["\u00d8"],"no":null}'.encode() == request.data
    assert "application/json" == request.headers["Content-Type"]


@pytest.mark.parametrize(
    "value", [Decimal("NaN"), float("nan"), float("inf"), Decimal("-Infinity")]
)
def test_a_number_that_json_cannot_hold_is_refused(
    http: BoundClient, httpserver: HTTPServer, url: str, value: object
) -> None:
    """
    It would be sent as null, or as no JSON at all.
    """
    with pytest.raises(ValueError, match=r"JSON cannot represent .* @ \$\.lines\[1\]\.price"):
        http.post(url, json={"lines": [{"price": 1}, {"price": value}]})

    assert 0 == len(httpserver.log)


def test_a_form_is_url_encoded(http: BoundClient, httpserver: HTTPServer, url: str) -> None:
    """
    As a browser sends it.
    """
    http.post(url, form={"a b": "\u00d8&="})

    request = last(httpserver)
    assert {"a b": "\u00d8&="} == request.form.to_dict()
    assert "application/x-www-form-urlencoded" == request.headers["Content-Type"]


@pytest.mark.parametrize("content", ["\u00d8", "\u00d8".encode()])
def test_text_is_sent_as_utf_8_and_bytes_as_they_are(
    http: BoundClient, httpserver: HTTPServer, url: str, content: str | bytes
) -> None:
    """
    The media type is the connector's to say.
    """
    http.post(url, content=content, headers={"content-type": "text/xml"})

    request = last(httpserver)
    assert ("\u00d8".encode(), "text/xml") == (request.data, request.headers["Content-Type"])


def test_two_bodies_are_refused(http: BoundClient, url: str) -> None:
    """
    One of them would be lost.
    """
    with pytest.raises(TypeError, match="a request has one body"):
        http.post(url, content="a", json={})


def test_a_request_names_us(httpserver: HTTPServer, url: str) -> None:
    """
    An operator of the target wants to know who sends; the connector's own name wins.
    """
    with Client(environment={}, user_agent="orderferry/1") as client:
        client.bind().get(url)
        ours = last(httpserver).headers["User-Agent"]
        client.bind().get(url, headers={"user-agent": "acme/2", "accept-encoding": "identity"})
        theirs = last(httpserver).headers

    assert ("orderferry/1", "acme/2") == (ours, theirs["User-Agent"])
    assert "identity" == theirs["Accept-Encoding"]


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"X-Order": "W1\r\nX-Evil: 1"}, "header X-Order contains a control character"),
        ({"X-Order": "\u5317"}, "header X-Order contains a control character, or one outside"),
        ({"X Order": "W1"}, "'X Order' is not a valid name of a header field"),
    ],
)
def test_header_fields_that_cannot_be_sent_are_refused(
    http: BoundClient, httpserver: HTTPServer, url: str, headers: dict[str, str], message: str
) -> None:
    """
    An order's text in a header field must not become another one; the value is not shown.
    """
    with pytest.raises(ValueError, match=message) as caught:
        http.post(url, headers=headers)

    assert "Evil" not in str(caught.value)
    assert 0 == len(httpserver.log)


def test_a_header_value_that_is_no_text_is_refused(http: BoundClient, url: str) -> None:
    """
    Its text would be anything.
    """
    with pytest.raises(ValueError, match="header X-Order is int, not text"):
        http.get(url, headers={"X-Order": 1})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("wms.example/orders", "'wms.example/orders' must begin with http:// or https://"),
        ("ftp://wms.example/", "must begin with http:// or https:// and a host"),
        ("http:///orders", "must begin with http:// or https:// and a host"),
        ("http://wms.example:port/", "is invalid"),
        ("http://user:geheim-1234@wms.example/", "of wms.example contains credentials"),
        ("://user:geheim-1234@", "the address must begin with"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(
    http: BoundClient, address: str, message: str
) -> None:
    """
    With what is wrong, and without the password that may stand in it.
    """
    with pytest.raises(ValueError, match=message) as caught:
        http.get(address)

    assert "geheim" not in str(caught.value)


def test_two_ways_to_sign_in_are_refused(http: BoundClient, url: str) -> None:
    """
    One of them would be lost.
    """
    with pytest.raises(ValueError, match="an Authorization header and auth="):
        http.get(url, headers={"authorization": "x"}, auth=BasicAuth("u", Secret("geheim-1234")))


def test_a_status_that_is_accepted_is_returned(http: BoundClient, httpserver: HTTPServer) -> None:
    """
    A connector that reads a refusal's body takes the status; others raise.
    """
    httpserver.expect_request("/orders").respond_with_data("why", status=400)
    url = httpserver.url_for("/orders")

    assert "why" == http.post(url, accept=(201, 400)).text
    with pytest.raises(RejectedError, match="answered 400 Bad Request: why"):
        http.post(url)
