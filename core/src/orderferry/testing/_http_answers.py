"""
Answers that a target should not give.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus

from orderferry.testing._fault import RETRY_AFTER, Fault
from orderferry.testing._http_message import Message

__all__ = ["FLOOD", "GARBAGE", "answer_of", "flood", "truncated"]

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
