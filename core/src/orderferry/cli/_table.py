"""
Tables on a terminal or in a file.

A row's cells fold inside their columns. Its notes are printed below it across the whole width, so
that errors and their problems fit into 80 columns.

Tables are printed without rich's console, because importing it takes longer than reading a list.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import IO, TYPE_CHECKING, Protocol, TextIO

from attrs import define, field, frozen
from rich.cells import cell_len, chop_cells

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = [
    "Line",
    "Output",
    "Page",
    "column_widths",
    "console",
    "print_indented",
    "print_table",
    "standard_output",
]

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
"""The styles of cells that contain an outcome or a state."""

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}
"""The parameters of the control sequence SGR (ECMA-48, 8.3.117), by the word of a style."""

_WORD = re.compile(r"\s*\S+\s*")


@frozen
class Line:
    """
    One row of a table.

    Attributes:
        cells: The cells, left to right; a row of empty cells shows only its notes.
        notes: The lines below the row; those that begin with `- ` are list items.
    """

    cells: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Page(Protocol):
    """
    A stream with a width to print a table to: an `Output`, or a console of rich.
    """

    @property
    def file(self) -> IO[str]:
        """
        The stream.
        """

    @property
    def width(self) -> int:
        """
        The width of a line, in terminal cells.
        """


def _terminal_width() -> int:
    """
    The value of `COLUMNS`, or else the terminal's width, even if standard output is a file.
    """
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    for descriptor in (0, 1, 2):
        try:
            return os.get_terminal_size(descriptor).columns or 80
        except (OSError, ValueError):
            continue
    return 80


@define
class Output:
    """
    A stream that tables are printed to.

    Attributes:
        width: The value of `COLUMNS`, or else the terminal's width.
    """

    file: IO[str]
    width: int = field(factory=_terminal_width)


def standard_output() -> Output:
    """
    Standard output, with the terminal's width.
    """
    return Output(sys.stdout)


def console(stream: TextIO | None = None) -> Console:
    """
    A console of rich that prints colours only if the stream is a terminal.
    """
    from rich.console import Console

    stream = sys.stdout if stream is None else stream
    return Console(
        file=stream,
        force_terminal=stream.isatty(),
        force_jupyter=False,
        highlight=False,
        markup=False,
        emoji=False,
    )


def column_widths(rows: Sequence[Sequence[str]], total: int) -> list[int]:
    """
    The widths of the columns: those of their cells, with the widest narrowed until all fit.
    """
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(rows[0]))]
    excess = sum(widths) + _GAP * (len(widths) - 1) - total
    while excess > 0 and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
        excess -= 1
    return widths


def print_table(headings: Sequence[str], lines: Iterable[Line], out: Page) -> None:
    """
    Print a table.
    """
    lines = list(lines)
    columns = column_widths([tuple(headings), *(line.cells for line in lines)], out.width)
    is_coloured = _is_coloured(out.file)

    def row(cells: Sequence[str], styles: Sequence[str]) -> None:
        for line in _cells(cells, styles if is_coloured else ("",) * len(cells), columns):
            out.file.write(f"{line}\n")

    row(headings, ("bold",) * len(columns))
    row(["-" * width for width in columns], ("",) * len(columns))
    for line in lines:
        if any(line.cells):
            row(line.cells, [_STYLES.get(cell, "") for cell in line.cells])
        for note in line.notes:
            hanging = 6 if note.startswith("- ") else 4
            for number, part in enumerate(_fold(note, max(out.width - hanging, 1))):
                out.file.write(f"{' ' * (hanging if number else 4)}{part}".rstrip() + "\n")
    out.file.flush()


def print_indented(text: Text, out: Console, *, indent: int, hanging: int) -> None:
    """
    Print a text folded to the console's width.

    Args:
        text: The text, of one paragraph.
        out: The console.
        indent: The number of blanks before the first line.
        hanging: The number of blanks before the other lines.
    """
    from rich.text import Text

    width = max(out.width - max(indent, hanging), 1)
    for number, line in enumerate(text.wrap(out, width, overflow="fold")):
        line.rstrip()
        out.print(Text(" " * (hanging if number else indent)) + line, soft_wrap=True)


def _cells(cells: Sequence[str], styles: Sequence[str], columns: Sequence[int]) -> Iterator[str]:
    """
    The lines of a row, each cell folded inside its column.
    """
    folded = [_fold(cell, max(width, 1)) for cell, width in zip(cells, columns, strict=True)]
    for parts in zip_longest(*folded, fillvalue=""):
        line = ""
        for part, style, width in zip(parts, styles, columns, strict=True):
            line += _style(part, style) + " " * (width - cell_len(part) + _GAP)
        yield line.rstrip()


def _fold(text: str, width: int) -> list[str]:
    """
    Fold a text into lines: between words, and inside a word that is wider than a line.
    """
    lines: list[str] = []
    line, used = "", 0
    for word in _WORD.findall(text):
        parts = [word]
        if used + cell_len(word.rstrip()) > width:
            if line:
                lines.append(line)
            if cell_len(word.rstrip()) > width:
                parts = chop_cells(word, width)
            lines += parts[:-1]
            line, used = "", 0
        line += parts[-1]
        used += cell_len(parts[-1])
    return [folded.rstrip() for folded in (*lines, line)]


def _style(text: str, style: str) -> str:
    if not text or not style:
        return text
    return f"\x1b[{';'.join(_CODES[word] for word in style.split())}m{text}\x1b[0m"


def _is_coloured(stream: IO[str]) -> bool:
    """
    Whether the stream is a terminal that supports colours, and `NO_COLOR` is not set.
    """
    has_colours = os.environ.get("TERM", "").lower() not in ("dumb", "unknown")
    return stream.isatty() and has_colours and not os.environ.get("NO_COLOR")
