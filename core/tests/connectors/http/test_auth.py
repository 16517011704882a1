"""
Tests of Basic authentication and bearer tokens.
"""

from __future__ import annotations

import pytest
from pytest_httpserver import HTTPServer

from orderferry.connectors import Secret
from orderferry.connectors._redaction import Redactor
from orderferry.connectors.http import Auth, BasicAuth, BearerAuth, BoundClient

PASSWORD = Secret("geheim-\u00d8-1234")


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        (BasicAuth("user", PASSWORD), "Basic dXNlcjpnZWhlaW0tw5gtMTIzNA=="),
        (BearerAuth(Secret("tok.en-12345")), "Bearer tok.en-12345"),
    ],
)
def test_a_request_has_an_authorization_header(
    http: BoundClient, httpserver: HTTPServer, auth: Auth, header: str
) -> None:
    """
    A request has the `Authorization` header of Basic authentication in UTF-8 (RFC 7617) or of a
    bearer token (RFC 6750).
    """
    httpserver.expect_request("/", headers={"Authorization": header}).respond_with_data("in")

    assert "in" == http.get(httpserver.url_for("/"), auth=auth).text


def test_a_user_with_a_colon_is_an_error() -> None:
    """
    A user name with a colon is an error, because a server would read the rest as the password.
    """
    with pytest.raises(ValueError, match="username of Basic authentication contains a colon"):
        BasicAuth("us:er", PASSWORD)


def test_secrets_are_hidden_from_the_first_request_on(
    http: BoundClient, httpserver: HTTPServer, redactor: Redactor
) -> None:
    """
    The password and its Basic authentication header are hidden from the first request on.
    """
    httpserver.expect_request("/").respond_with_data("in")

    http.get(httpserver.url_for("/"), auth=BasicAuth("user", PASSWORD))

    hidden = redactor.text(f"{PASSWORD.reveal()} dXNlcjpnZWhlaW0tw5gtMTIzNA==")
    assert "*** ***" == hidden


@pytest.mark.parametrize("auth", [BasicAuth("user", PASSWORD), BearerAuth(PASSWORD)])
def test_credentials_show_no_secret(auth: Auth) -> None:
    """
    The `repr` of credentials shows no secret.
    """
    assert "geheim" not in repr(auth)
