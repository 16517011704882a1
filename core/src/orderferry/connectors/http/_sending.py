"""
Requests and answers as text, for the timeline.
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
from orderferry.connectors.http._deadline import Call, under_way
from orderferry.connectors.http._faults import FAULTS, cause_of, error_of, is_stale
from orderferry.connectors.http._reading import read_body
from orderferry.connectors.http._request import Headers, Outgoing, hidden, secrets_in
from orderferry.connectors.http._response import Response
from orderferry.errors import TransientError

__all__ = ["Sender", "answer_text", "request_text"]

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


def request_text(outgoing: Outgoing) -> str:
    """
    A request as text: method, address, header fields, body.
    """
    content = outgoing.content
    if content is not None and outgoing.private:
        fields = parse_qsl(content.decode("ascii"), keep_blank_values=True)
        content = urlencode([(key, _shown(key, value)) for key, value in fields], safe="*").encode()
    return _message(f"{outgoing.method} {outgoing.url.url}", outgoing.headers.items(), content)


def answer_text(response: Response, *, private: bool = False) -> str:
    """
    An answer as text: status, header fields, body.

    Args:
        response: The answer.
        private: Whether only harmless fields of its body are shown.
    """
    content = _private(response.content) if private else response.content
    return _message(f"{response.status} {response.reason}", response.headers.pairs(), content)


def _message(first: str, headers: Iterable[tuple[str, str]], content: bytes | None) -> str:
    lines = [first, *[f"{name}: {hidden(name, value)}" for name, value in headers]]
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
"""Most seconds until a connection stands."""

_NO_RETRIES = Retry(False, redirect=False)
"""As `retries=False`, without a line in the log of each request."""


@frozen(kw_only=True)
class Sender:
    """
    Sends requests of one call of a connector.

    Attributes:
        time_left: Seconds until the call's deadline.
        timeline: Where requests and answers are recorded.
        redactor: Hides the instance's secrets.
        max_answer_bytes: How long an answer may be.
        clock: A monotonic clock, in seconds.
        now: The wall clock, in UTC.
    """

    time_left: Callable[[], float]
    timeline: Timeline
    redactor: Redactor
    max_answer_bytes: int
    clock: Callable[[], float]
    now: Callable[[], datetime]

    def send(self, outgoing: Outgoing, manager: PoolManager) -> Response:
        """
        Send a request once; a read whose kept-alive connection was closed, once more.

        Args:
            outgoing: The request.
            manager: The connections to use.

        Returns:
            The answer, whatever its status.

        Raises:
            orderferry.errors.ExportError: No answer came.
        """
        call = self._call(outgoing)
        try:
            return self._attempt(outgoing, manager, call)
        except FAULTS as fault:
            if outgoing.write or not is_stale(fault, call):
                raise self._error(fault, outgoing, call) from self._shareable(fault)
        call = self._call(outgoing, fresh=True)
        try:
            return self._attempt(outgoing, manager, call)
        except FAULTS as fault:
            raise self._error(fault, outgoing, call) from self._shareable(fault)

    def _call(self, outgoing: Outgoing, *, fresh: bool = False) -> Call:
        left = self.time_left()
        if left <= 0:
            raise TransientError(f"{outgoing.name} was not sent: no time was left for it")
        seconds = min(left, outgoing.seconds)
        return Call(seconds, self.clock() + seconds, self.clock, fresh)

    def _attempt(self, outgoing: Outgoing, manager: PoolManager, call: Call) -> Response:
        for secret in secrets_in(outgoing.headers.items()):
            if self.redactor.text(secret) == secret:
                self.redactor.add(secret)
        number = self.timeline.begin(
            request_text(outgoing), write=outgoing.write, timeout=call.seconds
        )
        try:
            response = self._exchange(outgoing, manager, call)
        except FAULTS as fault:
            self.timeline.finish(number, fault=cause_of(fault, call), sent=call.began)
            raise
        except BaseException as fault:
            self.timeline.finish(number, fault=type(fault).__name__, sent=call.began)
            raise
        self.timeline.finish(number, answer_text(response, private=outgoing.private))
        return response

    def _exchange(self, outgoing: Outgoing, manager: PoolManager, call: Call) -> Response:
        with under_way(call):
            raw = _opened(outgoing, manager, min(CONNECT_SECONDS, call.seconds))
            content = read_body(raw, self.max_answer_bytes)
        return Response(
            status=raw.status,
            headers=Headers(raw.headers.iteritems()),
            content=content,
            method=outgoing.method,
            url=outgoing.url.url,
            write=outgoing.write,
            received=self.now(),
            redact=self.redactor.text,
        )

    def _error(self, fault: Exception, outgoing: Outgoing, call: Call) -> Exception:
        error = error_of(fault, outgoing, call)
        return type(error)(self.redactor.text(str(error)))

    def _shareable(self, fault: Exception) -> Exception | None:
        """
        The fault as the error's cause, unless it quotes a secret that the target sent back.
        """
        link: BaseException | None = fault
        while link is not None:
            text = repr(link)
            if self.redactor.text(text) != text:
                return None
            link = link.__cause__ or link.__context__
        return fault


def _opened(outgoing: Outgoing, manager: PoolManager, seconds: float) -> BaseHTTPResponse:
    """
    Send the request, and read the head of its answer.
    """
    url = outgoing.url
    opener: PoolManager | HTTPConnectionPool = manager
    target = url.url
    if manager.proxy is None:
        # The manager would take the address apart once more, at a tenth of the whole cost.
        opener = manager.connection_from_host(url.host, url.port, url.scheme)
        target = url.request_uri
    return opener.urlopen(
        outgoing.method,
        target,
        body=outgoing.content,
        headers=outgoing.headers,
        retries=_NO_RETRIES,
        redirect=False,
        timeout=seconds,
        preload_content=False,
        decode_content=False,
    )
