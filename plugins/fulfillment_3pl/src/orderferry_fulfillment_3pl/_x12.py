"""
ASC X12 release 004010: elements, segments, and the envelope of one functional group with one 940.

Element lengths of the 940 (Warehouse Shipping Order): data element dictionary (X12.3) and segment
directory (X12.22). Lengths and codes of ISA, GS, ST, SE, GE and IEA: X12.5 and X12.6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from attrs import frozen

from orderferry_fulfillment_3pl._characters import CharacterSet, Delimiters

__all__ = [
    "LENGTHS",
    "MAX_DESCRIPTIONS",
    "MAX_LINES",
    "Envelope",
    "Party",
    "Segment",
    "Usage",
    "control_number",
    "format_control_number",
    "read_control_number",
    "segment",
]

MAX_CONTROL_NUMBER = 999_999_999
"""ISA13 (data element I12) has nine digits; GS06 (data element 28) has at most nine."""

LENGTHS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "W05-01": (1, 1),  # order status code
        "W05-02": (1, 22),  # depositor order number
        "W05-03": (1, 22),  # purchase order number
        "N1-02": (1, 60),  # name
        "N1-04": (2, 80),  # identification code
        "N2-01": (1, 60),  # additional name
        "N3-01": (1, 55),  # address information
        "N3-02": (1, 55),
        "N4-01": (2, 30),  # city
        "N4-02": (2, 2),  # state or province code
        "N4-03": (3, 15),  # postal code
        "N4-04": (2, 3),  # country code
        "N4-06": (1, 30),  # location identifier
        "PER-02": (1, 60),  # name
        "PER-04": (1, 80),  # communication number
        "PER-06": (1, 80),
        "N9-02": (1, 30),  # reference identification
        "NTE-02": (1, 80),  # description
        "W66-01": (2, 2),  # shipment method of payment
        "W66-02": (1, 2),  # transportation method
        "W66-05": (1, 35),  # routing
        "W66-10": (2, 4),  # standard carrier alpha code
        "W01-01": (1, 15),  # quantity ordered, digits
        "W01-02": (2, 2),  # unit
        "W01-05": (1, 48),  # product id
        "W01-07": (1, 48),
        "G69-01": (1, 45),  # free-form description
        "W76-01": (1, 15),  # quantity ordered, digits
    }
)
"""Minimum and maximum number of characters of each element (of digits, for numbers)."""

MAX_LINES = 99_999
"""Maximum repetitions of the loop LX, as in the grammar of release 004010 that Bots has."""

MAX_DESCRIPTIONS = 5
"""Maximum repetitions of G69 after a W01."""

Segment = tuple[str, ...]
"""A segment's identifier, followed by its elements."""


class Usage(StrEnum):
    """
    ISA15: whether the interchange is production data or a test.
    """

    PRODUCTION = "P"
    TEST = "T"


@frozen
class Party:
    """
    The sender or the receiver of an interchange.

    Attributes:
        qualifier: ISA05 or ISA07, two characters.
        id: ISA06 or ISA08, at most 15 characters.
        group_id: GS02 or GS03, 2 to 15 characters.
    """

    qualifier: str
    id: str
    group_id: str


def segment(identifier: str, *elements: str) -> Segment:
    """
    Build a segment without trailing empty elements, which X12 omits (X12.6, 3.7.2).

    Args:
        identifier: The segment identifier, such as `W05`.
        elements: The elements, from 01 on.
    """
    last = len(elements)
    while last and not elements[last - 1]:
        last -= 1
    return (identifier, *elements[:last])


def format_control_number(number: int) -> str:
    """
    Format a control number for ISA13 and IEA02: nine digits.

    Args:
        number: A number from 1 to 999999999.
    """
    return f"{number:09d}"


def control_number(count: int) -> int:
    """
    The control number of the `count`th interchange; 999999999 is followed by 1.

    Args:
        count: The interchange's position, from 1.
    """
    return (count - 1) % MAX_CONTROL_NUMBER + 1


def read_control_number(content: bytes) -> int | None:
    """
    Read an interchange's control number; `None` if the bytes do not begin with an ISA segment.

    ISA has a fixed length, so ISA13 is at the same offset with any delimiters.

    Args:
        content: An interchange, or its first 106 bytes.
    """
    digits = content[90:99]
    return int(digits) if content[:3] == b"ISA" and len(digits) == 9 and digits.isdigit() else None


@frozen(kw_only=True)
class Envelope:
    """
    The envelope round a transaction set, the same for every interchange of one instance.

    Attributes:
        sender: The depositor.
        receiver: The warehouse.
        version: GS08, such as `004010` or `004010VICS`.
        acknowledgment: ISA14: `1` asks for a TA1.
        usage: ISA15: `P` or `T`.
        delimiters: The three delimiters.
        characters: The character set, which determines the encoding.
    """

    sender: Party
    receiver: Party
    version: str
    acknowledgment: str
    usage: str
    delimiters: Delimiters
    characters: CharacterSet

    def render(self, body: Sequence[Segment], *, number: int, created: datetime) -> bytes:
        """
        Render the interchange as bytes.

        ISA13 and GS06 are the same number. ST02 is `0001`, since a group has one transaction set.

        Args:
            body: The segments between ST and SE.
            number: The control number.
            created: When the interchange was created, in the time zone of its dates.
        """
        isa = (
            *("ISA", "00", " " * 10, "00", " " * 10),
            *(self.sender.qualifier, f"{self.sender.id:<15}"),
            *(self.receiver.qualifier, f"{self.receiver.id:<15}"),
            *(f"{created:%y%m%d}", f"{created:%H%M}", "U", "00401", format_control_number(number)),
            *(self.acknowledgment, self.usage, self.delimiters.component),
        )
        group = (
            *("GS", "OW", self.sender.group_id, self.receiver.group_id),
            *(f"{created:%Y%m%d}", f"{created:%H%M}", str(number), "X", self.version),
        )
        segments: list[Segment] = [isa, group, ("ST", "940", "0001"), *body]
        segments += [
            ("SE", str(len(body) + 2), "0001"),
            ("GE", "1", str(number)),
            ("IEA", "1", format_control_number(number)),
        ]
        return self._join(segments).encode(self.characters.encoding)

    def _join(self, segments: Iterable[Segment]) -> str:
        end = self.delimiters.segment + ("\n" if self.delimiters.line_breaks else "")
        return "".join(self.delimiters.element.join(elements) + end for elements in segments)
