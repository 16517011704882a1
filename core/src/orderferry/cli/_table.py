"""
Tables for people, on a terminal or in a file.

A row's cells fold inside their columns; what there is to say of it stands under the row across the
whole width, so that errors and their problems can be read in 80 columns.

Lists print tables, so they are printed without rich's console, which takes longer to import than a
list takes to be read.
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
    "console",
    "page",
    "print_indented",
    "print_table",
    "widths",
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
"""The styles of cells that say how something stands."""

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}
"""The parameters of the control sequence SGR (ECMA-48, 8.3.117) by the words of a style."""

_WORD = re.compile(r"\s*\S+\s*")


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


class Page(Protocol):
    """
    Where a table is printed: an `Output`, or a console of rich.
    """

    @property
    def file(self) -> IO[str]:
        """
        The stream.
        """

    @property
    def width(self) -> int:
        """
        How many cells a line has.
        """


def _terminal_width() -> int:
    """
    What `COLUMNS` says, else the terminal's width, also where standard output is a file.
    """
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isdecimal() and int(wanted):
        return int(wanted)
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
        width: That of the terminal, or what `COLUMNS` says.
    """

    file: IO[str]
    width: int = field(factory=_terminal_width)


def page() -> Output:
    """
    Standard output.
    """
    return Output(sys.stdout)


def console(stream: TextIO | None = None) -> Console:
    """
    A console that colours only where the stream is a terminal.
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


def print_table(heads: Sequence[str], lines: Iterable[Line], out: Page) -> None:
    """
    Print a table.
    """
    lines = list(lines)
    columns = widths([tuple(heads), *(line.cells for line in lines)], out.width)
    coloured = _is_coloured(out.file)

    def row(cells: Sequence[str], styles: Sequence[str]) -> None:
        for line in _cells(cells, styles if coloured else ("",) * len(cells), columns):
            out.file.write(f"{line}\n")

    row(heads, ("bold",) * len(columns))
    row(["-" * width for width in columns], ("",) * len(columns))
    for line in lines:
        if any(line.cells):
            row(line.cells, [_STYLES.get(each, "") for each in line.cells])
        for note in line.notes:
            hanging = 6 if note.startswith("- ") else 4
            for number, part in enumerate(_folded(note, max(out.width - hanging, 1))):
                out.file.write(f"{' ' * (hanging if number else 4)}{part}".rstrip() + "\n")
    out.file.flush()


def print_indented(text: Text, out: Console, *, indent: int, hanging: int) -> None:
    """
    Print a text folded inside the width.

    Args:
        text: The text, of one paragraph.
        out: Where to.
        indent: Blanks before its first line.
        hanging: Blanks before the others.
    """
    from rich.text import Text

    width = max(out.width - max(indent, hanging), 1)
    for number, line in enumerate(text.wrap(out, width, overflow="fold")):
        line.rstrip()
        out.print(Text(" " * (hanging if number else indent)) + line, soft_wrap=True)


def _cells(cells: Sequence[str], styles: Sequence[str], columns: Sequence[int]) -> Iterator[str]:
    """
    The lines of a row, whose cells fold inside their columns.
    """
    folded = [_folded(cell, max(width, 1)) for cell, width in zip(cells, columns, strict=True)]
    for parts in zip_longest(*folded, fillvalue=""):
        line = ""
        for part, style, width in zip(parts, styles, columns, strict=True):
            line += _styled(part, style) + " " * (width - cell_len(part) + _GAP)
        yield line.rstrip()


def _folded(text: str, width: int) -> list[str]:
    """
    The lines of a text: broken between words, and inside a word that is wider than a line.
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
    return [each.rstrip() for each in (*lines, line)]


def _styled(text: str, style: str) -> str:
    if not text or not style:
        return text
    return f"\x1b[{';'.join(_CODES[word] for word in style.split())}m{text}\x1b[0m"


def _is_coloured(stream: IO[str]) -> bool:
    """
    Whether a stream is a terminal that shows colours, and its user wants them.
    """
    shows = os.environ.get("TERM", "").lower() not in ("dumb", "unknown")
    return stream.isatty() and shows and not os.environ.get("NO_COLOR")
