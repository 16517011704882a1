"""
The token endpoint: password and client credentials grants, with the client as Basic.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from threading import Lock
from time import monotonic
from urllib.parse import parse_qs, unquote_plus

from attrs import define, field

__all__ = ["Tokens"]


@define
class Tokens:
    """
    The client and user who may sign in, and the tokens that they were issued.

    Attributes:
        client: The client's id and secret.
        user: The user's name and password.
        seconds: How many seconds a token is valid.
    """

    client: tuple[str, str]
    user: tuple[str, str]
    seconds: float
    _expiry: dict[str, float] = field(factory=dict, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def issue(self, authorization: str | None, body: bytes) -> tuple[int, dict[str, object]]:
        """
        Answer a token request (RFC 6749, sections 4.3.2, 4.4.2, 5.1 and 5.2).

        Args:
            authorization: The request's `Authorization`.
            body: Its form.

        Returns:
            The status and the JSON object.
        """
        if not _same(_basic(authorization), self.client):
            return 401, {"error": "invalid_client"}
        form = {name: values[0] for name, values in parse_qs(body.decode("utf-8")).items()}
        kind = form.get("grant_type")
        if kind == "password":
            if not _same((form.get("username", ""), form.get("password", "")), self.user):
                return 400, {"error": "invalid_grant", "error_description": "Bad credentials"}
        elif kind != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._expiry[token] = monotonic() + self.seconds
        return 200, {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": int(self.seconds),
            "scope": "omni",
        }

    def fault(self, headers: Mapping[str, str]) -> str | None:
        """
        Return why a request is not authorized, or `None`.
        """
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return "Full authentication is required to access this resource"
        with self._lock:
            expiry = self._expiry.get(token)
        if expiry is None:
            return "Cannot convert access token to JSON"
        return None if monotonic() < expiry else "Access token expired"

    def revoke(self) -> None:
        """
        Make all issued tokens invalid.
        """
        with self._lock:
            self._expiry = dict.fromkeys(self._expiry, 0.0)

    @property
    def issued(self) -> int:
        """
        How many tokens were issued.
        """
        with self._lock:
            return len(self._expiry)


def _basic(authorization: str | None) -> tuple[str, str]:
    scheme, _, coded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, secret = b64decode(coded, validate=True).decode("utf-8").partition(":")
    except (Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(name), unquote_plus(secret)  # RFC 6749, section 2.3.1


def _same(pair: tuple[str, str], expected: tuple[str, str]) -> bool:
    return hmac.compare_digest(repr(pair).encode(), repr(expected).encode())
