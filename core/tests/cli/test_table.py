"""
Tests of `orderferry.cli._table`.
"""

import io

import pytest
from rich.cells import cell_len

from orderferry.cli._table import Line, column_widths, console, print_table

HEADINGS = ("Order", "Step", "Outcome")
INVALID = Line(
    ("0b7e9c4e-3f52-4a6e-9d1b-5c8a7e21f604", "ExportOrder", "Error"),
    (
        "InvalidOrderError: the order cannot be sent as it is, for reasons that fill many lines",
        "- line 2, quantity '-1': the quantity is below zero; omit the line or correct it first",
    ),
)


def print_lines(lines: list[Line], columns: int = 80) -> list[str]:
    """
    The table's lines on something that is no terminal.
    """
    stream = io.StringIO()
    out = console(stream)
    out.width = columns
    print_table(HEADINGS, lines, out)
    return stream.getvalue().splitlines()


def test_nothing_is_wider_than_the_terminal() -> None:
    """
    Long ids, wide characters and long messages fold inside 80 columns.
    """
    wide = Line(("東京" * 30, "S" * 50, "Success"), ("order " + "9" * 90,))

    lines = print_lines([wide])

    assert 80 >= max(cell_len(line) for line in lines)
    assert 60 == sum(character in "東京" for character in "".join(lines))
    assert 90 == "".join(lines).count("9")


def test_a_problem_is_below_its_row_with_a_hanging_indent() -> None:
    """
    The error and each problem are printed whole below the row, with a hanging indent.
    """
    lines = print_lines([INVALID])
    text = " ".join(line.strip() for line in lines)

    assert INVALID.notes[0] in text
    assert INVALID.notes[1] in text
    start = next(i for i, line in enumerate(lines) if line.startswith("    - line 2"))
    assert lines[start + 1].startswith("      ")


def test_no_colour_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A pipe gets plain text even if FORCE_COLOR is set.
    """
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert "\x1b" not in "\n".join(print_lines([INVALID]))


def test_markup_in_data_is_data() -> None:
    """
    Square brackets in a message are printed as they are.
    """
    line = Line(("1", "", "Error"), ("RejectedError: [red]item[0][/red]",))

    assert "    RejectedError: [red]item[0][/red]" == print_lines([line])[-1]


def test_a_line_without_cells_shows_its_notes_only() -> None:
    """
    A row of empty cells prints only its notes.
    """
    assert ["    said"] == print_lines([Line(("", "", ""), ("said",))])[2:]


def test_only_the_widest_columns_are_narrowed() -> None:
    """
    Short columns keep their width while wider ones are narrowed.
    """
    assert [6, 12, 10] == column_widths([("Order1", "x" * 40, "y" * 10)], 32)
