"""
Authentication of an instance with its target.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Protocol
from urllib.parse import quote_plus

from attrs import Attribute, field, frozen

from orderferry.connectors._secret import Secret

__all__ = ["Auth", "BasicAuth", "BearerAuth", "OAuth2ClientCredentials", "OAuth2Password"]


class Hides(Protocol):
    """
    Hides secrets that are added to it.
    """

    def add(self, secret: str) -> None:
        """
        Hide a text from now on.
        """

    def add_basic(self, user: str, secret: str) -> None:
        """
        Hide a user and a secret, encoded for Basic authentication, from now on.
        """


def _pairs(value: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(value.items() if isinstance(value, Mapping) else value)


def _without_colon(_: object, attribute: Attribute[str], value: str) -> None:
    if ":" in value:
        raise ValueError(f"{attribute.name} of Basic authentication contains a colon (RFC 7617)")


@frozen
class BasicAuth:
    """
    Basic authentication (RFC 7617), in UTF-8.

    Attributes:
        username: The user, without a colon.
        password: The password.
    """

    username: str = field(validator=_without_colon)
    password: Secret

    def header(self) -> str:
        """
        Return the value of the `Authorization` header.
        """
        return basic(self.username, self.password.reveal())

    def hide(self, redactor: Hides) -> None:
        """
        Hide its secrets.
        """
        redactor.add(self.password.reveal())
        redactor.add_basic(self.username, self.password.reveal())


@frozen
class BearerAuth:
    """
    A bearer token that does not expire (RFC 6750).

    Attributes:
        token: The token.
    """

    token: Secret

    def header(self) -> str:
        """
        Return the value of the `Authorization` header.
        """
        return f"Bearer {self.token.reveal()}"

    def hide(self, redactor: Hides) -> None:
        """
        Hide its secrets.
        """
        redactor.add(self.token.reveal())


@frozen(kw_only=True)
class OAuth2ClientCredentials:
    """
    OAuth 2 with the client credentials grant (RFC 6749, section 4.4).

    The client's id and secret are sent to the token endpoint as Basic authentication, each
    URL-encoded first (section 2.3.1), or in the body, for servers that do not decode them or do not
    support Basic authentication.

    Attributes:
        token_url: The token endpoint.
        client_id: The client's id.
        client_secret: Its secret.
        scope: The requested scopes, separated by spaces.
        secret_in_body: Whether id and secret are sent in the body.
        parameters: Further parameters of the token request, such as `audience`.
    """

    token_url: str
    client_id: str
    client_secret: Secret
    scope: str | None = None
    secret_in_body: bool = False
    parameters: tuple[tuple[str, str], ...] = field(default=(), converter=_pairs)

    def hide(self, redactor: Hides) -> None:
        """
        Hide its secrets.
        """
        hide_client(redactor, self.client_id, self.client_secret)


@frozen(kw_only=True)
class OAuth2Password:
    """
    OAuth 2 with the password grant (RFC 6749, section 4.3).

    Attributes:
        token_url: The token endpoint.
        username: The user.
        password: The user's password.
        client_id: The client's id, if the server requires one.
        client_secret: Its secret, if it has one.
        scope: The requested scopes, separated by spaces.
        secret_in_body: Whether id and secret are sent in the body, not as Basic authentication.
        parameters: Further parameters of the token request.
    """

    token_url: str
    username: str
    password: Secret
    client_id: str | None = None
    client_secret: Secret | None = None
    scope: str | None = None
    secret_in_body: bool = False
    parameters: tuple[tuple[str, str], ...] = field(default=(), converter=_pairs)

    def hide(self, redactor: Hides) -> None:
        """
        Hide its secrets.
        """
        redactor.add(self.password.reveal())
        if self.client_secret is not None:
            hide_client(redactor, self.client_id or "", self.client_secret)


OAuth2 = OAuth2ClientCredentials | OAuth2Password

Auth = BasicAuth | BearerAuth | OAuth2ClientCredentials | OAuth2Password
"""The types of `auth=` of a request."""


def basic(user: str, secret: str) -> str:
    """
    Return the value of an `Authorization` header for Basic authentication.
    """
    return "Basic " + b64encode(f"{user}:{secret}".encode()).decode("ascii")


def client_basic(client_id: str, secret: str) -> str:
    """
    Return the header for an OAuth 2 client, whose id and secret are URL-encoded first.
    """
    return basic(quote_plus(client_id), quote_plus(secret))


def hide_client(redactor: Hides, client_id: str, client_secret: Secret) -> None:
    """
    Hide an OAuth 2 client's secret, also encoded for Basic authentication.
    """
    secret = client_secret.reveal()
    redactor.add(secret)
    redactor.add_basic(quote_plus(client_id), quote_plus(secret))
