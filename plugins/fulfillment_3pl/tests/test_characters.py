"""
Character sets and transliteration.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderferry_fulfillment_3pl._characters import CharacterSet, Delimiters


@pytest.mark.parametrize("kind", CharacterSet)
@given(text=st.text())
def test_what_a_set_holds_its_encoding_writes(kind: CharacterSet, text: str) -> None:
    """
    Every character of a set has bytes, and none of them is a control character.
    """
    held = "".join(each for each in text if kind.holds(each))

    assert held == held.encode(kind.encoding).decode(kind.encoding)
    assert all(each.isprintable() or each == "\xa0" for each in held)


@pytest.mark.parametrize(
    ("kind", "held", "outside"),
    [
        (CharacterSet.BASIC, "AZ09 !\"&'()*+,-./:;?=", "az@~^\xe9"),
        (CharacterSet.ASCII, "AZaz09~^`@#{}|", "\xe9\xd8\u20ac\x7f\x1f\n"),
        (CharacterSet.EXTENDED, "az@~{}\xe9\xd1\xbf", "^`\xd8\xe5\u20ac\n"),
        (CharacterSet.LATIN_1, "az^\xd8\xe5\xff", "\u20ac\u0142\x85\xad"),
        (CharacterSet.UTF_8, "az\u20ac\u65e5\U0001f600", "\n\x85\u200b\u2028\ud800"),
    ],
)
def test_each_set_has_its_characters(kind: CharacterSet, held: str, outside: str) -> None:
    """
    Letters and signs at the edges of each set.
    """
    assert held == "".join(each for each in held + outside if kind.holds(each))


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (CharacterSet.ASCII, "S\xf8ren \xc5s", "Soren As"),
        (CharacterSet.ASCII, "Stra\xdfe \u2013 \u201cx\u201d", 'Strasse - "x"'),
        (CharacterSet.ASCII, "a\xa0b", "a b"),
        (CharacterSet.BASIC, "Caf\xe9 1", "CAFE 1"),
        (CharacterSet.EXTENDED, "\xe9\xf8", "\xe9o"),
        (CharacterSet.LATIN_1, "\xf8\u0142", "\xf8l"),
        (CharacterSet.UTF_8, "\xf8\u0142", "\xf8\u0142"),
    ],
)
def test_text_is_written_in_the_nearest_letters(
    kind: CharacterSet, text: str, expected: str
) -> None:
    """
    What the set holds is left alone, the rest becomes the nearest letters.
    """
    assert expected == kind.transliterate(text)


def test_what_has_no_near_letter_stays_as_it_was() -> None:
    """
    Other alphabets and control characters are for the checks to refuse.
    """
    assert "\u65e5\n\u200b" == CharacterSet.ASCII.transliterate("\u65e5\n\u200b")


def test_delimiters_are_looked_up_together() -> None:
    """
    The three, whatever they are.
    """
    assert "*>~" == Delimiters().characters
