"""
What a status that was not accepted means.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from orderferry.connectors.http._response import Response
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    RejectedError,
    ThrottledError,
    TransientError,
    UnknownOutcomeError,
)

__all__ = ["error_for", "retry_after"]

EXCERPT = 300

_REFUSED = {
    HTTPStatus.UNAUTHORIZED: "check user, password or token",
    HTTPStatus.FORBIDDEN: "check what this user may do",
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: "check user and password of the proxy",
}
_UNTAKEN = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.MISDIRECTED_REQUEST, HTTPStatus.TOO_EARLY}
)


def error_for(response: Response, *, write: bool | None = None) -> ExportError:
    """
    The error that an answer means by its status (RFC 9110, section 15; RFC 6585, section 4).

    ===================================  ====================================================
    401, 403, 407                        `AuthenticationError`
    408, 421, 425                        `TransientError`
    429; 503 with `Retry-After`          `ThrottledError`, with the seconds where given
    503                                  `TransientError`
    other 5xx                            `UnknownOutcomeError` after a write, else `TransientError`
    other 4xx                            `RejectedError`
    3xx                                  `TransientError`, naming where it led
    any other                            as 5xx
    ===================================  ====================================================

    Args:
        response: The answer.
        write: Whether the request may have changed something; by default what it was sent as.
    """
    write = response.write if write is None else write
    status = response.status
    message = _message(response)
    if status in _REFUSED:
        return AuthenticationError(f"{message}; {_REFUSED[HTTPStatus(status)]}")
    wait = retry_after(response)
    if status == HTTPStatus.TOO_MANY_REQUESTS or (
        status == HTTPStatus.SERVICE_UNAVAILABLE and wait is not None
    ):
        return ThrottledError(message, retry_after=wait)
    if status == HTTPStatus.SERVICE_UNAVAILABLE or status in _UNTAKEN:
        return TransientError(message)
    if 300 <= status < 400:
        return TransientError(_redirected(response))
    if 400 <= status < 500:
        return RejectedError(message)
    if write:
        return UnknownOutcomeError(f"{message}; the target may have taken it")
    return TransientError(message)


def retry_after(response: Response) -> float | None:
    """
    How long the target asks to wait, in seconds (RFC 9110, section 10.2.3).

    A date is taken from the answer's own `Date` where it has one, so that clocks that differ do
    no harm.

    Returns:
        The seconds, never below 0, or `None` where nothing (readable) is asked for.
    """
    asked = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", asked):
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
    except (ValueError, OverflowError):
        return None
    try:
        now = parsedate_to_datetime(response.headers.get("Date", ""))
    except (ValueError, OverflowError):
        now = response.received
    if until.tzinfo is None or now.tzinfo is None:
        return None
    return max(0.0, (until - now).total_seconds())


def _message(response: Response) -> str:
    message = f"{response.named()} answered {response.status} {response.reason}"
    excerpt = response.excerpt(EXCERPT) if response.content else ""
    return f"{message}: {excerpt}" if excerpt else message


def _redirected(response: Response) -> str:
    message = f"{response.named()} answered {response.status} {response.reason}"
    location = response.headers.get("Location")
    if location is None:
        return message
    place = response.shown(location.partition("?")[0])
    return f"{message}, to {place}, which is not followed; mend the base URL"
