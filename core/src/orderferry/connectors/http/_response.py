"""
A response, and the error for its status.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import msgspec
from attrs import field, frozen

from orderferry.connectors._timeline import utc_now
from orderferry.connectors.http._request import Headers
from orderferry.errors import (
    AuthenticationError,
    ExportError,
    RejectedError,
    ThrottledError,
    TransientError,
    UnknownOutcomeError,
)

__all__ = ["Response", "error_for", "retry_after"]

_decoder = msgspec.json.Decoder(float_hook=Decimal)


def _as_is(text: str) -> str:
    return text


def _headers(value: object) -> Headers:
    return value if isinstance(value, Headers) else Headers(value)  # type: ignore[arg-type]


@frozen(kw_only=True)
class Response:
    """
    A response, fully read.

    Attributes:
        status: The status code.
        headers: The header fields, by name in any case; `headers.get_all(name)`.
        content: The body, decompressed.
        method: The method of the request.
        url: The address that responded, after redirects.
        write: Whether the request may have changed something.
        received: The time when it was received, in UTC.
    """

    status: int
    headers: Headers = field(converter=_headers, factory=Headers, repr=False)
    content: bytes = field(default=b"", repr=False)
    method: str = "GET"
    url: str = field(default="", repr=False)
    write: bool = False
    received: datetime = field(factory=utc_now)
    _redact: Callable[[str], str] = field(default=_as_is, repr=False, eq=False)

    @property
    def reason(self) -> str:
        """
        The reason phrase of the status.
        """
        try:
            return HTTPStatus(self.status).phrase
        except ValueError:
            return "an unknown status"

    @property
    def media_type(self) -> str:
        """
        The media type in lower case, without parameters; empty if there is none.
        """
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """
        The body as text, in its charset or UTF-8; invalid bytes are replaced.
        """
        message = Message()
        message["Content-Type"] = self.headers.get("Content-Type", "")
        charset = message.get_content_charset("utf-8")
        try:
            return self.content.decode(charset, "replace")
        except LookupError:
            return self.content.decode("utf-8", "replace")

    @property
    def cookies(self) -> dict[str, str]:
        """
        The cookies that it sets, by name, for the `Cookie` header of the next request.
        """
        pairs = (
            line.partition(";")[0].partition("=") for line in self.headers.get_all("Set-Cookie")
        )
        return {name.strip(): value.strip() for name, separator, value in pairs if separator}

    def json(self) -> Any:  # noqa: ANN401 - a foreign document has any shape
        """
        Parse the body as JSON; numbers with a point are exact `Decimal`s.

        Raises:
            UnknownOutcomeError: The body is not JSON, and the request was a write.
            TransientError: The body is not JSON, and the request was a read.
        """
        content = self.content.removeprefix(b"\xef\xbb\xbf")
        try:
            return _decoder.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            what = (
                f"an empty body, status {self.status}" if not content else f"invalid JSON: {error}"
            )
            fault = f"{self.named()} answered with {what}"
        raise UnknownOutcomeError(fault) if self.write else TransientError(fault)

    def named(self) -> str:
        """
        Return the method and address of its request, without the query and secrets, for messages.
        """
        return self.shown(f"{self.method} {self.url.partition('?')[0]}")

    def shown(self, text: str) -> str:
        """
        Return a text of the target without the instance's secrets, for messages.
        """
        return self._redact(text)

    def excerpt(self, length: int) -> str:
        """
        Return the beginning of its text, on one line and without secrets.
        """
        if self.media_type in ("text/html", "application/xhtml+xml"):
            return "an HTML page"
        text = " ".join(self.shown(self.text[: length + 10_000]).split())
        return text if len(text) <= length else f"{text[:length]}..."


EXCERPT = 300

_REMEDIES = {
    HTTPStatus.UNAUTHORIZED: "check the user, password or token",
    HTTPStatus.FORBIDDEN: "check the permissions of this user",
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: "check the user and password of the proxy",
}
_NOT_ACCEPTED = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.MISDIRECTED_REQUEST, HTTPStatus.TOO_EARLY}
)


def error_for(response: Response, *, write: bool | None = None) -> ExportError:
    """
    Return the error for the status of a response (RFC 9110, section 15; RFC 6585, section 4).

    ===================================  ====================================================
    401, 403, 407                        `AuthenticationError`
    408, 421, 425                        `TransientError`
    429; 503 with `Retry-After`          `ThrottledError`, with the seconds if given
    503                                  `TransientError`
    other 5xx                            `UnknownOutcomeError` after a write, else `TransientError`
    other 4xx                            `RejectedError`
    3xx                                  `TransientError`, naming the location
    any other                            as 5xx
    ===================================  ====================================================

    Args:
        response: The response.
        write: Whether the request may have changed something; by default as it was sent.
    """
    write = response.write if write is None else write
    status = response.status
    message = _message(response)
    if status in _REMEDIES:
        return AuthenticationError(f"{message}; {_REMEDIES[HTTPStatus(status)]}")
    wait = retry_after(response)
    if status == HTTPStatus.TOO_MANY_REQUESTS or (
        status == HTTPStatus.SERVICE_UNAVAILABLE and wait is not None
    ):
        return ThrottledError(message, retry_after=wait)
    if status == HTTPStatus.SERVICE_UNAVAILABLE or status in _NOT_ACCEPTED:
        return TransientError(message)
    if 300 <= status < 400:
        return TransientError(_redirect_message(response))
    if 400 <= status < 500:
        return RejectedError(message)
    if write:
        return UnknownOutcomeError(f"{message}; the target may have accepted it")
    return TransientError(message)


def retry_after(response: Response) -> float | None:
    """
    Return how long the target asks to wait, in seconds (RFC 9110, section 10.2.3).

    A date is compared with the `Date` of the response if it has one, so that clocks may differ.

    Returns:
        The seconds, never below 0, or `None` without a valid `Retry-After`.
    """
    value = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value):
        return float(value)
    try:
        until = parsedate_to_datetime(value)
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


def _redirect_message(response: Response) -> str:
    message = f"{response.named()} answered {response.status} {response.reason}"
    location = response.headers.get("Location")
    if location is None:
        return message
    place = response.shown(location.partition("?")[0])
    return f"{message}, to {place}, which is not followed; correct the base URL"
