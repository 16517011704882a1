"""
Tests of requests: what is sent, and what is an error before it is sent.
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
    Return the address of a target that accepts every request.
    """
    httpserver.expect_request("/orders").respond_with_data("{}", content_type="application/json")
    address: str = httpserver.url_for("/orders")
    return address


def last(httpserver: HTTPServer) -> Request:
    """
    Return the last request that the target received.
    """
    request, _ = httpserver.log[-1]
    return request


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "patch", "delete"])
def test_each_method_has_a_shortcut(
    http: BoundClient, httpserver: HTTPServer, url: str, method: str
) -> None:
    """
    A method such as `http.post` is the same as `http.request` with its name.
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
def test_a_request_is_a_write_by_its_method_or_by_its_option(
    http: BoundClient, timeline: Timeline, url: str, method: str, write: bool | None, begun: bool
) -> None:
    """
    A request is a write by its method, unless it says otherwise.
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
def test_parameters_are_the_query(
    http: BoundClient,
    httpserver: HTTPServer,
    url: str,
    params: Mapping[str, object] | Sequence[tuple[str, object]] | None,
    query: str,
) -> None:
    """
    Parameters are percent-encoded in the query, spaces too, because SAP does not accept `+` for a
    space everywhere.
    """
    http.get(url, params=params)

    assert query.encode() == last(httpserver).query_string


def test_parameters_follow_those_of_the_address(
    http: BoundClient, httpserver: HTTPServer, url: str
) -> None:
    """
    Parameters are added to a query in the address, such as `?sap-client=100`.
    """
    http.get(f"{url}?sap-client=100#part", params={"a": "b"})

    assert b"sap-client=100&a=b" == last(httpserver).query_string


def test_a_parameter_of_another_type_is_an_error(http: BoundClient, url: str) -> None:
    """
    A parameter that is neither text, a number nor a boolean is an error.
    """
    with pytest.raises(TypeError, match="a query parameter is text"):
        http.get(url, params={"a": ["b"]})


def test_json_is_written_with_exact_numbers(
    http: BoundClient, httpserver: HTTPServer, url: str
) -> None:
    """
    A `Decimal` is written to JSON exactly, also if a float could not represent it.
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
def test_a_number_that_json_cannot_represent_is_an_error(
    http: BoundClient, httpserver: HTTPServer, url: str, value: object
) -> None:
    """
    A number that JSON cannot represent is an error.
    """
    with pytest.raises(ValueError, match=r"JSON cannot represent .* @ \$\.lines\[1\]\.price"):
        http.post(url, json={"lines": [{"price": 1}, {"price": value}]})

    assert 0 == len(httpserver.log)


def test_a_form_is_url_encoded(http: BoundClient, httpserver: HTTPServer, url: str) -> None:
    """
    A form is URL-encoded, as a browser sends it.
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
    Text is sent as UTF-8, and bytes as they are, without a media type.
    """
    http.post(url, content=content, headers={"content-type": "text/xml"})

    request = last(httpserver)
    assert ("\u00d8".encode(), "text/xml") == (request.data, request.headers["Content-Type"])


def test_two_bodies_are_an_error(http: BoundClient, url: str) -> None:
    """
    A request with two bodies is an error.
    """
    with pytest.raises(TypeError, match="a request has one body"):
        http.post(url, content="a", json={})


def test_a_request_has_a_user_agent(httpserver: HTTPServer, url: str) -> None:
    """
    A request has the client's `User-Agent` unless it has one of its own.
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
def test_an_invalid_header_field_is_an_error(
    http: BoundClient, httpserver: HTTPServer, url: str, headers: dict[str, str], message: str
) -> None:
    """
    An invalid header field is an error that does not show its value.
    """
    with pytest.raises(ValueError, match=message) as caught:
        http.post(url, headers=headers)

    assert "Evil" not in str(caught.value)
    assert 0 == len(httpserver.log)


def test_a_header_value_that_is_not_text_is_an_error(http: BoundClient, url: str) -> None:
    """
    A header value that is not text is an error.
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
def test_an_invalid_address_is_an_error(http: BoundClient, address: str, message: str) -> None:
    """
    An invalid address is an error that names the reason, and shows no password.
    """
    with pytest.raises(ValueError, match=message) as caught:
        http.get(address)

    assert "geheim" not in str(caught.value)


def test_two_kinds_of_authentication_are_an_error(http: BoundClient, url: str) -> None:
    """
    A request with an `Authorization` header and `auth=` is an error.
    """
    with pytest.raises(ValueError, match="an Authorization header and auth="):
        http.get(url, headers={"authorization": "x"}, auth=BasicAuth("u", Secret("geheim-1234")))


def test_a_status_that_is_accepted_is_returned(http: BoundClient, httpserver: HTTPServer) -> None:
    """
    A response whose status is accepted is returned; others raise an error.
    """
    httpserver.expect_request("/orders").respond_with_data("why", status=400)
    url = httpserver.url_for("/orders")

    assert "why" == http.post(url, accept=(201, 400)).text
    with pytest.raises(RejectedError, match="answered 400 Bad Request: why"):
        http.post(url)
