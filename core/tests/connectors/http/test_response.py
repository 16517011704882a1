"""
Tests of `orderferry.connectors.http.Response`.
"""

from __future__ import annotations

import gzip
import zlib
from decimal import Decimal

import pytest
from pytest_httpserver import HTTPServer

from orderferry.connectors.http import BoundClient, Headers, Response
from orderferry.errors import TransientError, UnknownOutcomeError


def test_json_numbers_are_exact() -> None:
    """
    A number in JSON is read as an exact `Decimal`.
    """
    response = Response(status=200, content=b'{"price": 12345678901234567890.10, "count": 3}')

    assert {"price": Decimal("12345678901234567890.10"), "count": 3} == response.json()


def test_a_byte_order_mark_is_ignored() -> None:
    """
    A byte order mark before JSON is ignored (RFC 8259, section 8.1).
    """
    assert {} == Response(status=200, content=b"\xef\xbb\xbf{}").json()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>", "answered with invalid JSON"),
        (b"", "answered with an empty body, status 201"),
        (b'{"a": NaN}', "answered with invalid JSON"),
        (b"[" * 100_000, "answered with invalid JSON"),
        (b'"\xff"', "answered with invalid JSON"),
    ],
)
@pytest.mark.parametrize(("write", "error"), [(True, UnknownOutcomeError), (False, TransientError)])
def test_a_body_that_is_not_json_is_an_error(
    content: bytes, message: str, write: bool, error: type[Exception]
) -> None:
    """
    A body that is not JSON is an unknown outcome after a write, and transient after a read.
    """
    response = Response(
        status=201, content=content, method="POST", url="http://wms.example/orders?a", write=write
    )

    with pytest.raises(error, match=f"POST http://wms.example/orders {message}"):
        response.json()


@pytest.mark.parametrize(
    ("content", "media_type", "text"),
    [
        ("\u00d8".encode(), "text/plain", "\u00d8"),
        ("\u00d8".encode("latin-1"), "text/plain; charset=iso-8859-1", "\u00d8"),
        ("\u00d8".encode(), 'text/plain; charset="no-such"', "\u00d8"),
        (b"\xff", "text/plain", "\ufffd"),
        (b"x", "", "x"),
    ],
)
def test_text_is_decoded_by_its_charset(content: bytes, media_type: str, text: str) -> None:
    """
    Text is decoded by its charset, or as UTF-8 if that is missing or unknown.
    """
    response = Response(status=200, content=content, headers={"Content-Type": media_type})

    assert text == response.text


def test_the_media_type_has_no_parameters() -> None:
    """
    The media type has no parameters, and is in lower case (RFC 9110, section 8.3.1).
    """
    response = Response(status=200, headers={"content-type": "Application/JSON;charset=utf-8"})

    assert "application/json" == response.media_type


def test_header_fields_are_found_in_any_case(http: BoundClient, httpserver: HTTPServer) -> None:
    """
    A header field is found by its name in any case, with all values of a repeated one.
    """
    headers = [("X-CSRF-Token", "abc"), ("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2=3")]
    httpserver.expect_request("/").respond_with_data("", headers=headers)

    response = http.get(httpserver.url_for("/"))

    assert "abc" == response.headers["x-csrf-token"] == response.headers.get("X-Csrf-TOKEN")
    assert ("a=1; Path=/", "b=2=3") == response.headers.get_all("set-cookie")
    assert {"a": "1", "b": "2=3"} == response.cookies


def test_header_fields_are_a_mapping() -> None:
    """
    Header fields are a mapping of names, each once and as received.
    """
    headers = Headers([("A", "1"), ("a", "2"), ("B", "3")])

    assert ["A", "B"] == list(headers)
    assert ("1, 2", 2, True, False) == (headers["a"], len(headers), "b" in headers, "C" in headers)
    assert () == headers.get_all("C")


def test_a_compressed_body_is_decompressed(http: BoundClient, httpserver: HTTPServer) -> None:
    """
    A body in gzip, also of several members, or in both variants of deflate is decompressed.
    """
    raw = zlib.compressobj(wbits=-15)
    bodies = {
        "/gzip": (gzip.compress(b"ab") + gzip.compress(b"cd"), "gzip"),
        "/zlib": (zlib.compress(b"abcd"), "deflate"),
        "/raw": (raw.compress(b"abcd") + raw.flush(), "deflate"),
        "/both": (gzip.compress(zlib.compress(b"abcd")), "deflate, gzip"),
        "/none": (b"abcd", "identity"),
    }
    for path, (body, encoding) in bodies.items():
        httpserver.expect_request(path, headers={"Accept-Encoding": "gzip"}).respond_with_data(
            body, headers={"Content-Encoding": encoding}
        )

    assert [b"abcd"] * 5 == [http.get(httpserver.url_for(path)).content for path in bodies]


def test_a_body_that_is_not_deflate_is_an_error(http: BoundClient, httpserver: HTTPServer) -> None:
    """
    A body that is neither variant of deflate is an error.
    """
    httpserver.expect_request("/").respond_with_data(
        b"\xff" * 9, headers={"Content-Encoding": "deflate"}
    )

    with pytest.raises(TransientError, match="the response is not valid deflate"):
        http.get(httpserver.url_for("/"))


def test_the_repr_of_a_response_shows_no_secrets() -> None:
    """
    The `repr` of a response shows neither its body, its cookies nor the query of its address.
    """
    response = Response(
        status=200,
        content=b"geheim-1234",
        headers={"Set-Cookie": "s=geheim-1234"},
        url="http://wms.example/?key=geheim-1234",
    )

    assert "geheim" not in repr(response) + repr(response.headers)


def test_an_unknown_status_has_a_reason() -> None:
    """
    An unknown status, such as 599, has a reason phrase.
    """
    assert "an unknown status" == Response(status=599).reason
