"""
A warehouse's reader of 940s, which validates what a warehouse needs before it ships.

The reader shares no code with the connector's writer. It implements these rules of release 004010:
the delimiters have fixed positions in ISA, the envelope's counts and numbers agree, and a shipping
order has W05, a recipient with an address, W66, and lines whose quantities add up to the total.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from attrs import frozen

__all__ = ["InvalidInterchangeError", "ReceivedShippingOrder", "read"]

_ISA_LENGTHS = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1]
"""The lengths of ISA01 to ISA16."""


class InvalidInterchangeError(Exception):
    """
    The interchange is invalid; the message states why.
    """


@frozen(kw_only=True)
class ReceivedShippingOrder:
    """
    The values that the warehouse read.

    Attributes:
        interchange: ISA13.
        depositor_number: W05-02.
        customer_order: N9*CO, the depositor's order id.
        recipient: N1*ST, the recipient's name.
        lines: The code and the quantity of each line.
    """

    interchange: str
    depositor_number: str
    customer_order: str
    recipient: str
    lines: tuple[tuple[str, Decimal], ...]


def read(content: bytes) -> ReceivedShippingOrder:
    """
    Read an interchange with one 940.

    Args:
        content: The file's bytes.

    Raises:
        InvalidInterchangeError: The interchange is invalid.
    """
    text = content.decode("latin-1")
    if len(text) < 107 or not text.startswith("ISA"):
        raise InvalidInterchangeError("the ISA segment is missing")
    separator, terminator = text[3], text[105]
    isa = text[:105].split(separator)
    if [len(element) for element in isa[1:]] != _ISA_LENGTHS:
        raise InvalidInterchangeError("ISA has an element of the wrong length")
    texts = text.split(terminator)
    if texts.pop().strip("\r\n"):
        raise InvalidInterchangeError("text follows the last segment")
    segments = [text.lstrip("\r\n").split(separator) for text in texts]
    for segment in segments[1:]:
        _check_elements(segment, isa[16])
    _check_envelope(segments, isa[13])
    return _read_order(segments[3:-3], isa[13])


def _check_elements(segment: list[str], component: str) -> None:
    for element in segment:
        if component in element or any(ord(c) < 32 or 127 <= ord(c) < 128 for c in element):
            raise InvalidInterchangeError(
                f"an element of {segment[0]} contains a delimiter or control character"
            )
    if len(segment) < 2 or segment[-1] == "":
        raise InvalidInterchangeError(f"{segment[0]} is empty, or ends with an empty element")


def _check_envelope(segments: list[list[str]], number: str) -> None:
    names = [segment[0] for segment in segments]
    if names[:3] != ["ISA", "GS", "ST"] or names[-3:] != ["SE", "GE", "IEA"]:
        raise InvalidInterchangeError("the envelope is not ISA, GS, ST, ..., SE, GE, IEA")
    group, transaction = segments[1], segments[2]
    transaction_end, group_end, interchange_end = segments[-3:]
    if group[1] != "OW" or group[7] != "X" or not group[8].startswith("004010"):
        raise InvalidInterchangeError(
            "GS does not introduce a warehouse shipping order of release 004010"
        )
    if transaction[1] != "940":
        raise InvalidInterchangeError("ST does not introduce a 940")
    expected = [str(len(segments) - 4), transaction[2], "1", group[6], "1", number]
    if expected != [*transaction_end[1:], *group_end[1:], *interchange_end[1:]]:
        raise InvalidInterchangeError(
            "the counts or control numbers of SE, GE and IEA do not match"
        )


def _read_order(segments: list[list[str]], interchange: str) -> ReceivedShippingOrder:
    head = list(_segments_before(segments, "LX"))
    if [segment[0] for segment in head].count("W05") != 1 or head[0][0] != "W05":
        raise InvalidInterchangeError("the order does not begin with its only W05")
    order = head[0]
    if len(order) < 3 or not 1 <= len(order[2]) <= 22:
        raise InvalidInterchangeError("W05-02 does not have 1 to 22 characters")
    recipient = _read_recipient(head)
    carrier = next((segment for segment in head if segment[0] == "W66"), [])
    if len(carrier) < 3 or len(carrier[1]) != 2 or not 1 <= len(carrier[2]) <= 2:
        raise InvalidInterchangeError("W66 is missing, or lacks the payment or transport method")
    references = {
        segment[1]: segment[2] for segment in head if segment[0] == "N9" and len(segment) > 2
    }
    if "CO" not in references:
        raise InvalidInterchangeError("N9*CO is missing")
    return ReceivedShippingOrder(
        interchange=interchange,
        depositor_number=order[2],
        customer_order=references["CO"],
        recipient=recipient,
        lines=_read_lines(segments[len(head) :]),
    )


def _segments_before(segments: list[list[str]], name: str) -> Iterator[list[str]]:
    for segment in segments:
        if segment[0] == name:
            return
        yield segment


def _read_recipient(head: list[list[str]]) -> str:
    for position, segment in enumerate(head):
        if segment[:2] == ["N1", "ST"]:
            party = {line[0]: line for line in _segments_before(head[position + 1 :], "N1")}
            if len(segment) < 3 or not segment[2] or "N3" not in party or "N4" not in party:
                raise InvalidInterchangeError("the recipient lacks a name, a street or a city")
            return segment[2]
    raise InvalidInterchangeError("N1*ST is missing")


def _read_lines(segments: list[list[str]]) -> tuple[tuple[str, Decimal], ...]:
    lines: list[tuple[str, Decimal]] = []
    for position, segment in enumerate(segments):
        if segment[0] == "LX":
            item = segments[position + 1]
            if segment[1] != str(len(lines) + 1) or item[0] != "W01":
                raise InvalidInterchangeError(
                    f"LX {segment[1]} is out of sequence, or not followed by W01"
                )
            if len(item) < 6 or len(item[2]) != 2 or not 1 <= len(item[5]) <= 48:
                raise InvalidInterchangeError(
                    f"W01 of line {segment[1]} lacks the unit or the article"
                )
            lines.append((item[5], _read_quantity(item[1])))
    total = segments[-1]
    if (
        not lines
        or total[0] != "W76"
        or _read_quantity(total[1]) != sum(quantity for _, quantity in lines)
    ):
        raise InvalidInterchangeError(
            "there are no lines, or W76 is not the sum of their quantities"
        )
    return tuple(lines)


def _read_quantity(text: str) -> Decimal:
    try:
        quantity = Decimal(text)
    except InvalidOperation:
        raise InvalidInterchangeError(f"{text!r} is not a number") from None
    if not quantity.is_finite() or quantity <= 0 or "E" in text.upper():
        raise InvalidInterchangeError(f"{text} is not a quantity")
    return quantity
