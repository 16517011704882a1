"""
HTTP/1.1 messages, read from a connection (RFC 9112).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from attrs import frozen

__all__ = ["Message", "MessageError", "read_body", "read_head", "read_response"]

_LONGEST_LINE = 1_000_000


class MessageError(Exception):
    """
    The bytes of a connection are not a complete message.
    """


@frozen
class Message:
    """
    A request or a response.

    Attributes:
        lines: The first line and the header lines, as received.
        raw: The body as received, with its framing.
        content: The body without framing.
        delimited: Whether the message states where it ends.
    """

    lines: tuple[bytes, ...]
    raw: bytes = b""
    content: bytes = b""
    delimited: bool = True

    @property
    def method(self) -> str:
        """
        The method of a request.
        """
        return self.lines[0].split(b" ")[0].decode("latin-1")

    @property
    def path(self) -> str:
        """
        The path of a request, without the query.
        """
        parts = self.lines[0].split(b" ")
        target = parts[1] if len(parts) > 1 else b""
        if not target.startswith(b"/") and b"://" in target:
            target = b"/" + target.split(b"/", 3)[3] if target.count(b"/") > 2 else b"/"
        return target.split(b"?")[0].decode("latin-1")

    @property
    def status(self) -> int:
        """
        The status of a response.

        Raises:
            MessageError: The first line has no status.
        """
        parts = self.lines[0].split(b" ")
        if not parts[0].startswith(b"HTTP/1.") or len(parts) < 2 or not parts[1].isdigit():
            raise MessageError(f"a response cannot begin with {self.lines[0][:80]!r}")
        return int(parts[1])

    @property
    def keeps_alive(self) -> bool:
        """
        Whether another message may follow (RFC 9112, section 9.3).
        """
        closes = b"close" in self.header("Connection").lower()
        return self.delimited and b"HTTP/1.1" in self.lines[0] and not closes

    def header(self, name: str) -> bytes:
        """
        The value of a header; empty if there is none.
        """
        for line in self.lines[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name.lower().encode("ascii"):
                return value.strip()
        return b""

    def lines_without(self, *names: str) -> tuple[bytes, ...]:
        """
        The lines without some headers.
        """
        return tuple(_lines_without(self.lines, {name.lower().encode("ascii") for name in names}))

    def encode(self, *without: str) -> bytes:
        """
        The bytes of the message.

        Args:
            without: The headers to leave out.
        """
        return b"\r\n".join((*self.lines_without(*without), b"", b"")) + self.raw


def read_head(file: BinaryIO) -> Message | None:
    """
    Read a message up to its body.

    Returns:
        The message, or `None` at the end of the connection.

    Raises:
        MessageError: The connection ended before the end of the message.
    """
    lines: list[bytes] = []
    while line := file.readline(_LONGEST_LINE):
        if not line.endswith(b"\n"):
            raise MessageError("the connection ended within a header, or the header is too long")
        if line := line.rstrip(b"\r\n"):
            lines.append(line)
        elif lines:
            return Message(tuple(lines))
    if lines:
        raise MessageError("the connection ended within the headers")
    return None


def read_body(file: BinaryIO, head: Message, *, to_end: bool = False) -> Message:
    """
    Read the body of a message (RFC 9112, section 6.3).

    Args:
        file: The connection.
        head: The message up to its body.
        to_end: Whether a body without a length extends to the end of the connection.

    Raises:
        MessageError: The connection ended before the end of the message.
    """
    if head.header("Transfer-Encoding").lower().endswith(b"chunked"):
        raw, content = _read_chunks(file)
        return Message(head.lines, raw, content)
    length = head.header("Content-Length")
    if length:
        if not length.isdigit():
            raise MessageError(f"Content-Length is {length[:80]!r}; expected a number")
        content = _read_exactly(file, int(length))
        return Message(head.lines, content, content)
    if to_end:
        content = file.read()
        return Message(head.lines, content, content, delimited=False)
    return head


def read_response(file: BinaryIO, method: str) -> Message:
    """
    Read a response, and skip interim responses (RFC 9110, section 15.2).

    Args:
        file: The connection.
        method: The request's method.

    Raises:
        MessageError: The response is incomplete.
    """
    head = read_head(file)
    while head is not None and 100 <= head.status < 200:
        head = read_head(file)
    if head is None:
        raise MessageError("the connection ended without a response")
    if method == "HEAD" or head.status in (204, 304):
        return head
    return read_body(file, head, to_end=True)


def _read_chunks(file: BinaryIO) -> tuple[bytes, bytes]:
    raw, content = bytearray(), bytearray()
    while True:
        line = _read_line(file)
        raw += line
        try:
            size = int(line.split(b";")[0], 16)
        except ValueError:
            raise MessageError(f"a chunk begins with {line[:80]!r}; expected its size") from None
        if size == 0:
            break
        chunk = _read_exactly(file, size + 2)
        raw += chunk
        content += chunk[:-2]
    while trailer := _read_line(file).rstrip(b"\r\n"):
        raw += trailer + b"\r\n"
    return bytes(raw + b"\r\n"), bytes(content)


def _read_line(file: BinaryIO) -> bytes:
    line = file.readline(_LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise MessageError("the connection ended within a chunk")
    return line


def _read_exactly(file: BinaryIO, size: int) -> bytes:
    content = file.read(size)
    if len(content) < size:
        raise MessageError(f"the connection ended after {len(content)} of {size} bytes")
    return content


def _lines_without(lines: Iterable[bytes], names: set[bytes]) -> Iterable[bytes]:
    for number, line in enumerate(lines):
        if number == 0 or line.partition(b":")[0].strip().lower() not in names:
            yield line
