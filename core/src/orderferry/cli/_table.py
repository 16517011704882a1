"""
Tables for people, on a terminal or in a file.

A row's cells fold inside their columns; what there is to say of it stands under the row across the
whole width, so that errors and their problems can be read in 80 columns.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TextIO

from attrs import frozen
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

__all__ = ["Line", "console", "print_indented", "print_table", "widths"]

_GAP = 2
_NARROWEST = 8
_STYLES = {
    "Success": "green",
    "Warning": "yellow",
    "Error": "bold red",
    "not run": "dim",
    "configured": "green",
    "quarantined": "bold red",
    "not installed": "bold red",
    "accepted": "green",
    "acknowledged": "green",
    "rejected": "bold red",
    "dead": "bold red",
    "unknown": "bold yellow",
    "retrying": "yellow",
    "paused": "yellow",
    "sound": "green",
    "broken": "bold red",
    "proven": "green",
    "not offered": "dim",
    "failed": "bold red",
}
"""The styles of cells that say how something stands."""


@frozen
class Line:
    """
    One row of a table.

    Attributes:
        cells: Its cells; a row whose cells are all empty shows its notes only.
        notes: Lines under it; those that begin with `- ` are points.
    """

    cells: tuple[str, ...]
    notes: tuple[str, ...] = ()


def console(stream: TextIO | None = None) -> Console:
    """
    A console that colours only where the stream is a terminal.
    """
    stream = sys.stdout if stream is None else stream
    return Console(
        file=stream,
        force_terminal=stream.isatty(),
        force_jupyter=False,
        highlight=False,
        markup=False,
        emoji=False,
    )


def widths(rows: Sequence[Sequence[str]], total: int) -> list[int]:
    """
    The columns' widths: as wide as their cells, the widest ones narrowed until all fit.
    """
    found = [max(cell_len(row[column]) for row in rows) for column in range(len(rows[0]))]
    excess = sum(found) + _GAP * (len(found) - 1) - total
    while excess > 0 and max(found) > _NARROWEST:
        found[found.index(max(found))] -= 1
        excess -= 1
    return found


def print_table(heads: Sequence[str], lines: Iterable[Line], out: Console) -> None:
    """
    Print a table.
    """
    lines = list(lines)
    columns = widths([tuple(heads), *(line.cells for line in lines)], out.width)
    _print_cells([Text(head, style="bold") for head in heads], columns, out)
    _print_cells([Text("-" * width) for width in columns], columns, out)
    for line in lines:
        if any(line.cells):
            cells = [Text(each, style=_STYLES.get(each, "")) for each in line.cells]
            _print_cells(cells, columns, out)
        for note in line.notes:
            hanging = 6 if note.startswith("- ") else 4
            print_indented(Text(note), out, indent=4, hanging=hanging)


def print_indented(text: Text, out: Console, *, indent: int, hanging: int) -> None:
    """
    Print a text folded inside the width.

    Args:
        text: The text, of one paragraph.
        out: Where to.
        indent: Blanks before its first line.
        hanging: Blanks before the others.
    """
    width = max(out.width - max(indent, hanging), 1)
    for number, line in enumerate(text.wrap(out, width, overflow="fold")):
        line.rstrip()
        out.print(Text(" " * (hanging if number else indent)) + line, soft_wrap=True)


def _print_cells(cells: Sequence[Text], columns: Sequence[int], out: Console) -> None:
    folded = [
        cell.wrap(out, max(width, 1), overflow="fold")
        for cell, width in zip(cells, columns, strict=True)
    ]
    for parts in zip_longest(*folded):
        line = Text()
        for part, width in zip(parts, columns, strict=True):
            shown = part if part is not None else Text()
            line.append_text(shown)
            line.append(" " * (width - cell_len(shown.plain) + _GAP))
        line.rstrip()
        out.print(line, soft_wrap=True)
