"""
HTTP through the proxy: requests are forwarded one by one, unless there is a fault for them.
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
    read_answer,
    read_body,
    read_head,
)
from orderferry.testing.proxy._traffic import Seen, Traffic

__all__ = ["FLOOD", "GARBAGE", "answer_of", "flood", "serve_http", "truncated"]

FLOOD = 100_000_000
"""How long the body of `Fault.FLOOD` is, in bytes."""

GARBAGE = b"\x16\x03\x00\xfe\xca no HTTP \x00\x01\x02\x03\r\n\r\n" * 8
"""What `Fault.GARBAGE` answers."""

_BODY = bytes(range(128, 256)) * 4 + b"<{[\x00"
_PAGE = b"<!DOCTYPE html><html><body><form>Please log in: <input name=user></form></body></html>"
_JSON = "application/json"


def answer_of(fault: Fault, request: Message) -> bytes:
    """
    The answer that a fault gives in place of the target's.

    Args:
        fault: One with an answer that can be made at once.
        request: The request.
    """
    match fault:
        case Fault.OK_EMPTY:
            answer = _answer(200, b"", _JSON)
        case Fault.OK_ERROR:
            answer = _answer(200, _error("the order was not taken"), _JSON)
        case Fault.OK_HTML:
            answer = _answer(200, _PAGE, "text/html; charset=utf-8")
        case Fault.GARBAGE_BODY:
            answer = _answer(200, _BODY, _JSON)
        case Fault.ECHO:
            told = b"\r\n".join((*request.lines, b"", request.content))
            answer = _answer(400, b"cannot be read:\r\n" + told, "text/plain; charset=utf-8")
        case _ if fault.status is not None:
            answer = _status(fault, fault.status)
        case _:
            raise ValueError(f"{fault.name} has no answer of its own")
    head, _, body = answer.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n" + (b"" if request.method == "HEAD" else body)


def truncated(answer: Message) -> bytes:
    """
    Half of an answer that promises more than all of it.
    """
    lines = list(answer.without("Content-Length", "Transfer-Encoding", "Connection"))
    if answer.status in (204, 304):
        lines[0] = b"HTTP/1.1 200 OK"
    length = len(answer.content) + 1000
    lines.append(b"Content-Length: " + str(length).encode("ascii"))
    half = answer.content[: len(answer.content) // 2]
    return b"\r\n".join((*lines, b"", b"")) + half


def flood() -> Iterator[bytes]:
    """
    An answer of 100 MB, piece by piece; its length is not told.
    """
    yield _head(200, _JSON, "Transfer-Encoding: chunked")
    size = 100_000
    chunk = f"{size:x}\r\n".encode("ascii") + b" " * size + b"\r\n"
    for _ in range(FLOOD // size):
        yield chunk
    yield b"0\r\n\r\n"


def _status(fault: Fault, status: int) -> bytes:
    more = []
    if status == HTTPStatus.UNAUTHORIZED:
        more.append('WWW-Authenticate: Bearer realm="fault"')
    if fault.retry_after == "seconds":
        more.append(f"Retry-After: {RETRY_AFTER}")
    if fault.retry_after == "date":
        more.append(f"Retry-After: {_date(RETRY_AFTER)}")
    return _answer(status, _error(HTTPStatus(status).phrase), _JSON, *more)


def _error(text: str) -> bytes:
    return json.dumps({"error": text}).encode("ascii")


def _answer(status: int, body: bytes, media_type: str, *more: str) -> bytes:
    return _head(status, media_type, f"Content-Length: {len(body)}", *more) + body


def _head(status: int, media_type: str, *more: str) -> bytes:
    lines = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        f"Date: {_date()}",
        f"Content-Type: {media_type}",
        *more,
        "",
        "",
    )
    return "\r\n".join(lines).encode("ascii")


def _date(later: int = 0) -> str:
    """
    A date as headers have it (RFC 9110, section 5.6.7).
    """
    return format_datetime(datetime.now(UTC) + timedelta(seconds=later), usegmt=True)


_AT_REQUEST = {
    Fault.STALL: Fault.STALL_REQUEST,
    Fault.CUT: Fault.DROP_REQUEST,
    Fault.DEAF: Fault.LOSE_ANSWER,
}
"""What is met by bytes elsewhere is met by requests here."""

_ANSWERLESS = (Fault.DROP_REQUEST, Fault.LOSE_ANSWER)
_STALLING = (Fault.STALL_REQUEST, Fault.LOSE_ANSWER_STALLED)


def serve_http(connection: Connection, traffic: Traffic) -> None:
    """
    Answer the requests of one connection until it ends.

    Args:
        connection: The connection.
        traffic: Target and faults.
    """
    service = _Service(connection, traffic)
    with connection.file() as file:
        try:
            while (head := read_head(file)) is not None:
                if b"100-continue" in head.header("Expect").lower():
                    connection.client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                if not service.answer(read_body(file, head)):
                    connection.finish()
                    return
        except MessageError:
            if connection.ended:
                return
        connection.left()


class _Service:
    def __init__(self, connection: Connection, traffic: Traffic) -> None:
        self._connection = connection
        self._traffic = traffic

    def answer(self, request: Message) -> bool:
        """
        Whether the connection stays open.
        """
        inflicted = self._traffic.inflicted
        if inflicted is None or not inflicted.at_request(request.method, request.path):
            return self._pass(request)
        fault = _AT_REQUEST.get(inflicted.fault, inflicted.fault)
        if fault is Fault.WRONG_CERTIFICATE:
            return self._pass(request)  # trusted, and met already
        self._traffic.meet()
        if fault is Fault.DELAY:
            self._connection.wait(DELAY)
            return self._pass(request)
        answer = self._forward(request) if fault.forwards else None
        if answer is None:
            self._saw(request)
        if fault in (Fault.RESET, Fault.REFUSE):
            self._connection.end(reset=fault is Fault.RESET)
            return False
        if fault in _STALLING:
            self._traffic.stall(self._connection, inflicted)
            self._connection.drain()
            return False
        return fault not in _ANSWERLESS and self._spoil(fault, request, answer)

    def _spoil(self, fault: Fault, request: Message, answer: Message | None) -> bool:
        client = self._connection.client
        if answer is None and fault is Fault.TRUNCATED:
            return False
        match fault:
            case Fault.TRUNCATED if answer is not None:
                client.sendall(truncated(answer))
                return False
            case Fault.GARBAGE:
                client.sendall(GARBAGE)
                return False
            case Fault.FLOOD:
                for piece in flood():
                    client.sendall(piece)
                return False
            case _:
                client.sendall(answer_of(fault, request))
                return request.keeps_alive

    def _pass(self, request: Message) -> bool:
        answer = self._forward(request)
        if answer is None:
            return False
        self._connection.client.sendall(answer.encoded())
        return request.keeps_alive and answer.keeps_alive

    def _forward(self, request: Message) -> Message | None:
        """
        Send it to the target, over a connection of its own: none that the target has closed.

        Returns:
            The answer, or `None` if there was none.
        """
        before = self._traffic.observe()
        answer = None
        try:
            target = self._connection.connect(self._traffic.target)
            target.sendall(request.encoded("Expect"))
            with target.makefile("rb") as file:
                answer = read_answer(file, request.method)
        except (OSError, MessageError):
            answer = None  # the client sees what it would see of the target: no answer
        finally:
            self._connection.disconnect()
        self._saw(request, self._traffic.observe() - before)
        return answer

    def _saw(self, request: Message, taken: int | None = None) -> None:
        forwarded = taken is not None
        self._traffic.saw(Seen(request.method, request.path, forwarded, taken or 0))
