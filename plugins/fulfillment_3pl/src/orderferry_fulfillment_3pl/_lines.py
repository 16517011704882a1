"""
What is to be shipped: the loop LX, one a line, and the total.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from orderferry.orders import LineItem
from orderferry_fulfillment_3pl._checks import Checks
from orderferry_fulfillment_3pl._x12 import LENGTHS, MOST_DESCRIPTIONS, MOST_LINES, Segment, segment

__all__ = ["line_references", "lines"]

_GTIN_QUALIFIERS = {8: "EN", 12: "UP", 13: "EN", 14: "UK"}
"""Data element 235 by the number of digits: EAN, UPC, shipping container code."""


def line_references(items: Sequence[LineItem]) -> list[str]:
    """
    What the warehouse calls each line (N9*LI), and names it by in its shipping advice.

    The lines' own ids; where one has none, or one too long for N9-02, or two have the same, the
    positions of all lines, from 1.

    Args:
        items: The delivery's lines.
    """
    ids = [item.line_item_id or "" for item in items]
    longest = LENGTHS["N9-02"][1]
    if len(set(ids)) == len(ids) and all(0 < len(each.strip()) <= longest for each in ids):
        return ids
    return [str(position) for position, _ in enumerate(items, 1)]


def lines(items: Sequence[LineItem], checks: Checks) -> list[Segment]:
    """
    The segments of the lines and of their total.

    Args:
        items: The delivery's lines.
        checks: Where faults are noted, each with its line's id or position.
    """
    if len(items) > MOST_LINES:
        cause = f"{len(items)} lines, a 940 takes {MOST_LINES}"
        checks.refuse("lineItems", cause, remedy="split the order")
        return []
    segments: list[Segment] = []
    total = Decimal(0)
    count = 0
    for position, (item, reference) in enumerate(
        zip(items, line_references(items), strict=True), 1
    ):
        line = item.line_item_id or str(position)
        quantity = _quantity(item, line, checks)
        if quantity == 0:
            continue
        count += 1
        segments += [
            segment("LX", str(count)),
            *_line(
                item, line, reference, "" if quantity is None else checks.number(quantity), checks
            ),
        ]
        total += quantity or 0
    if not count:
        checks.refuse("lineItems", "there is no line to ship", remedy="give the shipment lines")
    if total.adjusted() >= LENGTHS["W76-01"][1]:
        cause = "the lines' sum has more digits than W76-01 takes, 15"
        checks.refuse("quantity", cause, value=total, remedy="split the order")
    return [*segments, segment("W76", checks.number(total))]


def _quantity(item: LineItem, line: str, checks: Checks) -> Decimal | None:
    """
    What is left to ship: nothing of a line that was cancelled whole, `None` where it cannot be.
    """
    known = len(checks.problems)
    checks.quantity("quantity", item.quantity, line=line)
    if item.canceled_quantity:
        checks.quantity("canceledQuantity", item.canceled_quantity, line=line)
    if len(checks.problems) > known:
        return None
    left = item.open_quantity
    if left < 0:
        cause = f"is more than the quantity, {item.quantity}"
        checks.refuse(
            "canceledQuantity",
            cause,
            value=item.canceled_quantity,
            line=line,
            remedy="mend the line",
        )
        return None
    return left


def _line(
    item: LineItem, line: str, reference: str, quantity: str, checks: Checks
) -> list[Segment]:
    code = checks.identifier("W01-05", "code", item.code, line=line)
    if not code:
        checks.refuse("code", "is missing", line=line, remedy="give the line the article's code")
    gtin, qualifier = _gtin(item)
    unit = _unit(item, line, checks)
    head = segment("W01", quantity, unit, "", checks.settings.item_qualifier, code, qualifier, gtin)
    described = checks.pieces(
        "G69-01", "displayName", item.display_name, MOST_DESCRIPTIONS, line=line
    )
    reference = checks.identifier("N9-02", "lineItemId", reference, line=line)
    segments = [head, *(segment("G69", each) for each in described), segment("N9", "LI", reference)]
    if checks.settings.send_comments:
        comment = checks.pieces("NTE-02", "comment", item.comment, None, line=line)
        segments += [segment("NTE", "WHI", each) for each in comment]
    return segments


def _gtin(item: LineItem) -> tuple[str, str]:
    for each in (item.ean, *item.gtins):
        if each and re.fullmatch(r"[0-9]+", each) and len(each) in _GTIN_QUALIFIERS:
            return each, _GTIN_QUALIFIERS[len(each)]
    return "", ""


def _unit(item: LineItem, line: str, checks: Checks) -> str:
    given = (item.unit or "").strip()
    if not given:
        return checks.settings.unit
    units = {key.casefold(): value for key, value in checks.settings.units.items()}
    known = units.get(given.casefold())
    if known is None and not re.fullmatch("[A-Z0-9]{2}", given):
        cause, remedy = "is no unit of X12", "name it in the setting units"
        checks.refuse("unit", cause, value=given, line=line, remedy=remedy)
    return known or given
