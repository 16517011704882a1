"""
Requests and answers as text, for the timeline.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

import msgspec

from orderferry.connectors._timeline import as_text
from orderferry.connectors.http._headers import hidden
from orderferry.connectors.http._outgoing import Outgoing
from orderferry.connectors.http._response import Response

__all__ = ["answer_text", "request_text"]

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
