"""
Tests of how `orderferry.cli._table` prints: colours, widths and folding.
"""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from orderferry.cli._table import Line, Output, console, print_table

HEADINGS = ("Order", "Outcome")
ERROR = Line(("A1", "Error"), ("refused",))
RICH = console(io.StringIO())


class Terminal(io.StringIO):
    """
    A stream that reports that it is a terminal.
    """

    def isatty(self) -> bool:
        """
        Return that it is.
        """
        return True


@pytest.fixture(autouse=True)
def colourful(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A terminal with colours, without NO_COLOR.
    """
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)


def print_lines(stream: io.StringIO, line: Line = ERROR, *, width: int = 40) -> list[str]:
    """
    The lines of a table with one row.
    """
    print_table(HEADINGS, [line], Output(stream, width))
    return stream.getvalue().splitlines()


def test_a_terminal_gets_bold_heads_and_coloured_outcomes() -> None:
    """
    Headings are bold on a terminal, and only outcomes and states are coloured.
    """
    assert [
        "\x1b[1mOrder\x1b[0m  \x1b[1mOutcome\x1b[0m",
        "-----  -------",
        "A1     \x1b[1;31mError\x1b[0m",
        "    refused",
    ] == print_lines(Terminal())


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_the_environment_turns_colours_off(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """
    A terminal gets plain text if NO_COLOR is set or its type has no colours.
    """
    monkeypatch.setenv(name, value)

    assert print_lines(io.StringIO()) == print_lines(Terminal())


def test_columns_says_how_wide_the_output_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The variable COLUMNS overrides the terminal's width if it is a number.
    """
    monkeypatch.setenv("COLUMNS", "33")
    given_width = Output(io.StringIO()).width
    monkeypatch.setenv("COLUMNS", "wide")

    assert 33 == given_width
    assert 0 < Output(io.StringIO()).width


@given(
    st.lists(
        st.sampled_from(["a", "words", "東京", "é", " ", "  ", "-", "longerword"]), max_size=30
    ),
    st.integers(8, 40),
)
def test_a_cell_folds_where_rich_folds_text(parts: list[str], width: int) -> None:
    """
    Cells fold as rich folds text: between words, or inside a word that is too wide.
    """
    text = "".join(parts)
    expected = Text(text).wrap(RICH, width, overflow="fold")
    for line in expected:
        line.rstrip()
    stream = io.StringIO()

    print_table(("x" * width,), [Line((text,))], Output(stream, width))

    lines = stream.getvalue().splitlines()[2:]
    assert [line.plain for line in expected] == (lines if text else [""])
