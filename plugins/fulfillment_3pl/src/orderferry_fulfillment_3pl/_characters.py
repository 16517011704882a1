"""
The characters that an interchange may contain, and how others are handled.

X12 has no escape sequence, so a delimiter inside a value can only be rejected or replaced.
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

_SUBSTITUTES = {
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
"""ASCII substitutes for letters and signs that Unicode does not decompose."""


class CharacterSet(StrEnum):
    """
    The characters that the partner accepts, and their encoding.
    """

    BASIC = "basic"
    ASCII = "ascii"
    EXTENDED = "extended"
    LATIN_1 = "latin-1"
    UTF_8 = "utf-8"

    @property
    def encoding(self) -> str:
        """
        The name of the codec. X12's extended set is encoded in ISO 8859-1.
        """
        if self is CharacterSet.UTF_8:
            return "utf-8"
        return "ascii" if self in (CharacterSet.BASIC, CharacterSet.ASCII) else "latin-1"

    def contains(self, character: str) -> bool:
        """
        Whether the character is in the set. Control and format characters are in no set.
        """
        if self is CharacterSet.UTF_8:
            return character.isprintable()
        return character in _SETS[self]

    def transliterate(self, text: str) -> str:
        """
        Replace each character outside the set by the nearest letters inside it.

        A character without a near letter (another alphabet, a control character) is kept.
        """
        return "".join(
            character if self.contains(character) else self._substitute(character)
            for character in text
        )

    def _substitute(self, character: str) -> str:
        letters = _SUBSTITUTES.get(character)
        if letters is None:
            parts = unicodedata.normalize("NFKD", character)
            letters = "".join(part for part in parts if not unicodedata.combining(part))
        if self is CharacterSet.BASIC:
            letters = letters.upper()
        is_valid = letters and all(self.contains(letter) for letter in letters)
        return letters if is_valid else character


_SETS = {
    CharacterSet.BASIC: _BASIC,
    CharacterSet.ASCII: _ASCII,
    CharacterSet.EXTENDED: _EXTENDED,
    CharacterSet.LATIN_1: _LATIN_1,
}


@frozen
class Delimiters:
    """
    The three delimiters of an interchange, and whether a line feed follows each segment.
    """

    element: str = "*"
    component: str = ">"
    segment: str = "~"
    line_breaks: bool = field(default=True, kw_only=True)

    @property
    def characters(self) -> str:
        """
        The three delimiters in one string, for membership tests.
        """
        return self.element + self.component + self.segment


class Outside(StrEnum):
    """
    How text with characters outside the character set is handled.
    """

    REFUSE = "refuse"
    TRANSLITERATE = "transliterate"


class Delimited(StrEnum):
    """
    How text with delimiters or control characters is handled.
    """

    REFUSE = "refuse"
    REPLACE = "replace"
