"""
Tests of the progress bar of `orderferry.cli._batch`.
"""

from __future__ import annotations

import io
import sys

import pytest

from orderferry.cli._batch import FEWEST, show_progress


class Terminal(io.StringIO):
    """
    A stream that reports that it is a terminal.
    """

    def isatty(self) -> bool:
        """
        Return that it is.
        """
        return True


@pytest.mark.parametrize(
    ("stream", "count", "drawn"),
    [(Terminal, FEWEST, True), (Terminal, FEWEST - 1, False), (io.StringIO, FEWEST, False)],
)
def test_a_bar_is_drawn_for_many_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO], count: int, drawn: bool
) -> None:
    """
    A bar is shown for many items on a terminal, and all items are returned in any case.
    """
    out = stream()
    monkeypatch.setattr(sys, "stderr", out)
    items = list(range(count))

    assert items == list(show_progress(items, "running"))
    assert drawn is ("running" in out.getvalue())
