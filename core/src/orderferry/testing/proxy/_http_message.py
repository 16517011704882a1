"""
HTTP/1.1 messages as they come over a connection (RFC 9112).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from attrs import frozen

__all__ = ["Message", "MessageError", "read_answer", "read_body", "read_head"]

_LONGEST_LINE = 1_000_000


class MessageError(Exception):
    """
    What came is no whole message.
    """


@frozen
class Message:
    """
    A request or an answer.

    Attributes:
        lines: First line and header lines, as they came.
        raw: The body as it came, with its framing.
        content: The body without.
        delimited: Whether it says where it ends.
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
        The status of an answer.

        Raises:
            MessageError: It has none.
        """
        parts = self.lines[0].split(b" ")
        if not parts[0].startswith(b"HTTP/1.") or len(parts) < 2 or not parts[1].isdigit():
            raise MessageError(f"an answer cannot begin with {self.lines[0][:80]!r}")
        return int(parts[1])

    @property
    def keeps_alive(self) -> bool:
        """
        Whether another message may follow it (RFC 9112, section 9.3).
        """
        closes = b"close" in self.header("Connection").lower()
        return self.delimited and b"HTTP/1.1" in self.lines[0] and not closes

    def header(self, name: str) -> bytes:
        """
        A header's value, or nothing.
        """
        for line in self.lines[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name.lower().encode("ascii"):
                return value.strip()
        return b""

    def without(self, *names: str) -> tuple[bytes, ...]:
        """
        Its lines without some headers.
        """
        return tuple(_without(self.lines, {name.lower().encode("ascii") for name in names}))

    def encoded(self, *without: str) -> bytes:
        """
        The message as it is sent.

        Args:
            without: Headers that are left out.
        """
        return b"\r\n".join((*self.without(*without), b"", b"")) + self.raw


def read_head(file: BinaryIO) -> Message | None:
    """
    Read a message up to its body.

    Returns:
        The message, or `None` at the end of the connection.

    Raises:
        MessageError: The connection ended within it.
    """
    lines: list[bytes] = []
    while line := file.readline(_LONGEST_LINE):
        if not line.endswith(b"\n"):
            raise MessageError("the connection ended within a header, or the line has no end")
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
        to_end: Whether a body of no told length goes on to the end of the connection.

    Raises:
        MessageError: The connection ended within it.
    """
    if head.header("Transfer-Encoding").lower().endswith(b"chunked"):
        raw, content = _chunks(file)
        return Message(head.lines, raw, content)
    told = head.header("Content-Length")
    if told:
        if not told.isdigit():
            raise MessageError(f"Content-Length is {told[:80]!r}")
        content = _exactly(file, int(told))
        return Message(head.lines, content, content)
    if to_end:
        content = file.read()
        return Message(head.lines, content, content, delimited=False)
    return head


def read_answer(file: BinaryIO, method: str) -> Message:
    """
    Read an answer, past those that only say that another one follows.

    Args:
        file: The connection.
        method: The request's method.

    Raises:
        MessageError: What comes is no whole answer.
    """
    head = read_head(file)
    while head is not None and 100 <= head.status < 200:
        head = read_head(file)
    if head is None:
        raise MessageError("the connection ended without an answer")
    if method == "HEAD" or head.status in (204, 304):
        return head
    return read_body(file, head, to_end=True)


def _chunks(file: BinaryIO) -> tuple[bytes, bytes]:
    raw, content = bytearray(), bytearray()
    while True:
        line = _line(file)
        raw += line
        try:
            size = int(line.split(b";")[0], 16)
        except ValueError:
            raise MessageError(f"a chunk begins with {line[:80]!r}") from None
        if size == 0:
            break
        chunk = _exactly(file, size + 2)
        raw += chunk
        content += chunk[:-2]
    while trailer := _line(file).rstrip(b"\r\n"):
        raw += trailer + b"\r\n"
    return bytes(raw + b"\r\n"), bytes(content)


def _line(file: BinaryIO) -> bytes:
    line = file.readline(_LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise MessageError("the connection ended within a chunk")
    return line


def _exactly(file: BinaryIO, size: int) -> bytes:
    content = file.read(size)
    if len(content) < size:
        raise MessageError(f"the connection ended after {len(content)} of {size} bytes")
    return content


def _without(lines: Iterable[bytes], names: set[bytes]) -> Iterable[bytes]:
    for number, line in enumerate(lines):
        if number == 0 or line.partition(b":")[0].strip().lower() not in names:
            yield line
