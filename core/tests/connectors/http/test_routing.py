"""
Where reads are led, and writes are not.
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


def lead(httpserver: HTTPServer, path: str, location: str, status: int = 302) -> str:
    """
    Let a path of the target lead somewhere.
    """
    httpserver.expect_request(path).respond_with_data(
        "", status=status, headers={"Location": location}
    )
    address: str = httpserver.url_for(path)
    return address


@pytest.fixture
def elsewhere(serve: Serve) -> RawServer:
    """
    Another origin.
    """

    def answer(conversation: Conversation) -> None:
        while conversation.request():
            conversation.answer(b"elsewhere")

    return serve(answer)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_read_is_led_on_with_its_credentials_on_the_same_origin(
    http: BoundClient, httpserver: HTTPServer, status: int
) -> None:
    """
    Wherever the target has moved the thing; the answer says where it came from.
    """
    url = lead(httpserver, "/old", "/new?a=b", status)
    httpserver.expect_request("/new").respond_with_handler(
        lambda request: Response(f"{request.headers['Authorization']} {request.headers['X-A']}")
    )

    response = http.get(url, auth=AUTH, headers={"X-A": "1"})

    assert f"{AUTH.header()} 1" == response.text
    assert httpserver.url_for("/new?a=b") == response.url


def test_another_origin_gets_no_credentials(
    http: BoundClient, httpserver: HTTPServer, elsewhere: RawServer
) -> None:
    """
    Nor any other header field of the request: an API key may stand in any of them.
    """
    url = lead(httpserver, "/", f"{elsewhere.url}/there")

    response = http.get(
        url, auth=AUTH, headers={"X-Api-Key": "k", "Cookie": "s=1", "Accept": "text/plain"}
    )

    assert b"elsewhere" == response.content
    head = elsewhere.requests[0].lower()
    assert [] == [name for name in (b"authorization", b"key", b"cookie") if name in head]
    assert b"accept: text/plain" in head


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_write_is_never_led_on(
    http: BoundClient, httpserver: HTTPServer, method: str, status: int
) -> None:
    """
    It would become a read, or go somewhere that nobody configured; the message says where.
    """
    url = lead(httpserver, "/orders", "/login?token=1", status)

    with pytest.raises(TransientError) as caught:
        http.request(method, url)

    assert "to /login, which is not followed; correct the base URL" in str(caught.value)
    assert 1 == len(httpserver.log)


def test_a_read_with_a_body_is_not_led_on(http: BoundClient, httpserver: HTTPServer) -> None:
    """
    Its body would be lost, or go somewhere else.
    """
    url = lead(httpserver, "/search", "/new")

    with pytest.raises(TransientError, match="to /new, which is not followed"):
        http.post(url, content=b"q", write=False)


def test_a_redirect_that_is_accepted_is_returned(http: BoundClient, httpserver: HTTPServer) -> None:
    """
    A connector that wants to see it takes its status.
    """
    url = lead(httpserver, "/", "/new")

    assert "/new" == http.get(url, accept=(302,)).headers["Location"]


def test_a_circle_ends(http: BoundClient, httpserver: HTTPServer) -> None:
    """
    After five redirects.
    """
    url = lead(httpserver, "/", "/")

    with pytest.raises(TransientError, match="to /, which is not followed"):
        http.get(url)

    assert 6 == len(httpserver.log)


@pytest.mark.parametrize("location", ["ftp://x/", "http://user:pw@x/", "mailto:wms@x.example"])
def test_a_redirect_that_leads_nowhere_is_not_followed(
    http: BoundClient, httpserver: HTTPServer, location: str
) -> None:
    """
    It is told like any other status.
    """
    url = lead(httpserver, "/", location)

    with pytest.raises(TransientError, match="which is not followed"):
        http.get(url)


def test_a_redirect_without_a_location_is_told_by_its_status(
    http: BoundClient, httpserver: HTTPServer
) -> None:
    """
    There is nothing to follow.
    """

    def answer(_: Request) -> Response:
        return Response(status=300)

    httpserver.expect_request("/").respond_with_handler(answer)

    with pytest.raises(TransientError, match="answered 300 Multiple Choices"):
        http.get(httpserver.url_for("/"))
