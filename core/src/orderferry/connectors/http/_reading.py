"""
Reads the body of a response, up to a limit.
"""

from __future__ import annotations

import zlib

from urllib3.response import BaseHTTPResponse

__all__ = ["UnreadableResponseError", "read_body"]

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_RAW_DEFLATE = -zlib.MAX_WBITS
_GZIP = ("gzip", "x-gzip")


class UnreadableResponseError(Exception):
    """
    A response whose body is too long, or is not what its header fields say.
    """


def read_body(raw: BaseHTTPResponse, limit: int) -> bytes:
    """
    Read the whole body, and decompress it.

    Args:
        raw: The response, its body not read yet.
        limit: The most bytes, before and after decompression.

    Raises:
        UnreadableResponseError: The body is longer, or its compression is invalid.
    """
    declared = raw.headers.get("Content-Length", "")
    if declared.isdigit() and raw.length_remaining and int(declared) > limit:
        raw.close()
        raise UnreadableResponseError(f"the response is longer than {limit} bytes")
    content = raw.read(limit + 1, decode_content=False)
    if len(content) > limit:
        raw.close()
        raise UnreadableResponseError(f"the response is longer than {limit} bytes")
    raw.read(1, decode_content=False)
    raw.release_conn()
    encodings = raw.headers.get("Content-Encoding", "").lower().split(",")
    for encoding in reversed([name.strip() for name in encodings]):
        if content and encoding not in ("", "identity"):
            content = _decompress(content, encoding, limit)
    return content


def _decompress(content: bytes, encoding: str, limit: int) -> bytes:
    if encoding not in (*_GZIP, "deflate"):
        raise UnreadableResponseError(
            f"the response has the encoding {encoding!r}, which was not requested"
        )
    try:
        return _inflate(content, _GZIP_OR_ZLIB, limit)
    except zlib.error as error:
        if encoding in _GZIP:
            raise UnreadableResponseError(
                f"the response is not valid {encoding}: {error}"
            ) from error
    try:
        return _inflate(content, _RAW_DEFLATE, limit)
    except zlib.error as error:
        raise UnreadableResponseError(f"the response is not valid {encoding}: {error}") from error


def _inflate(content: bytes, wbits: int, limit: int) -> bytes:
    """
    Decompress all members of a compressed body.
    """
    result = bytearray()
    while content:
        inflater = zlib.decompressobj(wbits)
        result += inflater.decompress(content, limit + 1 - len(result))
        if len(result) > limit:
            raise UnreadableResponseError(
                f"the response is longer than {limit} bytes, decompressed"
            )
        if not inflater.eof:
            raise UnreadableResponseError("the compressed body of the response ended early")
        content = inflater.unused_data
    return bytes(result)
