"""
Reading an answer's body, no further than allowed.
"""

from __future__ import annotations

import zlib

from urllib3.response import BaseHTTPResponse

__all__ = ["UnreadableAnswerError", "read_body"]

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_RAW_DEFLATE = -zlib.MAX_WBITS
_GZIP = ("gzip", "x-gzip")


class UnreadableAnswerError(Exception):
    """
    An answer whose body cannot be used: too long, or not what its headers say.
    """


def read_body(raw: BaseHTTPResponse, limit: int) -> bytes:
    """
    The whole body, decompressed.

    Args:
        raw: The answer, its body not read yet.
        limit: Most bytes, before and after decompression.

    Raises:
        UnreadableAnswerError: It is longer, or its compression does not hold.
    """
    declared = raw.headers.get("Content-Length", "")
    if declared.isdigit() and raw.length_remaining and int(declared) > limit:
        raw.close()
        raise UnreadableAnswerError(f"the answer is longer than {limit} bytes")
    content = raw.read(limit + 1, decode_content=False)
    if len(content) > limit:
        raw.close()
        raise UnreadableAnswerError(f"the answer is longer than {limit} bytes")
    raw.read(1, decode_content=False)
    raw.release_conn()
    encodings = raw.headers.get("Content-Encoding", "").lower().split(",")
    for encoding in reversed([name.strip() for name in encodings]):
        if content and encoding not in ("", "identity"):
            content = _decompressed(content, encoding, limit)
    return content


def _decompressed(content: bytes, encoding: str, limit: int) -> bytes:
    if encoding not in (*_GZIP, "deflate"):
        raise UnreadableAnswerError(f"the answer's encoding {encoding!r} was not asked for")
    try:
        return _inflated(content, _GZIP_OR_ZLIB, limit)
    except zlib.error as error:
        if encoding in _GZIP:
            raise UnreadableAnswerError(f"the answer is no {encoding}: {error}") from error
    try:
        return _inflated(content, _RAW_DEFLATE, limit)
    except zlib.error as error:
        raise UnreadableAnswerError(f"the answer is no {encoding}: {error}") from error


def _inflated(content: bytes, wbits: int, limit: int) -> bytes:
    """
    All members of a compressed body, one after the other.
    """
    found = bytearray()
    while content:
        inflater = zlib.decompressobj(wbits)
        found += inflater.decompress(content, limit + 1 - len(found))
        if len(found) > limit:
            raise UnreadableAnswerError(f"the answer is longer than {limit} bytes, decompressed")
        if not inflater.eof:
            raise UnreadableAnswerError("the answer's compressed body ended early")
        content = inflater.unused_data
    return bytes(found)
