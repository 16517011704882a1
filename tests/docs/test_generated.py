"""
The parts of generated pages; other tests check the whole pages in the site.
"""

from __future__ import annotations

import pytest

from tools._reference import render
from tools._reference._docstring import docstring
from tools._reference._markdown import match_texts, table


def test_a_block_is_replaced_below_its_heading() -> None:
    """
    The headings of a generated block are one level below the section that contains it.
    """
    page = render("# Page\n\n## Part\n\n```{generated} configuration\n```\n\nEnd.\n")

    assert page.startswith("# Page\n\n## Part\n\n")
    assert "\n### `[connector.flow]`\n" in page
    assert page.endswith("\n\nEnd.\n")


def test_a_missing_or_unknown_description_is_an_error() -> None:
    """
    The error names each name without a text, and each text without a name.
    """
    with pytest.raises(LookupError, match=r"without a text \['b'\], not in the code \['c'\]"):
        match_texts(["a", "b"], {"a": "known", "c": "unknown"}, "letters")


def test_an_error_without_advice_is_an_error() -> None:
    """
    The generation of the page of errors fails if an exception class has no advice.
    """
    with pytest.raises(LookupError, match="TransientError"):
        render("# Errors\n\n```{generated} errors\nOrderferryError: catch it.\n```\n")


def _example(first: int, *rest: str) -> str:
    """
    Return a text.

    The description has a second paragraph.

    Args:
        first: The first value, described on
            two lines.
        *rest: The other values.

    Returns:
        The text.

    Raises:
        ValueError: There is no text.
    """
    return f"{first}{rest}"


def test_a_docstring_is_split_into_its_sections() -> None:
    """
    A docstring is split into its text, arguments, result and exceptions.
    """
    parts = docstring(_example)

    assert "Return a text.\n\nThe description has a second paragraph." == parts.text
    first, rest = "The first value, described on two lines.", "The other values."
    assert {"first": first, "rest": rest} == parts.args
    assert "The text." == parts.returns
    assert {"ValueError": "There is no text."} == parts.raises


def test_cells_of_a_table_are_escaped() -> None:
    """
    Line ends and bars in a cell do not break the table, and an empty cell is a dash.
    """
    assert "| A | B |\n| --- | --- |\n| a\\|b c | - |\n" == table(("A", "B"), [("a|b\nc", "")])
