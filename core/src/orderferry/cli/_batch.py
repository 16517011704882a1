"""
The orders of a batch: where they are read from, and how far their runs are.
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

__all__ = ["Document", "Placed", "documents", "progress", "read_batch", "read_files"]

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


FEWEST = 10
"""How many there are at least where a bar is drawn."""

Item = TypeVar("Item")


def progress(items: Sequence[Item], what: str) -> Iterator[Item]:
    """
    The items, with a bar on standard error while they are gone through; none in a pipe or a file.

    Args:
        what: What is done with them, for people.
    """
    if len(items) < FEWEST or not sys.stderr.isatty():
        yield from items
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    from orderferry.cli._table import console

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(*columns, console=console(sys.stderr), transient=True) as bar:
        yield from bar.track(items, description=what)


@frozen
class Placed:
    """
    An order, and where it stands, for messages.
    """

    place: str
    order: Order


def read_batch(
    ferry: Ferry, names: Sequence[str], *, status: str, shipment_id: str | None
) -> list[Placed]:
    """
    The orders of some files, in their order.

    Args:
        ferry: Reads the orders, and knows the workflow.
        names: The files; `-` is standard input.
        status: The status that they are to enter.
        shipment_id: The shipment that each must have, or `None`.

    Raises:
        OrderFormatError: At least one order cannot be read or cannot enter the status; the
            faults name every one.
    """
    faults: list[str] = []
    placed = list(read_files(ferry, names, faults))
    for each in placed:
        fault = _misplaced(ferry, each.order, status, shipment_id)
        if fault is not None:
            faults.append(f"{each.place}: {fault}")
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise OrderFormatError(f"nothing was sent: {count} in the orders", faults=faults)
    return placed


def read_files(
    reader: Ferry | Configured, names: Iterable[str], faults: list[str]
) -> Iterator[Placed]:
    """
    The orders that can be read; a line of `faults` for each thing that cannot.
    """
    for name in names:
        try:
            for document in documents(name):
                yield from _read(reader, document, faults)
        except OSError as error:
            faults.append(f"{name}: {error.strerror or error}")


def _read(reader: Ferry | Configured, document: Document, faults: list[str]) -> Iterator[Placed]:
    try:
        for order in reader.read_orders(document.data):
            yield Placed(document.place, order)
    except OrderFormatError as error:
        found = error.faults or (str(error),)
        who = f"order {error.order_id}: " if error.order_id else ""
        faults.extend(f"{document.place}: {who}{fault}" for fault in found)


def _misplaced(ferry: Ferry, order: Order, status: str, shipment_id: str | None) -> str | None:
    try:
        ferry.validate(order, status, shipment_id)
    except UnknownStatusError as error:
        return str(error)
    return None
