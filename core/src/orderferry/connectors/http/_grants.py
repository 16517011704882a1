"""
The messages of OAuth 2: what a token endpoint is asked, and what it answers.
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
from orderferry.connectors.http._request import Outgoing, address, with_agent
from orderferry.connectors.http._response import Response, error_for
from orderferry.connectors.http._tokens import Token
from orderferry.errors import AuthenticationError, ExportError, RejectedError, TransientError

__all__ = ["token_of", "token_request"]

_FORM = "application/x-www-form-urlencoded"
_PASSING = frozenset({"server_error", "temporarily_unavailable"})
_VISIBLE = re.compile(r"[\x21-\x7e]+")


def token_request(auth: OAuth2, user_agent: str) -> Outgoing:
    """
    The request for a token. It changes nothing at the target, so it is no write.

    Args:
        auth: Whose token.
        user_agent: The `User-Agent`.

    Raises:
        ValueError: The token endpoint's address cannot be read.
    """
    given = {"Accept": "application/json"}
    further: dict[str, Any] = dict(auth.parameters)
    if auth.client_secret is not None and not auth.secret_in_body:
        given["Authorization"] = client_basic(auth.client_id or "", auth.client_secret.reveal())
    elif auth.client_id is not None:
        further["include_client_id"] = True
        if auth.client_secret is not None:
            further["client_secret"] = auth.client_secret.reveal()
    if not isinstance(auth, OAuth2ClientCredentials):
        further |= {"username": auth.username, "password": auth.password.reveal()}
    content: str = _client(auth).prepare_request_body(scope=auth.scope, **further)
    return Outgoing(
        method="POST",
        url=address(auth.token_url),
        headers=with_agent(given, _FORM, user_agent),
        content=content.encode("ascii"),
        write=False,
        private=True,
    )


def token_of(auth: OAuth2, response: Response) -> Token:
    """
    The token in an answer.

    Args:
        auth: Whose token.
        response: The token endpoint's answer.

    Raises:
        AuthenticationError: The server refuses the client or the user.
        ThrottledError: The server asks to wait.
        TransientError: The answer holds no token.
    """
    by_status = _by_status(response)
    if isinstance(by_status, TransientError):
        raise by_status
    unreadable = f"{response.named()} answered {response.status} without a token that can be used"
    if not _is_message(response):
        raise by_status or TransientError(unreadable)
    try:
        found = _client(auth).parse_request_body_response(response.text)
    except MissingTokenError:
        raise by_status or TransientError(unreadable) from None
    except OAuth2Error as error:
        raise _refused(error, response) from None
    except (TypeError, ValueError, AttributeError):
        # What oauthlib raises for a field of another type than RFC 6749 gives it.
        raise by_status or TransientError(unreadable) from None
    if by_status is not None:
        raise by_status
    value = found["access_token"]
    if not isinstance(value, str) or not _VISIBLE.fullmatch(value):
        raise TransientError(unreadable)
    seconds = found.get("expires_in")
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
    Whether the body has the shape of a message: a JSON object, or a form (as old servers send).
    """
    if response.media_type == _FORM:
        return True
    try:
        return isinstance(msgspec.json.decode(response.content), dict)
    except (msgspec.DecodeError, RecursionError):
        return False


def _refused(error: OAuth2Error, response: Response) -> ExportError:
    detail = f"{error.error}: {error.description}" if error.description else str(error.error)
    message = response.shown(f"{response.named()} gave no token: {detail}")
    if error.error in _PASSING:
        return TransientError(message)
    return AuthenticationError(f"{message}; check client, user, password and scope")
