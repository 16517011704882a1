"""
Text from elsewhere, made fit for a terminal.
"""

from __future__ import annotations

import unicodedata

__all__ = ["printable"]


def printable(text: str) -> str:
    """
    The text on one line, with control characters shown instead of obeyed.

    A target's message could otherwise move the cursor or change what stands above it.
    """
    return "".join(
        each if unicodedata.category(each) not in {"Cc", "Cf", "Zl", "Zp"} else _shown(each)
        for each in text
    )


def _shown(character: str) -> str:
    return " " if character in "\t\n\r\u2028\u2029" else repr(character)[1:-1]
