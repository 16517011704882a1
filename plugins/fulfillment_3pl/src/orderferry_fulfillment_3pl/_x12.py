"""
Segments and their envelope: ASC X12 version 004010, one functional group, one transaction set.

Lengths and codes of ISA, GS, ST, SE, GE and IEA: ASC X12.5 and X12.6, release 004010.
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
    "MOST_DESCRIPTIONS",
    "MOST_LINES",
    "Envelope",
    "Party",
    "Segment",
    "Usage",
    "control_number",
    "interchange_number",
    "number_text",
    "segment",
]

LARGEST_CONTROL_NUMBER = 999_999_999
"""ISA13, nine digits (I12), and GS06, at most nine (28)."""

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
"""Fewest and most characters by element (of numbers: digits)."""

MOST_LINES = 99_999
"""Repetitions of the loop LX: 99999 in Bots' grammar of release 004010."""

MOST_DESCRIPTIONS = 5
"""Repetitions of G69 below a W01."""

Segment = tuple[str, ...]
"""A segment's identifier and its elements; an empty one is left out of the interchange."""


class Usage(StrEnum):
    """
    ISA15: whether the interchange is real.
    """

    PRODUCTION = "P"
    TEST = "T"


@frozen
class Party:
    """
    One end of the interchange.

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
    A segment without the empty elements at its end, which X12 leaves out (X12.6, 3.7.2).

    Args:
        identifier: Such as `W05`.
        elements: Its elements from 01 on.
    """
    last = len(elements)
    while last and not elements[last - 1]:
        last -= 1
    return (identifier, *elements[:last])


def number_text(number: int) -> str:
    """
    A control number as ISA13 and IEA02 write it: nine digits.

    Args:
        number: From 1 to 999999999.
    """
    return f"{number:09d}"


def control_number(count: int) -> int:
    """
    The control number of the `count`th interchange: 999999999 is followed by 1.

    Args:
        count: From 1.
    """
    return (count - 1) % LARGEST_CONTROL_NUMBER + 1


def interchange_number(content: bytes) -> int | None:
    """
    The interchange's control number, or `None` where the bytes do not begin with an ISA.

    ISA has a fixed length, so that ISA13 stands at the same place whatever the delimiters.

    Args:
        content: An interchange, or its first 106 bytes.
    """
    digits = content[90:99]
    return int(digits) if content[:3] == b"ISA" and len(digits) == 9 and digits.isdigit() else None


@frozen(kw_only=True)
class Envelope:
    """
    What stands round the transaction set, the same for every interchange of one instance.

    Attributes:
        sender: The depositor.
        receiver: The warehouse.
        version: GS08, such as `004010` or `004010VICS`.
        acknowledgment: ISA14: `1` asks for a TA1.
        usage: ISA15: `P` or `T`.
        delimiters: The delimiters.
        characters: The character set, for the encoding.
    """

    sender: Party
    receiver: Party
    version: str
    acknowledgment: str
    usage: str
    delimiters: Delimiters
    characters: CharacterSet

    def write(self, body: Sequence[Segment], *, number: int, made: datetime) -> bytes:
        """
        The interchange. ISA13 and GS06 are the same number; ST02 is `0001`, unique in its group.

        Args:
            body: The transaction set's segments between ST and SE.
            number: The control number.
            made: When the interchange was made, in the zone that its dates are in.
        """
        isa = (
            *("ISA", "00", " " * 10, "00", " " * 10),
            *(self.sender.qualifier, f"{self.sender.id:<15}"),
            *(self.receiver.qualifier, f"{self.receiver.id:<15}"),
            *(f"{made:%y%m%d}", f"{made:%H%M}", "U", "00401", number_text(number)),
            *(self.acknowledgment, self.usage, self.delimiters.component),
        )
        group = (
            *("GS", "OW", self.sender.group_id, self.receiver.group_id),
            *(f"{made:%Y%m%d}", f"{made:%H%M}", str(number), "X", self.version),
        )
        segments: list[Segment] = [isa, group, ("ST", "940", "0001"), *body]
        segments += [
            ("SE", str(len(body) + 2), "0001"),
            ("GE", "1", str(number)),
            ("IEA", "1", number_text(number)),
        ]
        return self._text(segments).encode(self.characters.encoding)

    def _text(self, segments: Iterable[Segment]) -> str:
        end = self.delimiters.segment + ("\n" if self.delimiters.line_breaks else "")
        return "".join(self.delimiters.element.join(each) + end for each in segments)
