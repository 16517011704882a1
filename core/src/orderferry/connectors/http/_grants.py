"""
The OAuth 2 requests for tokens, and their responses.

This module is apart because only requests with OAuth 2 need oauthlib.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from oauthlib.oauth2 import (
    BackendApplicationClient,
    Client,
    LegacyApplicationClient,
    MissingTokenError,
    OAuth2Error,
)

from orderferry.connectors.http._auth import OAuth2, OAuth2ClientCredentials, client_basic
from orderferry.connectors.http._request import Request, add_default_headers, parse_address
from orderferry.connectors.http._response import Response, error_for
from orderferry.connectors.http._tokens import Token
from orderferry.errors import AuthenticationError, ExportError, RejectedError, TransientError

__all__ = ["parse_token", "token_request"]

_FORM = "application/x-www-form-urlencoded"
_PASSING = frozenset({"server_error", "temporarily_unavailable"})
_VISIBLE = re.compile(r"[\x21-\x7e]+")


def token_request(auth: OAuth2, user_agent: str) -> Request:
    """
    Build the request for a token. It changes nothing at the target, so it is not a write.

    Args:
        auth: The client.
        user_agent: The `User-Agent`.

    Raises:
        ValueError: The token endpoint's address cannot be read.
    """
    headers = {"Accept": "application/json"}
    parameters: dict[str, Any] = dict(auth.parameters)
    if auth.client_secret is not None and not auth.secret_in_body:
        headers["Authorization"] = client_basic(auth.client_id or "", auth.client_secret.reveal())
    elif auth.client_id is not None:
        parameters["include_client_id"] = True
        if auth.client_secret is not None:
            parameters["client_secret"] = auth.client_secret.reveal()
    if not isinstance(auth, OAuth2ClientCredentials):
        parameters |= {"username": auth.username, "password": auth.password.reveal()}
    content: str = _client(auth).prepare_request_body(scope=auth.scope, **parameters)
    return Request(
        method="POST",
        url=parse_address(auth.token_url),
        headers=add_default_headers(headers, _FORM, user_agent),
        content=content.encode("ascii"),
        write=False,
        private=True,
    )


def parse_token(auth: OAuth2, response: Response) -> Token:
    """
    Parse the response of a token endpoint.

    Args:
        auth: The client.
        response: The response.

    Raises:
        AuthenticationError: The server rejects the client or the user.
        ThrottledError: The server asks to wait.
        TransientError: The response contains no token.
    """
    by_status = _by_status(response)
    if isinstance(by_status, TransientError):
        raise by_status
    unreadable = f"{response.named()} answered {response.status} without a valid token"
    if not _is_message(response):
        raise by_status or TransientError(unreadable)
    try:
        fields = _client(auth).parse_request_body_response(response.text)
    except MissingTokenError:
        raise by_status or TransientError(unreadable) from None
    except OAuth2Error as error:
        raise _oauth_error(error, response) from None
    except (TypeError, ValueError, AttributeError):
        # oauthlib raises these for a field whose type is not the one of RFC 6749.
        raise by_status or TransientError(unreadable) from None
    if by_status is not None:
        raise by_status
    value = fields["access_token"]
    if not isinstance(value, str) or not _VISIBLE.fullmatch(value):
        raise TransientError(unreadable)
    seconds = fields.get("expires_in")
    return Token(value, None if seconds is None else float(seconds))


def _client(auth: OAuth2) -> Client:
    if isinstance(auth, OAuth2ClientCredentials):
        return BackendApplicationClient(auth.client_id)
    return LegacyApplicationClient(auth.client_id or "")


def _by_status(response: Response) -> ExportError | None:
    if 200 <= response.status < 300:
        return None
    error = error_for(response)
    if isinstance(error, RejectedError):
        return AuthenticationError(f"{error}; check the token endpoint's address")
    return error


def _is_message(response: Response) -> bool:
    """
    Whether the body is a JSON object, or a form, which old servers send.
    """
    if response.media_type == _FORM:
        return True
    try:
        return isinstance(msgspec.json.decode(response.content), dict)
    except (msgspec.DecodeError, RecursionError):
        return False


def _oauth_error(error: OAuth2Error, response: Response) -> ExportError:
    detail = f"{error.error}: {error.description}" if error.description else str(error.error)
    message = response.shown(f"{response.named()} returned no token: {detail}")
    if error.error in _PASSING:
        return TransientError(message)
    return AuthenticationError(f"{message}; check the client, user, password and scope")
