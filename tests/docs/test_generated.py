"""
What is written from the code: whole pages are in the site, so these are the pieces.
"""

from __future__ import annotations

import pytest

from tools._reference import replaced
from tools._reference._docstring import docstring
from tools._reference._markdown import described, table


def test_a_block_is_replaced_below_its_heading() -> None:
    """
    The sections of what is written stand one level below the section that they are in.
    """
    page = replaced("# Page\n\n## Part\n\n```{generated} configuration\n```\n\nEnd.\n")

    assert page.startswith("# Page\n\n## Part\n\n")
    assert "\n### `[connector.flow]`\n" in page
    assert page.endswith("\n\nEnd.\n")


def test_what_nobody_described_ends_the_build() -> None:
    """
    A name without a text, and a text without a name.
    """
    with pytest.raises(LookupError, match=r"without a text \['b'\], not in the code \['c'\]"):
        described(["a", "b"], {"a": "is there", "c": "is not"}, "letters")


def test_an_error_without_advice_ends_the_build() -> None:
    """
    The page of errors has to say of each what to do.
    """
    with pytest.raises(LookupError, match="TransientError"):
        replaced("# Errors\n\n```{generated} errors\nOrderferryError: catch it.\n```\n")


def _example(first: int, *rest: str) -> str:
    """
    Say what it is.

    More of it.

    Args:
        first: The first, which goes on
            in a second line.
        *rest: The rest.

    Returns:
        What was said.

    Raises:
        ValueError: It was not said.
    """
    return f"{first}{rest}"


def test_a_docstring_is_taken_apart() -> None:
    """
    Text, arguments, what is returned and raised.
    """
    said = docstring(_example)

    assert "Say what it is.\n\nMore of it." == said.text
    assert {"first": "The first, which goes on in a second line.", "rest": "The rest."} == said.args
    assert ("What was said.", {"ValueError": "It was not said."}) == (said.returns, said.raises)


def test_cells_of_a_table_stay_in_it() -> None:
    """
    Line ends and bars would break it; an empty cell is a dash.
    """
    assert "| A | B |\n| --- | --- |\n| a\\|b c | - |\n" == table(("A", "B"), [("a|b\nc", "")])
