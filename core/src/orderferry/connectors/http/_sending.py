"""
Sends one request, and records it and its response in the timeline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

import msgspec
from attrs import frozen
from urllib3 import HTTPConnectionPool, PoolManager
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

from orderferry.connectors._redaction import Redactor
from orderferry.connectors._timeline import Timeline, as_text
from orderferry.connectors.http._deadline import Call, in_progress
from orderferry.connectors.http._faults import FAULTS, cause_of, error_of, is_stale
from orderferry.connectors.http._reading import read_body
from orderferry.connectors.http._request import Headers, Request, hide_value, secrets_in
from orderferry.connectors.http._response import Response
from orderferry.errors import TransientError

__all__ = ["Sender", "request_text", "response_text"]

_SHOWN_FIELDS = frozenset(
    {
        "audience",
        "client_id",
        "error",
        "error_description",
        "expires_in",
        "grant_type",
        "resource",
        "scope",
        "token_type",
        "username",
    }
)


def request_text(request: Request) -> str:
    """
    Render a request as text: method, address, header fields, body.
    """
    content = request.content
    if content is not None and request.private:
        fields = parse_qsl(content.decode("ascii"), keep_blank_values=True)
        content = urlencode([(key, _shown(key, value)) for key, value in fields], safe="*").encode()
    return _message(f"{request.method} {request.url.url}", request.headers.items(), content)


def response_text(response: Response, *, private: bool = False) -> str:
    """
    Render a response as text: status, header fields, body.

    Args:
        response: The response.
        private: Whether only fields of its body without secrets are shown.
    """
    content = _private(response.content) if private else response.content
    return _message(f"{response.status} {response.reason}", response.headers.pairs(), content)


def _message(first: str, headers: Iterable[tuple[str, str]], content: bytes | None) -> str:
    lines = [first, *[f"{name}: {hide_value(name, value)}" for name, value in headers]]
    if content:
        lines += ["", as_text(content)]
    return "\n".join(lines)


def _private(content: bytes) -> bytes:
    try:
        fields: dict[str, object] = msgspec.json.decode(content, type=dict[str, object])
    except (msgspec.DecodeError, RecursionError):
        return f"({len(content)} bytes, hidden)".encode()
    return msgspec.json.encode({key: _shown(key, value) for key, value in fields.items()})


def _shown(key: str, value: object) -> object:
    return value if key in _SHOWN_FIELDS else "***"


CONNECT_SECONDS = 10.0
"""The most seconds to connect."""

_NO_RETRIES = Retry(False, redirect=False)
"""As `retries=False`, without a log message for each request."""


@frozen(kw_only=True)
class Sender:
    """
    Sends requests of one call of a connector.

    Attributes:
        time_left: Seconds until the call's deadline.
        timeline: Where requests and responses are recorded.
        redactor: Hides the instance's secrets.
        max_answer_bytes: The longest response to read, in bytes.
        clock: A monotonic clock, in seconds.
        now: The time of day, in UTC.
    """

    time_left: Callable[[], float]
    timeline: Timeline
    redactor: Redactor
    max_answer_bytes: int
    clock: Callable[[], float]
    now: Callable[[], datetime]

    def send(self, request: Request, manager: PoolManager) -> Response:
        """
        Send a request once, or a read twice if its kept-alive connection was closed.

        Args:
            request: The request.
            manager: The connections to use.

        Returns:
            The response, with any status.

        Raises:
            orderferry.errors.ExportError: No response was received.
        """
        call = self._call(request)
        try:
            return self._attempt(request, manager, call)
        except FAULTS as fault:
            if request.write or not is_stale(fault, call):
                raise self._error(fault, request, call) from self._cause(fault)
        call = self._call(request, fresh=True)
        try:
            return self._attempt(request, manager, call)
        except FAULTS as fault:
            raise self._error(fault, request, call) from self._cause(fault)

    def _call(self, request: Request, *, fresh: bool = False) -> Call:
        left = self.time_left()
        if left <= 0:
            raise TransientError(f"{request.name} was not sent: the deadline is over")
        seconds = min(left, request.seconds)
        return Call(seconds, self.clock() + seconds, self.clock, fresh)

    def _attempt(self, request: Request, manager: PoolManager, call: Call) -> Response:
        for secret in secrets_in(request.headers.items()):
            if self.redactor.text(secret) == secret:
                self.redactor.add(secret)
        number = self.timeline.begin(
            request_text(request), write=request.write, timeout=call.seconds
        )
        try:
            response = self._exchange(request, manager, call)
        except FAULTS as fault:
            self.timeline.finish(number, fault=cause_of(fault, call), sent=call.began)
            raise
        except BaseException as fault:
            self.timeline.finish(number, fault=type(fault).__name__, sent=call.began)
            raise
        self.timeline.finish(number, response_text(response, private=request.private))
        return response

    def _exchange(self, request: Request, manager: PoolManager, call: Call) -> Response:
        with in_progress(call):
            raw = _open(request, manager, min(CONNECT_SECONDS, call.seconds))
            content = read_body(raw, self.max_answer_bytes)
        return Response(
            status=raw.status,
            headers=Headers(raw.headers.iteritems()),
            content=content,
            method=request.method,
            url=request.url.url,
            write=request.write,
            received=self.now(),
            redact=self.redactor.text,
        )

    def _error(self, fault: Exception, request: Request, call: Call) -> Exception:
        error = error_of(fault, request, call)
        return type(error)(self.redactor.text(str(error)))

    def _cause(self, fault: Exception) -> Exception | None:
        """
        Return the fault as the cause of the error, unless it contains a secret of the response.
        """
        link: BaseException | None = fault
        while link is not None:
            text = repr(link)
            if self.redactor.text(text) != text:
                return None
            link = link.__cause__ or link.__context__
        return fault


def _open(request: Request, manager: PoolManager, seconds: float) -> BaseHTTPResponse:
    """
    Send the request, and read the head of its response.
    """
    url = request.url
    opener: PoolManager | HTTPConnectionPool = manager
    target = url.url
    if manager.proxy is None:
        # The manager would parse the address again, which is a tenth of the whole cost.
        opener = manager.connection_from_host(url.host, url.port, url.scheme)
        target = url.request_uri
    return opener.urlopen(
        request.method,
        target,
        body=request.content,
        headers=request.headers,
        retries=_NO_RETRIES,
        redirect=False,
        timeout=seconds,
        preload_content=False,
        decode_content=False,
    )
