"""
Character sets and transliteration.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderferry_fulfillment_3pl._characters import CharacterSet, Delimiters


@pytest.mark.parametrize("kind", CharacterSet)
@given(text=st.text())
def test_a_sets_encoding_encodes_its_characters(kind: CharacterSet, text: str) -> None:
    """
    Every character of a set can be encoded, and none is a control character.
    """
    valid = "".join(character for character in text if kind.contains(character))

    assert valid == valid.encode(kind.encoding).decode(kind.encoding)
    assert all(character.isprintable() or character == "\xa0" for character in valid)


@pytest.mark.parametrize(
    ("kind", "inside", "outside"),
    [
        (CharacterSet.BASIC, "AZ09 !\"&'()*+,-./:;?=", "az@~^\xe9"),
        (CharacterSet.ASCII, "AZaz09~^`@#{}|", "\xe9\xd8\u20ac\x7f\x1f\n"),
        (CharacterSet.EXTENDED, "az@~{}\xe9\xd1\xbf", "^`\xd8\xe5\u20ac\n"),
        (CharacterSet.LATIN_1, "az^\xd8\xe5\xff", "\u20ac\u0142\x85\xad"),
        (CharacterSet.UTF_8, "az\u20ac\u65e5\U0001f600", "\n\x85\u200b\u2028\ud800"),
    ],
)
def test_a_set_contains_its_characters_only(kind: CharacterSet, inside: str, outside: str) -> None:
    """
    A set contains the characters at its boundary, and not those beyond it.
    """
    characters = inside + outside

    assert inside == "".join(character for character in characters if kind.contains(character))


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
def test_text_is_transliterated_to_the_nearest_letters(
    kind: CharacterSet, text: str, expected: str
) -> None:
    """
    Characters of the set are kept, and others become the nearest letters.
    """
    assert expected == kind.transliterate(text)


def test_a_character_without_a_near_letter_is_kept() -> None:
    """
    Transliteration keeps other alphabets and control characters, which the checks report.
    """
    assert "\u65e5\n\u200b" == CharacterSet.ASCII.transliterate("\u65e5\n\u200b")


def test_the_three_delimiters_form_one_string() -> None:
    """
    The attribute `characters` joins the three delimiters.
    """
    assert "*>~" == Delimiters().characters
