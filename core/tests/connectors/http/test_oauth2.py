"""
Tests of OAuth 2: requests to a token endpoint, and its responses.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from orderferry.connectors import Secret
from orderferry.connectors._timeline import Timeline
from orderferry.connectors.http import (
    BoundClient,
    OAuth2ClientCredentials,
    OAuth2Password,
)
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    ThrottledError,
    TransientError,
)

SECRET = "geheim/+&1234"
PASSWORD = "passwort \u00d8 99"


class Endpoint:
    """
    A token endpoint and the target that takes its tokens; answers as it is told.
    """

    def __init__(self, httpserver: HTTPServer) -> None:
        self._server = httpserver
        self.asked: list[Request] = []
        self.answer: tuple[object, int, Mapping[str, str]] = ({}, 200, {})
        self.refused: set[str] = set()
        httpserver.expect_request("/token").respond_with_handler(self._token)
        httpserver.expect_request("/orders").respond_with_handler(self._orders)
        self.token_url: str = httpserver.url_for("/token")
        self.url: str = httpserver.url_for("/orders")

    def _token(self, request: Request) -> Response:
        self.asked.append(request)
        content, status, headers = self.answer
        if content == {}:
            content = {
                "access_token": f"access-token-{len(self.asked)}",
                "refresh_token": "refresh-token-1",
                "token_type": "Bearer",
                "expires_in": 3600,
            }
        body = content if isinstance(content, str) else json.dumps(content)
        return Response(body, status, {"Content-Type": "application/json;charset=UTF-8", **headers})

    def _orders(self, request: Request) -> Response:
        token = request.headers.get("Authorization", "")
        return Response(token, status=401 if token in self.refused else 201)


@pytest.fixture
def endpoint(httpserver: HTTPServer) -> Endpoint:
    """
    Return a token endpoint.
    """
    return Endpoint(httpserver)


def client_credentials(endpoint: Endpoint, **options: object) -> OAuth2ClientCredentials:
    """
    Return the client credentials grant for a token endpoint.
    """
    settings = {
        "token_url": endpoint.token_url,
        "client_id": "client:1",
        "client_secret": Secret(SECRET),
        **options,
    }
    return OAuth2ClientCredentials(**settings)  # type: ignore[arg-type]


def password(endpoint: Endpoint, **options: object) -> OAuth2Password:
    """
    Return the password grant for a token endpoint.
    """
    settings = {
        "token_url": endpoint.token_url,
        "username": "user",
        "password": Secret(PASSWORD),
        **options,
    }
    return OAuth2Password(**settings)  # type: ignore[arg-type]


def test_client_credentials_are_sent_as_basic_authentication(
    http: BoundClient, endpoint: Endpoint
) -> None:
    """
    Client id and secret are sent as Basic authentication, each URL-encoded first (RFC 6749, section
    2.3.1), and the token is sent with the request.
    """
    response = http.post(endpoint.url, auth=client_credentials(endpoint, scope="a b"))

    asked = endpoint.asked[0]
    basic = asked.headers["Authorization"].removeprefix("Basic ")
    assert b"client%3A1:geheim%2F%2B%261234" == b64decode(basic)
    assert {"grant_type": "client_credentials", "scope": "a b"} == asked.form.to_dict()
    assert "application/json" == asked.headers["Accept"]
    assert "Bearer access-token-1" == response.text


def test_client_credentials_are_sent_in_the_body_if_configured(
    http: BoundClient, endpoint: Endpoint
) -> None:
    """
    Client id and secret are sent in the body if configured, with further parameters such as an
    audience.
    """
    auth = client_credentials(endpoint, secret_in_body=True, parameters={"audience": "wms"})

    http.post(endpoint.url, auth=auth)

    asked = endpoint.asked[0]
    assert "Authorization" not in asked.headers
    assert {
        "grant_type": "client_credentials",
        "client_id": "client:1",
        "client_secret": SECRET,
        "audience": "wms",
    } == asked.form.to_dict()


@pytest.mark.parametrize(
    ("options", "fields", "basic"),
    [
        ({}, {}, None),
        ({"client_id": "c"}, {"client_id": "c"}, None),
        ({"client_id": "c", "client_secret": Secret(SECRET)}, {}, b"c:geheim%2F%2B%261234"),
        (
            {"client_id": "c", "client_secret": Secret(SECRET), "secret_in_body": True},
            {"client_id": "c", "client_secret": SECRET},
            None,
        ),
        ({"scope": "omni"}, {"scope": "omni"}, None),
    ],
)
def test_the_password_grant_sends_user_and_client(
    http: BoundClient,
    endpoint: Endpoint,
    options: dict[str, object],
    fields: dict[str, str],
    basic: bytes | None,
) -> None:
    """
    The password grant sends the user, and the client as Basic authentication, in the body, or not
    at all.
    """
    http.post(endpoint.url, auth=password(endpoint, **options))

    asked = endpoint.asked[0]
    sent = asked.headers.get("Authorization", "").removeprefix("Basic ")
    assert (basic or b"") == b64decode(sent)
    assert {
        "grant_type": "password",
        "username": "user",
        "password": PASSWORD,
        **fields,
    } == asked.form.to_dict()


def test_the_request_for_a_token_is_not_a_write(
    http: BoundClient, endpoint: Endpoint, timeline: Timeline
) -> None:
    """
    The request for a token is in the timeline, and is not a write, so that the outcome of an export
    does not depend on it.
    """
    http.get(endpoint.url, auth=password(endpoint), accept=(201,))

    assert ["POST", "GET"] == [exchange.request.split()[0] for exchange in timeline.exchanges]
    assert not timeline.begun


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (
            ({"error": "invalid_grant", "error_description": "Bad credentials"}, 400, {}),
            AuthenticationError,
            "returned no token: invalid_grant: Bad credentials; check the client",
        ),
        (
            ({"error": "invalid_client"}, 401, {}),
            AuthenticationError,
            "returned no token: invalid_c",
        ),
        (
            ({"error": "invalid_scope"}, 200, {}),
            AuthenticationError,
            "returned no token: invalid_s",
        ),
        (({"error": "odd"}, 400, {}), AuthenticationError, "returned no token: odd"),
        (({"error": "server_error"}, 400, {}), TransientError, "returned no token: server_error"),
        (("Not Found", 404, {}), AuthenticationError, "check the token endpoint's address"),
        (("[]", 403, {}), AuthenticationError, "answered 403 Forbidden"),
        (("no", 401, {}), AuthenticationError, "answered 401 Unauthorized"),
        (("slow", 429, {"Retry-After": "7"}), ThrottledError, "answered 429"),
        (("down", 500, {}), TransientError, "answered 500"),
        (("", 302, {"Location": "/login"}), TransientError, "to /login, which is not followed"),
        (("<html>", 200, {}), TransientError, "without a valid token"),
        (("[]", 200, {}), TransientError, "without a valid token"),
        (("[" * 100_000, 200, {}), TransientError, "without a valid token"),
        (({"token_type": "Bearer"}, 200, {}), TransientError, "without a valid token"),
        (({"access_token": 12345678}, 200, {}), TransientError, "without a valid token"),
        (({"access_token": "a\r\nX: 1"}, 200, {}), TransientError, "without a valid token"),
        (({"access_token": "abcdefgh", "expires_in": "soon"}, 200, {}), TransientError, "without"),
        (
            ({"access_token": "abcdefgh", "scope": 1}, 200, {}),
            TransientError,
            "without a valid token",
        ),
        (({"access_token": "abcdefgh"}, 400, {}), AuthenticationError, "answered 400"),
    ],
)
def test_a_response_without_a_token_is_an_error(
    http: BoundClient,
    endpoint: Endpoint,
    timeline: Timeline,
    answer: tuple[object, int, Mapping[str, str]],
    error: type[ExportError],
    message: str,
) -> None:
    """
    A rejected client is an `AuthenticationError`, other responses without a token are transient,
    and the request itself is not sent.
    """
    endpoint.answer = answer

    with pytest.raises(error, match=message) as caught:
        http.post(endpoint.url, auth=password(endpoint))

    assert error is caught.type
    assert 1 == len(timeline.exchanges)
    assert not timeline.begun


def test_an_old_server_may_send_a_form(http: BoundClient, endpoint: Endpoint) -> None:
    """
    A token may be in a form, as servers from before RFC 6749 send it.
    """
    endpoint.answer = (
        "access_token=form-token-1&expires_in=60",
        200,
        {"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert "Bearer form-token-1" == http.post(endpoint.url, auth=password(endpoint)).text


def test_a_rejected_token_is_renewed_once(http: BoundClient, endpoint: Endpoint) -> None:
    """
    A request whose token is rejected is sent again with a new token.
    """
    endpoint.refused = {"Bearer access-token-1"}

    response = http.post(endpoint.url, auth=password(endpoint))

    assert ("Bearer access-token-2", 2) == (response.text, len(endpoint.asked))


def test_a_rejected_new_token_is_an_error(http: BoundClient, endpoint: Endpoint) -> None:
    """
    A request whose new token is rejected too is an `AuthenticationError`.
    """
    endpoint.refused = {f"Bearer access-token-{number}" for number in range(1, 9)}

    with pytest.raises(AuthenticationError, match="answered 401 Unauthorized"):
        http.post(endpoint.url, auth=password(endpoint))

    assert 2 == len(endpoint.asked)


def test_the_timeline_shows_no_secret_and_no_token(
    http: BoundClient, endpoint: Endpoint, timeline: Timeline
) -> None:
    """
    The timeline shows no secret and no token in requests and responses, also if the target repeats
    them.
    """
    auth = password(endpoint, client_id="c", client_secret=Secret(SECRET), secret_in_body=True)

    http.post(endpoint.url, auth=auth)

    shown = repr(timeline.exchanges)
    for secret in ("geheim", "passwort", "access-token", "refresh-token"):
        assert secret not in shown
    assert "grant_type=password" in shown
    assert '"expires_in":3600' in shown
