"""
Tests of `orderferry.cli._text`.
"""

from orderferry.cli._text import printable


def test_ordinary_text_stays_as_it_is() -> None:
    """
    Letters of any script and punctuation are not changed.
    """
    assert "Bjorn & Søn, 東京: 4 × 2" == printable("Bjorn & Søn, 東京: 4 × 2")


def test_a_targets_message_cannot_drive_the_terminal() -> None:
    """
    Escape sequences, bells and direction overrides are escaped.
    """
    assert r"\x1b[2Jgone\x07\u202e" == printable("\x1b[2Jgone\x07\u202e")


def test_line_breaks_become_spaces() -> None:
    """
    A message of several lines stays on one line of the table.
    """
    assert "first second  third" == printable("first\nsecond\r\nthird")
