"""
The orders of a batch: reading them from files, and the progress of their runs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from attrs import frozen

from orderferry.errors import OrderFormatError, UnknownStatusError
from orderferry.orders import Order

if TYPE_CHECKING:
    from orderferry.runtime import Configured, Ferry

__all__ = [
    "Document",
    "SourceOrder",
    "read_batch",
    "read_documents",
    "read_files",
    "show_progress",
]

STANDARD_INPUT = "-"


@frozen
class Document:
    """
    The bytes of an order or of a list of orders, not parsed yet.

    Attributes:
        place: The file and the line, for messages: `orders.json`, `orders.jsonl:3`.
        data: The bytes.
    """

    place: str
    data: bytes


def read_documents(name: str) -> Iterator[Document]:
    """
    Read the documents of a file, or of standard input if the name is `-`.

    A file whose name ends in `.jsonl` contains one document per line; so does standard input if
    each of its lines is a JSON object.

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


FEWEST = 10
"""The fewest items for which a progress bar is shown."""

Item = TypeVar("Item")


def show_progress(items: Sequence[Item], description: str) -> Iterator[Item]:
    """
    Iterate over items, with a progress bar if standard error is a terminal.

    Args:
        description: What is done with the items, shown in front of the bar.
    """
    if len(items) < FEWEST or not sys.stderr.isatty():
        yield from items
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    from orderferry.cli._table import console

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(*columns, console=console(sys.stderr), transient=True) as bar:
        yield from bar.track(items, description=description)


@frozen
class SourceOrder:
    """
    An order, with the file and line that it was read from, for messages.
    """

    place: str
    order: Order


def read_batch(
    ferry: Ferry, names: Sequence[str], *, status: str, shipment_id: str | None
) -> list[SourceOrder]:
    """
    Read the orders of files, in the order of the files.

    Args:
        ferry: The ferry, which reads the orders and has the workflow.
        names: The names of the files; `-` is standard input.
        status: The status that the orders will enter.
        shipment_id: The shipment that each order must have, or `None`.

    Raises:
        OrderFormatError: At least one order cannot be read or cannot enter the status. The faults
            name all of them.
    """
    faults: list[str] = []
    sources = list(read_files(ferry, names, faults))
    for source in sources:
        try:
            ferry.validate(source.order, status, shipment_id)
        except UnknownStatusError as error:
            faults.append(f"{source.place}: {error}")
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise OrderFormatError(f"nothing was sent: {count} in the orders", faults=faults)
    return sources


def read_files(
    reader: Ferry | Configured, names: Iterable[str], faults: list[str]
) -> Iterator[SourceOrder]:
    """
    Read the orders of files, and append a line to `faults` for each one that cannot be read.
    """
    for name in names:
        try:
            for document in read_documents(name):
                yield from _read(reader, document, faults)
        except OSError as error:
            faults.append(f"{name}: {error.strerror or error}")


def _read(
    reader: Ferry | Configured, document: Document, faults: list[str]
) -> Iterator[SourceOrder]:
    try:
        for order in reader.read_orders(document.data):
            yield SourceOrder(document.place, order)
    except OrderFormatError as error:
        subject = f"{document.place}: " + (f"order {error.order_id}: " if error.order_id else "")
        faults.extend(f"{subject}{fault}" for fault in error.faults or (str(error),))
