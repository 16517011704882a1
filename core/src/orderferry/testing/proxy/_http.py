"""
HTTP through the proxy: each request is forwarded, unless it meets a fault.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus

from orderferry.testing.proxy._connection import Connection
from orderferry.testing.proxy._fault import DELAY, RETRY_AFTER, Fault
from orderferry.testing.proxy._http_message import (
    Message,
    MessageError,
    read_body,
    read_head,
    read_response,
)
from orderferry.testing.proxy._traffic import Seen, Traffic

__all__ = ["FLOOD", "GARBAGE", "flood", "response_of", "serve_http", "truncate"]

FLOOD = 100_000_000
"""The length of the body of `Fault.FLOOD`, in bytes."""

GARBAGE = b"\x16\x03\x00\xfe\xca no HTTP \x00\x01\x02\x03\r\n\r\n" * 8
"""The response of `Fault.GARBAGE`."""

_BODY = bytes(range(128, 256)) * 4 + b"<{[\x00"
_PAGE = b"<!DOCTYPE html><html><body><form>Please log in: <input name=user></form></body></html>"
_JSON = "application/json"


def response_of(fault: Fault, request: Message) -> bytes:
    """
    The response of a fault, which replaces the target's.

    Args:
        fault: A fault whose response does not depend on the target's.
        request: The request.
    """
    match fault:
        case Fault.OK_EMPTY:
            response = _response(200, b"", _JSON)
        case Fault.OK_ERROR:
            response = _response(200, _error("the order was not accepted"), _JSON)
        case Fault.OK_HTML:
            response = _response(200, _PAGE, "text/html; charset=utf-8")
        case Fault.GARBAGE_BODY:
            response = _response(200, _BODY, _JSON)
        case Fault.ECHO:
            echoed = b"\r\n".join((*request.lines, b"", request.content))
            response = _response(400, b"cannot be read:\r\n" + echoed, "text/plain; charset=utf-8")
        case _ if fault.status is not None:
            response = _status_response(fault, fault.status)
        case _:
            raise ValueError(f"{fault.name} has no response")
    head, _, body = response.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n" + (b"" if request.method == "HEAD" else body)


def truncate(response: Message) -> bytes:
    """
    Half of a response, with a Content-Length that is too large.
    """
    lines = list(response.lines_without("Content-Length", "Transfer-Encoding", "Connection"))
    if response.status in (204, 304):
        lines[0] = b"HTTP/1.1 200 OK"
    length = len(response.content) + 1000
    lines.append(b"Content-Length: " + str(length).encode("ascii"))
    half = response.content[: len(response.content) // 2]
    return b"\r\n".join((*lines, b"", b"")) + half


def flood() -> Iterator[bytes]:
    """
    The chunks of a response of 100 MB without a Content-Length.
    """
    yield _head(200, _JSON, "Transfer-Encoding: chunked")
    size = 100_000
    chunk = f"{size:x}\r\n".encode("ascii") + b" " * size + b"\r\n"
    for _ in range(FLOOD // size):
        yield chunk
    yield b"0\r\n\r\n"


def _status_response(fault: Fault, status: int) -> bytes:
    headers = []
    if status == HTTPStatus.UNAUTHORIZED:
        headers.append('WWW-Authenticate: Bearer realm="fault"')
    if fault.retry_after == "seconds":
        headers.append(f"Retry-After: {RETRY_AFTER}")
    if fault.retry_after == "date":
        headers.append(f"Retry-After: {_date(RETRY_AFTER)}")
    return _response(status, _error(HTTPStatus(status).phrase), _JSON, *headers)


def _error(text: str) -> bytes:
    return json.dumps({"error": text}).encode("ascii")


def _response(status: int, body: bytes, media_type: str, *headers: str) -> bytes:
    return _head(status, media_type, f"Content-Length: {len(body)}", *headers) + body


def _head(status: int, media_type: str, *headers: str) -> bytes:
    lines = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        f"Date: {_date()}",
        f"Content-Type: {media_type}",
        *headers,
        "",
        "",
    )
    return "\r\n".join(lines).encode("ascii")


def _date(later: int = 0) -> str:
    """
    A date in the format of HTTP headers (RFC 9110, section 5.6.7).
    """
    return format_datetime(datetime.now(UTC) + timedelta(seconds=later), usegmt=True)


_REQUEST_FAULTS = {
    Fault.STALL: Fault.STALL_REQUEST,
    Fault.CUT: Fault.DROP_REQUEST,
    Fault.DEAF: Fault.LOSE_ANSWER,
}
"""The faults of requests that correspond to those of bytes."""

_WITHOUT_RESPONSE = (Fault.DROP_REQUEST, Fault.LOSE_ANSWER)
_STALLING = (Fault.STALL_REQUEST, Fault.LOSE_ANSWER_STALLED)


def serve_http(connection: Connection, traffic: Traffic) -> None:
    """
    Respond to the requests of one connection until it ends.

    Args:
        connection: The connection.
        traffic: The target and the fault.
    """
    service = _Service(connection, traffic)
    with connection.file() as file:
        try:
            while (head := read_head(file)) is not None:
                if b"100-continue" in head.header("Expect").lower():
                    connection.client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                if not service.respond(read_body(file, head)):
                    connection.finish()
                    return
        except MessageError:
            if connection.ended:
                return
        connection.mark_left()


class _Service:
    def __init__(self, connection: Connection, traffic: Traffic) -> None:
        self._connection = connection
        self._traffic = traffic

    def respond(self, request: Message) -> bool:
        """
        Respond to a request, and return whether the connection stays open.
        """
        active = self._traffic.fault
        if active is None or not active.at_request(request.method, request.path):
            return self._relay(request)
        fault = _REQUEST_FAULTS.get(active.fault, active.fault)
        if fault is Fault.WRONG_CERTIFICATE:
            return self._relay(request)  # accepted, and counted already
        self._traffic.count_met()
        if fault is Fault.DELAY:
            self._connection.wait(DELAY)
            return self._relay(request)
        response = self._forward(request) if fault.forwards else None
        if response is None:
            self._record(request)
        if fault in (Fault.RESET, Fault.REFUSE):
            self._connection.end(reset=fault is Fault.RESET)
            return False
        if fault in _STALLING:
            self._traffic.stall(self._connection, active)
            self._connection.drain()
            return False
        return fault not in _WITHOUT_RESPONSE and self._respond(fault, request, response)

    def _respond(self, fault: Fault, request: Message, response: Message | None) -> bool:
        client = self._connection.client
        if response is None and fault is Fault.TRUNCATED:
            return False
        match fault:
            case Fault.TRUNCATED if response is not None:
                client.sendall(truncate(response))
                return False
            case Fault.GARBAGE:
                client.sendall(GARBAGE)
                return False
            case Fault.FLOOD:
                for chunk in flood():
                    client.sendall(chunk)
                return False
            case _:
                client.sendall(response_of(fault, request))
                return request.keeps_alive

    def _relay(self, request: Message) -> bool:
        response = self._forward(request)
        if response is None:
            return False
        self._connection.client.sendall(response.encode())
        return request.keeps_alive and response.keeps_alive

    def _forward(self, request: Message) -> Message | None:
        """
        Send a request to the target over a new connection, which the target has not closed.

        Returns:
            The response, or `None` if there was none.
        """
        before = self._traffic.observe()
        response = None
        try:
            target = self._connection.connect(self._traffic.target)
            target.sendall(request.encode("Expect"))
            with target.makefile("rb") as file:
                response = read_response(file, request.method)
        except (OSError, MessageError):
            response = None  # the client sees what it would see without the proxy: no response
        finally:
            self._connection.disconnect()
        self._record(request, self._traffic.observe() - before)
        return response

    def _record(self, request: Message, documents: int | None = None) -> None:
        forwarded = documents is not None
        self._traffic.record(Seen(request.method, request.path, forwarded, documents or 0))
