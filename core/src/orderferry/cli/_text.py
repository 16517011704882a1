"""
Text from orders, targets and connectors, made safe for a terminal.

The list commands print every cell through it, so it is a separate module that does not import rich.
"""

from __future__ import annotations

import unicodedata

__all__ = ["printable"]


def printable(text: str) -> str:
    """
    The text on one line, with control characters escaped.

    Otherwise a target's message could move the cursor, or change the lines above it.
    """
    return "".join(
        _escape(character)
        if unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"}
        else character
        for character in text
    )


def _escape(character: str) -> str:
    return " " if character in "\t\n\r\u2028\u2029" else repr(character)[1:-1]
