"""
One stored order for people.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from orderferry.cli._export_rows import print_exports
from orderferry.cli._options import shown
from orderferry.cli._table import console, print_indented
from orderferry.cli._text import printable
from orderferry.exports import Export
from orderferry.orders import Order

__all__ = ["print_order"]


def print_order(order: Order, exports: Sequence[Export]) -> None:
    """
    Print an order, its exports, its errors and its history.

    Args:
        exports: All exports of it, in the order made.
    """
    out = console()
    parts = (
        f"order {order.id}",
        order.order_type and f"of type {order.order_type}",
        order.status and f"at status {order.status}",
        order.market_id and f"market {order.market_id}",
        None if order.version_id is None else f"version {order.version_id}",
    )
    title = ", ".join(part for part in parts if part)
    print_indented(Text(printable(title), style="bold"), out, indent=0, hanging=2)
    if exports:
        out.print()
        print_exports(exports, as_json=False)
    _section(
        "Errors",
        [
            f"{shown(error.occurred)}  {error.key}"
            f"{f' {error.reference_id}' if error.reference_id else ''}: {error.message}"
            f"{f' ({error.status})' if error.status != 'New' else ''}"
            for error in order.errors
        ],
        out,
    )
    _section(
        "History",
        [
            f"{shown(event.timestamp)}  {f'{event.user}: ' if event.user else ''}{event.message}"
            for event in order.history
        ],
        out,
    )


def _section(name: str, lines: Sequence[str], out: Console) -> None:
    if not lines:
        return
    out.print()
    out.print(Text(name, style="bold"))
    for line in lines:
        print_indented(Text(printable(line)), out, indent=2, hanging=4)
