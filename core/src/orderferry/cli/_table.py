"""
The table of a run, on a terminal or in a file.

A row's cells fold inside their columns; what happened stands under the row across the whole
width, so that errors and their problems can be read in 80 columns.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import zip_longest
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from orderferry.cli._rows import Row

__all__ = ["console", "print_rows", "widths"]

_HEADS = ("Order", "Step", "Outcome", "Connector", "State", "Remote ids")
_GAP = 2
_NARROWEST = 8
_STYLES = {
    "Success": "green",
    "Warning": "yellow",
    "Error": "bold red",
    "not run": "dim",
}


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


def print_rows(rows: Sequence[Row], out: Console) -> None:
    """
    Print the table.
    """
    columns = widths([_HEADS, *(row.cells for row in rows)], out.width)
    _print_line([Text(head, style="bold") for head in _HEADS], columns, out)
    _print_line([Text("-" * width) for width in columns], columns, out)
    previous = ""
    for row in rows:
        if row.step or row.outcome:
            order = "" if row.order == previous else row.order
            style = _STYLES.get(row.outcome, "")
            cells = [Text(order), *(Text(each) for each in row.cells[1:])]
            cells[2].stylize(style)
            _print_line(cells, columns, out)
            previous = row.order
        for note in row.notes:
            _print_note(note, out)


def _print_note(note: str, out: Console) -> None:
    point = note.startswith("- ")
    first, rest = ("    - ", "      ") if point else ("    ", "    ")
    text = Text(note.removeprefix("- "))
    for number, line in enumerate(text.wrap(out, max(out.width - len(rest), 1), overflow="fold")):
        line.rstrip()
        out.print(Text(rest if number else first) + line, soft_wrap=True)


def _print_line(cells: Sequence[Text], columns: Sequence[int], out: Console) -> None:
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
