"""
The documents of a file of orders: the whole file, or each line of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

__all__ = ["Document", "documents"]

STANDARD_INPUT = "-"


@frozen
class Document:
    """
    Bytes that should hold an order, or a list of them.

    Attributes:
        place: Where they stand, for messages: `orders.json`, `orders.jsonl:3`.
        data: The bytes.
    """

    place: str
    data: bytes


def documents(name: str) -> Iterator[Document]:
    """
    The documents of a file, or of standard input where the name is `-`.

    A file that ends in `.jsonl` has one a line; standard input has, where every line of it is an
    object of its own.

    Raises:
        OSError: The file cannot be read.
    """
    if name == STANDARD_INPUT:
        place, data = "standard input", sys.stdin.buffer.read()
        by_line = _is_lines(data)
    else:
        place, data = name, Path(name).read_bytes()
        by_line = name.lower().endswith(".jsonl")
    if not by_line:
        yield Document(place, data)
        return
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            yield Document(f"{place}:{number}", line)


def _is_lines(data: bytes) -> bool:
    lines = [line.strip() for line in data.split(b"\n") if line.strip()]
    return len(lines) > 1 and all(line[:1] == b"{" and line[-1:] == b"}" for line in lines)
