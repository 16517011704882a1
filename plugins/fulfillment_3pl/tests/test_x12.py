"""
Segments, control numbers and the envelope.
"""

from datetime import UTC, datetime

import pytest

from orderferry_fulfillment_3pl._characters import CharacterSet, Delimiters
from orderferry_fulfillment_3pl._x12 import (
    Envelope,
    Party,
    control_number,
    format_control_number,
    read_control_number,
    segment,
)

CREATED = datetime(2026, 11, 24, 8, 5, tzinfo=UTC)


def envelope(
    delimiters: Delimiters = Delimiters(),  # noqa: B008
    characters: CharacterSet = CharacterSet.ASCII,
) -> Envelope:
    """
    An envelope with a sender and a receiver.
    """
    return Envelope(
        sender=Party("ZZ", "MERCHANT", "MERCH"),
        receiver=Party("01", "123456789", "WH"),
        version="004010",
        acknowledgment="0",
        usage="T",
        delimiters=delimiters,
        characters=characters,
    )


def test_trailing_empty_elements_are_omitted() -> None:
    """
    A segment omits empty elements at its end, and keeps those in between.
    """
    assert ("W66", "PP", "M", "", "", "UPS") == segment("W66", "PP", "M", "", "", "UPS", "", "")


def test_the_envelope_counts_its_segments_and_repeats_its_numbers() -> None:
    """
    SE counts the segments from ST to SE, GE and IEA count one, and their numbers match the start.
    """
    content = envelope().render([("W05", "N", "A-1"), ("W76", "2")], number=42, created=CREATED)

    assert (
        b"ISA*00*          *00*          *ZZ*MERCHANT       *01*123456789      "
        b"*261124*0805*U*00401*000000042*0*T*>~\n"
        b"GS*OW*MERCH*WH*20261124*0805*42*X*004010~\n"
        b"ST*940*0001~\nW05*N*A-1~\nW76*2~\nSE*4*0001~\nGE*1*42~\nIEA*1*000000042~\n"
    ) == content


def test_delimiters_and_line_breaks_are_configurable() -> None:
    """
    An interchange has the configured delimiters, and line feeds only if configured.
    """
    content = envelope(Delimiters("|", "^", "!", line_breaks=False)).render(
        [], number=1, created=CREATED
    )

    assert content.startswith(b"ISA|00|")
    assert b"|T|^!GS|OW|" in content
    assert content.endswith(b"IEA|1|000000001!")


def test_text_is_encoded_as_the_character_set_says() -> None:
    """
    A letter outside ASCII is one byte in Latin-1, and two bytes in UTF-8.
    """
    body = [segment("N1", "ST", "\xc5se")]

    latin = envelope(characters=CharacterSet.LATIN_1).render(body, number=1, created=CREATED)
    utf8 = envelope(characters=CharacterSet.UTF_8).render(body, number=1, created=CREATED)

    assert b"*\xc5se~" in latin
    assert b"*\xc3\x85se~" in utf8


@pytest.mark.parametrize(
    ("count", "expected"), [(1, 1), (999_999_999, 999_999_999), (1_000_000_000, 1)]
)
def test_control_numbers_restart_after_nine_nines(count: int, expected: int) -> None:
    """
    The control number after 999999999 is 1, since ISA13 has nine digits and is never 0.
    """
    assert expected == control_number(count)


def test_the_control_number_is_read_from_the_first_bytes() -> None:
    """
    The control number has the same offset with any delimiters.
    """
    content = envelope(Delimiters("|", "^", "!")).render([], number=1234, created=CREATED)

    assert 1234 == read_control_number(content[:106])


@pytest.mark.parametrize("content", [b"", b"UNA:+.? '", b"ISA" + b"x" * 103])
def test_other_files_have_no_control_number(content: bytes) -> None:
    """
    There is no control number in bytes that are not an interchange.
    """
    assert read_control_number(content) is None


def test_a_control_number_is_formatted_with_nine_digits() -> None:
    """
    A control number has leading zeros, as ISA13 and IEA02 require.
    """
    assert "000001234" == format_control_number(1234)
