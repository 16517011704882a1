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
    interchange_number,
    number_text,
    segment,
)

MADE = datetime(2026, 11, 24, 8, 5, tzinfo=UTC)


def envelope(
    delimiters: Delimiters = Delimiters(),  # noqa: B008
    characters: CharacterSet = CharacterSet.ASCII,
) -> Envelope:
    """
    An envelope between two parties.
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


def test_empty_elements_at_the_end_are_left_out() -> None:
    """
    Those in between stay.
    """
    assert ("W66", "PP", "M", "", "", "UPS") == segment("W66", "PP", "M", "", "", "UPS", "", "")


def test_the_envelope_counts_its_segments_and_repeats_its_numbers() -> None:
    """
    SE counts from ST to SE; GE and IEA count one; each number stands at both ends.
    """
    content = envelope().write([("W05", "N", "A-1"), ("W76", "2")], number=42, made=MADE)

    assert (
        b"ISA*00*          *00*          *ZZ*MERCHANT       *01*123456789      "
        b"*261124*0805*U*00401*000000042*0*T*>~\n"
        b"GS*OW*MERCH*WH*20261124*0805*42*X*004010~\n"
        b"ST*940*0001~\nW05*N*A-1~\nW76*2~\nSE*4*0001~\nGE*1*42~\nIEA*1*000000042~\n"
    ) == content


def test_other_delimiters_and_no_line_breaks() -> None:
    """
    The delimiters are the settings', and so is the line feed.
    """
    content = envelope(Delimiters("|", "^", "!", line_breaks=False)).write([], number=1, made=MADE)

    assert content.startswith(b"ISA|00|")
    assert b"|T|^!GS|OW|" in content
    assert content.endswith(b"IEA|1|000000001!")


def test_text_is_written_in_the_sets_encoding() -> None:
    """
    A letter outside ASCII is one byte in Latin-1 and two in UTF-8.
    """
    body = [segment("N1", "ST", "\xc5se")]

    latin = envelope(characters=CharacterSet.LATIN_1).write(body, number=1, made=MADE)
    utf8 = envelope(characters=CharacterSet.UTF_8).write(body, number=1, made=MADE)

    assert (True, True) == (b"*\xc5se~" in latin, b"*\xc3\x85se~" in utf8)


@pytest.mark.parametrize(
    ("count", "expected"), [(1, 1), (999_999_999, 999_999_999), (1_000_000_000, 1)]
)
def test_control_numbers_begin_again_after_nine_nines(count: int, expected: int) -> None:
    """
    ISA13 has nine digits, and 0 is none of its numbers.
    """
    assert expected == control_number(count)


def test_the_interchange_number_is_read_back() -> None:
    """
    Whatever the delimiters, it stands at the same place.
    """
    content = envelope(Delimiters("|", "^", "!")).write([], number=1234, made=MADE)

    assert (1234, "000001234") == (interchange_number(content[:106]), number_text(1234))


@pytest.mark.parametrize("content", [b"", b"UNA:+.? '", b"ISA" + b"x" * 103])
def test_other_files_have_no_interchange_number(content: bytes) -> None:
    """
    Bytes that are no interchange say nothing.
    """
    assert interchange_number(content) is None
