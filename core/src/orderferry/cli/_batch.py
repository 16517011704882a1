"""
All orders of one call, read and held against the workflow before the first of them is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from orderferry.cli._documents import Document, documents
from orderferry.errors import OrderFormatError, UnknownStatusError
from orderferry.orders import Order

if TYPE_CHECKING:
    from orderferry.runtime import Configured, Ferry

__all__ = ["Placed", "read_batch", "read_files"]


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
