"""
The order's lines as `OriginalOrderLine`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from orderferry.errors import Problem
from orderferry.orders import Delivery, LineItem, Order
from orderferry_wms_manhattan._document import Fields, as_json, plain, set_field, time_zone
from orderferry_wms_manhattan._identity import UnmappedError, choose
from orderferry_wms_manhattan._settings import ManhattanSettings
from orderferry_wms_manhattan._sources import Scope, find

__all__ = ["DECIMALS", "DIGITS", "line_documents"]

DIGITS = 15
"""The most digits of a quantity before the point: orderferry's own limit, as none is published."""

DECIMALS = 4
"""The most decimals of a quantity: orderferry's own limit."""


def line_documents(
    order: Order, delivery: Delivery, settings: ManhattanSettings
) -> tuple[list[Fields], list[Problem]]:
    """
    Convert the lines of a delivery; a line that is cancelled completely is omitted.

    Returns:
        The lines, and the problems with them.
    """
    documents, problems = [], []
    for position, line in enumerate(delivery.lines, 1):
        if _quantity_fault(line.quantity) is None and line.open_quantity == 0:
            continue
        line_id = line.line_item_id or str(position)
        scope = Scope(order=order, shipment=delivery.shipment, line=line)
        document, line_problems = _line(line, line_id, scope, settings)
        documents.append(document)
        problems.extend(line_problems)
    if not documents:
        cause, remedy = "there is no line to deliver", "give a line that is not cancelled"
        problems.append(Problem(field="lineItems", cause=cause, remedy=remedy))
    problems.extend(_repeated(documents))
    return documents, problems


def _line(
    line: LineItem, line_id: str, scope: Scope, settings: ManhattanSettings
) -> tuple[Fields, list[Problem]]:
    problems = []
    fields: Fields = {"OriginalOrderLineId": line_id}
    if line.code:
        fields["ItemId"] = line.code
    fault = _open_fault(line)
    if fault is None:
        fields["OrderedQuantity"] = plain(line.open_quantity)
    else:
        name, amount, cause = fault
        problems.append(
            Problem(
                line_item_id=line_id,
                field=name,
                value=str(amount),
                cause=cause,
                remedy="correct the line, or omit it",
            )
        )
    try:
        unit = choose(settings.units, line.unit, settings.default_unit)
        if unit is not None:
            fields["QuantityUomId"] = unit
    except UnmappedError:
        problems.append(
            Problem(
                line_item_id=line_id,
                field="unit",
                value=line.unit,
                cause="has no unit at Manhattan",
                remedy="add it to the setting units, or set default_unit",
            )
        )
    zone = time_zone(settings.time_zone)
    for path, constant in settings.line_constants.items():
        set_field(fields, path, constant)
    for path, source in settings.line_fields.items():
        value = find(source, scope)
        if value not in (None, ""):
            set_field(fields, path, as_json(value, zone))
    if not fields.get("ItemId"):
        source = settings.line_fields.get("ItemId", "line.code")
        problems.append(
            Problem(
                line_item_id=line_id,
                field=source.removeprefix("line."),
                cause="is missing, and an item is required",
                remedy="give the line its item code",
            )
        )
    return fields, problems


def _open_fault(line: LineItem) -> tuple[str, Decimal, str] | None:
    """
    Return why the open quantity of a line cannot be sent: the field, its value and the cause.
    """
    cause, cancelled = _quantity_fault(line.quantity), line.canceled_quantity
    if cause is not None or not cancelled:
        return None if cause is None else ("quantity", line.quantity, cause)
    if not cancelled.is_finite():
        cause = "is not a number"
    elif cancelled < 0:
        cause = "is negative"
    elif cancelled > line.quantity:
        cause = f"is more than the quantity, {line.quantity}"
    else:
        cause = _quantity_fault(line.open_quantity)
    return None if cause is None else ("canceledQuantity", cancelled, cause)


def _quantity_fault(quantity: Decimal) -> str | None:
    if not quantity.is_finite():
        return "is not a number"
    if quantity <= 0:
        return "must be more than 0"
    if quantity.adjusted() >= DIGITS:
        return f"has more than {DIGITS} digits before the point"
    _, digits, exponent = quantity.as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    decimals = -int(exponent) - (len(digits) - len(text))
    if decimals > DECIMALS:
        return f"has more than {DECIMALS} decimals"
    return None


def _repeated(documents: list[Fields]) -> Iterator[Problem]:
    counts = Counter(str(document["OriginalOrderLineId"]) for document in documents)
    for line_id, times in counts.items():
        if times > 1:
            yield Problem(
                line_item_id=line_id,
                field="lineItemId",
                value=line_id,
                cause=f"is the id of {times} lines",
                remedy="give each line its own id",
            )
