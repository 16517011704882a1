"""
Which characters an interchange may hold, and what becomes of the others.

X12 has no escape: a delimiter inside a value cannot be written, only refused or replaced.
Character sets: ASC X12.6, sections 3.3.1 (basic) and 3.3.2 (extended).
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from attrs import field, frozen

__all__ = ["CharacterSet", "Delimited", "Delimiters", "Outside"]

_BASIC = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"&'()*+,-./:;?=")
_ASCII = frozenset(chr(code) for code in range(0x20, 0x7F))
_LATIN_1 = _ASCII | frozenset(chr(code) for code in range(0xA0, 0x100)) - {"\xad"}
_LANGUAGES = bytes.fromhex(
    "a1bfc0c1c2c4c7c8c9cacccdced1d2d3d4d6d9dadbdce0e1e2e4e7e8e9eaebecedeeeff1f2f3f4f6f9fafbfc"
).decode("latin-1")
_EXTENDED = _ASCII - set("^`") | frozenset(_LANGUAGES)

_FOLDED = {
    "\N{LATIN SMALL LETTER AE}": "ae",
    "\N{LATIN CAPITAL LETTER AE}": "AE",
    "\N{LATIN SMALL LETTER O WITH STROKE}": "o",
    "\N{LATIN CAPITAL LETTER O WITH STROKE}": "O",
    "\N{LATIN SMALL LETTER SHARP S}": "ss",
    "\N{LATIN SMALL LETTER L WITH STROKE}": "l",
    "\N{LATIN CAPITAL LETTER L WITH STROKE}": "L",
    "\N{LATIN SMALL LETTER D WITH STROKE}": "d",
    "\N{LATIN CAPITAL LETTER D WITH STROKE}": "D",
    "\N{LATIN SMALL LETTER ETH}": "d",
    "\N{LATIN CAPITAL LETTER ETH}": "D",
    "\N{LATIN SMALL LETTER THORN}": "th",
    "\N{LATIN CAPITAL LETTER THORN}": "Th",
    "\N{LATIN SMALL LIGATURE OE}": "oe",
    "\N{LATIN CAPITAL LIGATURE OE}": "OE",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{EURO SIGN}": "EUR",
}
"""Letters and signs that Unicode does not decompose, in ASCII."""


class CharacterSet(StrEnum):
    """
    The characters that the partner takes, and the bytes that they are written in.
    """

    BASIC = "basic"
    ASCII = "ascii"
    EXTENDED = "extended"
    LATIN_1 = "latin-1"
    UTF_8 = "utf-8"

    @property
    def encoding(self) -> str:
        """
        The codec's name. X12's extended set is written in ISO 8859-1.
        """
        if self is CharacterSet.UTF_8:
            return "utf-8"
        return "ascii" if self in (CharacterSet.BASIC, CharacterSet.ASCII) else "latin-1"

    def holds(self, character: str) -> bool:
        """
        Whether the set has the character; control and format characters are in no set.
        """
        if self is CharacterSet.UTF_8:
            return character.isprintable()
        return character in _SETS[self]

    def transliterate(self, text: str) -> str:
        """
        The text with each character that is outside the set in the nearest letters inside it.

        What has none (other alphabets, control characters) stays as it was.
        """
        return "".join(each if self.holds(each) else self._nearest(each) for each in text)

    def _nearest(self, character: str) -> str:
        folded = _FOLDED.get(character)
        if folded is None:
            parts = unicodedata.normalize("NFKD", character)
            folded = "".join(part for part in parts if not unicodedata.combining(part))
        if self is CharacterSet.BASIC:
            folded = folded.upper()
        return folded if folded and all(self.holds(each) for each in folded) else character


_SETS = {
    CharacterSet.BASIC: _BASIC,
    CharacterSet.ASCII: _ASCII,
    CharacterSet.EXTENDED: _EXTENDED,
    CharacterSet.LATIN_1: _LATIN_1,
}


@frozen
class Delimiters:
    """
    The three characters that part an interchange, and whether a line ends after each segment.
    """

    element: str = "*"
    component: str = ">"
    segment: str = "~"
    line_breaks: bool = field(default=True, kw_only=True)

    @property
    def characters(self) -> str:
        """
        The three, for looking a character up.
        """
        return self.element + self.component + self.segment


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
