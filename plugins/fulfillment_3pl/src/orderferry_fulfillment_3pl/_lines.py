"""
The lines of a 940: one loop LX for each, and the total (W76).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from orderferry.orders import LineItem
from orderferry_fulfillment_3pl._checks import Checks
from orderferry_fulfillment_3pl._x12 import (
    LENGTHS,
    MAX_DESCRIPTIONS,
    MAX_LINES,
    Segment,
    segment,
)

__all__ = ["line_references", "line_segments"]

_GTIN_QUALIFIERS = {8: "EN", 12: "UP", 13: "EN", 14: "UK"}
"""Data element 235 by the number of digits: EAN, UPC, shipping container code."""


def line_references(items: Sequence[LineItem]) -> list[str]:
    """
    The reference of each line (N9*LI), by which the warehouse's shipping advice names it.

    The references are the lines' ids. If a line has no id, an id too long for N9-02, or the id of
    another line, the references are the positions of all lines, from 1.

    Args:
        items: The delivery's lines.
    """
    ids = [item.line_item_id or "" for item in items]
    max_length = LENGTHS["N9-02"][1]
    is_unique = len(set(ids)) == len(ids)
    if is_unique and all(0 < len(line_id.strip()) <= max_length for line_id in ids):
        return ids
    return [str(position) for position, _ in enumerate(items, 1)]


def line_segments(items: Sequence[LineItem], checks: Checks) -> list[Segment]:
    """
    The segments of the lines and of their total.

    Args:
        items: The delivery's lines.
        checks: Collects the problems, each with its line's id or position.
    """
    if len(items) > MAX_LINES:
        cause = f"has {len(items)} lines; a 940 allows at most {MAX_LINES}"
        checks.add_problem("lineItems", cause, remedy="split the order")
        return []
    segments: list[Segment] = []
    total = Decimal(0)
    count = 0
    for position, (item, reference) in enumerate(
        zip(items, line_references(items), strict=True), 1
    ):
        line = item.line_item_id or str(position)
        quantity = _open_quantity(item, line, checks)
        if quantity == 0:
            continue
        count += 1
        number = "" if quantity is None else checks.format_number(quantity)
        segments += [
            segment("LX", str(count)),
            *_item_segments(item, line, reference, number, checks),
        ]
        total += quantity or 0
    if not count:
        cause, remedy = "has no line to ship", "add lines to the shipment"
        checks.add_problem("lineItems", cause, remedy=remedy)
    if total.adjusted() >= LENGTHS["W76-01"][1]:
        cause = "the total has more than 15 digits, the maximum of W76-01"
        checks.add_problem("quantity", cause, value=total, remedy="split the order")
    return [*segments, segment("W76", checks.format_number(total))]


def _open_quantity(item: LineItem, line: str, checks: Checks) -> Decimal | None:
    """
    The quantity to ship: zero for a cancelled line, `None` for an invalid quantity.
    """
    count = len(checks.problems)
    checks.check_quantity("quantity", item.quantity, line=line)
    if item.canceled_quantity:
        checks.check_quantity("canceledQuantity", item.canceled_quantity, line=line)
    if len(checks.problems) > count:
        return None
    quantity = item.open_quantity
    if quantity < 0:
        checks.add_problem(
            "canceledQuantity",
            f"is greater than the quantity, {item.quantity}",
            value=item.canceled_quantity,
            line=line,
            remedy="correct the line",
        )
        return None
    return quantity


def _item_segments(
    item: LineItem, line: str, reference: str, quantity: str, checks: Checks
) -> list[Segment]:
    code = checks.identifier("W01-05", "code", item.code, line=line)
    if not code:
        remedy = "set the line's article code"
        checks.add_problem("code", "is missing", line=line, remedy=remedy)
    gtin, qualifier = _gtin(item)
    unit = _unit(item, line, checks)
    head = segment("W01", quantity, unit, "", checks.settings.item_qualifier, code, qualifier, gtin)
    descriptions = checks.split_text(
        "G69-01", "displayName", item.display_name, MAX_DESCRIPTIONS, line=line
    )
    reference = checks.identifier("N9-02", "lineItemId", reference, line=line)
    segments = [
        head,
        *(segment("G69", description) for description in descriptions),
        segment("N9", "LI", reference),
    ]
    if checks.settings.send_comments:
        comments = checks.split_text("NTE-02", "comment", item.comment, None, line=line)
        segments += [segment("NTE", "WHI", comment) for comment in comments]
    return segments


def _gtin(item: LineItem) -> tuple[str, str]:
    for gtin in (item.ean, *item.gtins):
        if gtin and re.fullmatch(r"[0-9]+", gtin) and len(gtin) in _GTIN_QUALIFIERS:
            return gtin, _GTIN_QUALIFIERS[len(gtin)]
    return "", ""


def _unit(item: LineItem, line: str, checks: Checks) -> str:
    unit = (item.unit or "").strip()
    if not unit:
        return checks.settings.unit
    units = {key.casefold(): value for key, value in checks.settings.units.items()}
    code = units.get(unit.casefold())
    if code is None and not re.fullmatch("[A-Z0-9]{2}", unit):
        cause, remedy = "is not a unit of X12", "map it in the setting units"
        checks.add_problem("unit", cause, value=unit, line=line, remedy=remedy)
    return code or unit
