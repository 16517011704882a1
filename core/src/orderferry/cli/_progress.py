"""
A progress bar for many orders, where somebody looks at it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

__all__ = ["progress"]

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
