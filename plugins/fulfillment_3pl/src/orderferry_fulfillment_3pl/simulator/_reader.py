"""
A warehouse's reader of 940s: what it wants to see before it ships anything.

It shares no code with the connector's writer. What it knows of release 004010: the delimiters
stand in ISA at fixed places, the envelope's counts and numbers must agree, and a shipping order
has W05, a recipient with an address, W66, and lines that the total adds up.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from attrs import frozen

__all__ = ["RefusedError", "ShippingOrderRead", "read"]


class RefusedError(Exception):
    """
    The interchange does not hold; the message says why.
    """


@frozen(kw_only=True)
class ShippingOrderRead:
    """
    What the warehouse understood.

    Attributes:
        interchange: ISA13.
        depositor_number: W05-02.
        customer_order: N9*CO, the depositor's order.
        recipient: N1*ST.
        lines: Code and quantity of each line.
    """

    interchange: str
    depositor_number: str
    customer_order: str
    recipient: str
    lines: tuple[tuple[str, Decimal], ...]


def read(content: bytes) -> ShippingOrderRead:
    """
    Read an interchange with one 940.

    Args:
        content: The file.

    Raises:
        RefusedError: It does not hold.
    """
    text = content.decode("latin-1")
    if len(text) < 107 or not text.startswith("ISA"):
        raise RefusedError("there is no ISA segment")
    separator, terminator = text[3], text[105]
    isa = text[:105].split(separator)
    if [len(each) for each in isa[1:]] != [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1]:
        raise RefusedError("ISA has elements of wrong length")
    pieces = text.split(terminator)
    if pieces.pop().strip("\r\n"):
        raise RefusedError("there is something behind the last segment")
    segments = [piece.lstrip("\r\n").split(separator) for piece in pieces]
    for segment in segments[1:]:
        _plain(segment, isa[16])
    _envelope(segments, isa[13])
    return _order(segments[3:-3], isa[13])


def _plain(segment: list[str], component: str) -> None:
    for element in segment:
        if component in element or any(ord(c) < 32 or 127 <= ord(c) < 128 for c in element):
            raise RefusedError(f"{segment[0]} has a delimiter or control character in an element")
    if len(segment) < 2 or segment[-1] == "":
        raise RefusedError(f"{segment[0]} is empty, or ends in an empty element")


def _envelope(segments: list[list[str]], number: str) -> None:
    names = [each[0] for each in segments]
    if names[:3] != ["ISA", "GS", "ST"] or names[-3:] != ["SE", "GE", "IEA"]:
        raise RefusedError("the envelope is not ISA, GS, ST, ..., SE, GE, IEA")
    group, transaction = segments[1], segments[2]
    end, group_end, last = segments[-3:]
    if group[1] != "OW" or group[7] != "X" or not group[8].startswith("004010"):
        raise RefusedError("GS is not of a warehouse shipping order of release 004010")
    if transaction[1] != "940":
        raise RefusedError("ST is not of a 940")
    expected = [str(len(segments) - 4), transaction[2], "1", group[6], "1", number]
    if expected != [*end[1:], *group_end[1:], *last[1:]]:
        raise RefusedError("the counts or control numbers of SE, GE and IEA do not agree")


def _order(segments: list[list[str]], interchange: str) -> ShippingOrderRead:
    head = list(_until(segments, "LX"))
    if [each[0] for each in head].count("W05") != 1 or head[0][0] != "W05":
        raise RefusedError("there is not one W05 at the beginning")
    order = head[0]
    if len(order) < 3 or not 1 <= len(order[2]) <= 22:
        raise RefusedError("W05-02 is not of 1 to 22 characters")
    recipient = _recipient(head)
    carrier = next((each for each in head if each[0] == "W66"), [])
    if len(carrier) < 3 or len(carrier[1]) != 2 or not 1 <= len(carrier[2]) <= 2:
        raise RefusedError("W66 is missing, or has no payment and transport method")
    references = {each[1]: each[2] for each in head if each[0] == "N9" and len(each) > 2}
    if "CO" not in references:
        raise RefusedError("there is no N9*CO")
    return ShippingOrderRead(
        interchange=interchange,
        depositor_number=order[2],
        customer_order=references["CO"],
        recipient=recipient,
        lines=_lines(segments[len(head) :]),
    )


def _until(segments: list[list[str]], name: str) -> Iterator[list[str]]:
    for segment in segments:
        if segment[0] == name:
            return
        yield segment


def _recipient(head: list[list[str]]) -> str:
    for place, segment in enumerate(head):
        if segment[:2] == ["N1", "ST"]:
            party = {each[0]: each for each in _until(head[place + 1 :], "N1")}
            if len(segment) < 3 or not segment[2] or "N3" not in party or "N4" not in party:
                raise RefusedError("the recipient has no name, street or town")
            return segment[2]
    raise RefusedError("there is no N1*ST")


def _lines(segments: list[list[str]]) -> tuple[tuple[str, Decimal], ...]:
    lines: list[tuple[str, Decimal]] = []
    for place, segment in enumerate(segments):
        if segment[0] == "LX":
            item = segments[place + 1]
            if segment[1] != str(len(lines) + 1) or item[0] != "W01":
                raise RefusedError(f"LX {segment[1]} is out of sequence, or has no W01")
            if len(item) < 6 or len(item[2]) != 2 or not 1 <= len(item[5]) <= 48:
                raise RefusedError(f"W01 of line {segment[1]} has no unit or article")
            lines.append((item[5], _number(item[1])))
    total = segments[-1]
    if not lines or total[0] != "W76" or _number(total[1]) != sum(each for _, each in lines):
        raise RefusedError("there are no lines, or W76 is not their sum")
    return tuple(lines)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise RefusedError(f"{text!r} is no number") from None
    if not number.is_finite() or number <= 0 or "E" in text.upper():
        raise RefusedError(f"{text} is no quantity")
    return number
