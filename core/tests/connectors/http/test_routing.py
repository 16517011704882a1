"""
Tests of redirects.
"""

from __future__ import annotations

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from orderferry.connectors import Secret
from orderferry.connectors.http import BasicAuth, BoundClient
from orderferry.errors import TransientError

from .conftest import Conversation, RawServer, Serve

AUTH = BasicAuth("user", Secret("geheim-1234"))


def redirect(httpserver: HTTPServer, path: str, location: str, status: int = 302) -> str:
    """
    Redirect a path of the target.
    """
    httpserver.expect_request(path).respond_with_data(
        "", status=status, headers={"Location": location}
    )
    address: str = httpserver.url_for(path)
    return address


@pytest.fixture
def elsewhere(serve: Serve) -> RawServer:
    """
    Return another origin.
    """

    def answer(conversation: Conversation) -> None:
        while conversation.request():
            conversation.answer(b"elsewhere")

    return serve(answer)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_the_same_origin_keeps_credentials(
    http: BoundClient, httpserver: HTTPServer, status: int
) -> None:
    """
    A redirect to the same origin is followed with all header fields, and the response has its last
    address.
    """
    url = redirect(httpserver, "/old", "/new?a=b", status)
    httpserver.expect_request("/new").respond_with_handler(
        lambda request: Response(f"{request.headers['Authorization']} {request.headers['X-A']}")
    )

    response = http.get(url, auth=AUTH, headers={"X-A": "1"})

    assert f"{AUTH.header()} 1" == response.text
    assert httpserver.url_for("/new?a=b") == response.url


def test_a_redirect_to_another_origin_has_no_credentials(
    http: BoundClient, httpserver: HTTPServer, elsewhere: RawServer
) -> None:
    """
    A redirect to another origin is followed without the header fields of the request, because an
    API key may be in any of them.
    """
    url = redirect(httpserver, "/", f"{elsewhere.url}/there")

    response = http.get(
        url, auth=AUTH, headers={"X-Api-Key": "k", "Cookie": "s=1", "Accept": "text/plain"}
    )

    assert b"elsewhere" == response.content
    head = elsewhere.requests[0].lower()
    assert [] == [name for name in (b"authorization", b"key", b"cookie") if name in head]
    assert b"accept: text/plain" in head


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_of_a_write_is_not_followed(
    http: BoundClient, httpserver: HTTPServer, method: str, status: int
) -> None:
    """
    A redirect of a write is not followed, and the error names its location.
    """
    url = redirect(httpserver, "/orders", "/login?token=1", status)

    with pytest.raises(TransientError) as caught:
        http.request(method, url)

    assert "to /login, which is not followed; correct the base URL" in str(caught.value)
    assert 1 == len(httpserver.log)


def test_a_redirect_of_a_read_with_a_body_is_not_followed(
    http: BoundClient, httpserver: HTTPServer
) -> None:
    """
    A redirect of a read with a body is not followed.
    """
    url = redirect(httpserver, "/search", "/new")

    with pytest.raises(TransientError, match="to /new, which is not followed"):
        http.post(url, content=b"q", write=False)


def test_a_redirect_that_is_accepted_is_returned(http: BoundClient, httpserver: HTTPServer) -> None:
    """
    A redirect whose status is accepted is returned.
    """
    url = redirect(httpserver, "/", "/new")

    assert "/new" == http.get(url, accept=(302,)).headers["Location"]


def test_a_circle_of_redirects_ends(http: BoundClient, httpserver: HTTPServer) -> None:
    """
    A circle of redirects ends after five.
    """
    url = redirect(httpserver, "/", "/")

    with pytest.raises(TransientError, match="to /, which is not followed"):
        http.get(url)

    assert 6 == len(httpserver.log)


@pytest.mark.parametrize("location", ["ftp://x/", "http://user:pw@x/", "mailto:wms@x.example"])
def test_a_redirect_to_an_invalid_location_is_an_error(
    http: BoundClient, httpserver: HTTPServer, location: str
) -> None:
    """
    A redirect to an invalid location is an error.
    """
    url = redirect(httpserver, "/", location)

    with pytest.raises(TransientError, match="which is not followed"):
        http.get(url)


def test_a_redirect_without_a_location_is_an_error(
    http: BoundClient, httpserver: HTTPServer
) -> None:
    """
    A redirect without a location is an error with its status.
    """

    def answer(_: Request) -> Response:
        return Response(status=300)

    httpserver.expect_request("/").respond_with_handler(answer)

    with pytest.raises(TransientError, match="answered 300 Multiple Choices"):
        http.get(httpserver.url_for("/"))
