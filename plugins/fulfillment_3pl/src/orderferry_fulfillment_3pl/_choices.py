"""
The closed sets that a setting chooses from.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Delimited", "Outside", "Usage"]


class Usage(StrEnum):
    """
    ISA15: whether the interchange is real.
    """

    PRODUCTION = "P"
    TEST = "T"


class Outside(StrEnum):
    """
    What becomes of text with characters that are outside the character set.
    """

    REFUSE = "refuse"
    TRANSLITERATE = "transliterate"


class Delimited(StrEnum):
    """
    What becomes of text with delimiters or control characters in it.
    """

    REFUSE = "refuse"
    REPLACE = "replace"
