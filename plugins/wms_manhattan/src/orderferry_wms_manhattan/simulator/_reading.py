"""
The simulator's own reader of original orders: what a tenant would want of one.

Which fields a tenant requires is its own choice; these are what the saved requests always have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from decimal import Decimal

from orderferry_wms_manhattan.simulator._answers import Json, message

__all__ = ["faults", "parse"]

_QUANTITY = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")
_MOMENT = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]")
_TIMES = tuple(
    f"{what}{end}DateTime" for what in ("Pickup", "Delivery") for end in ("Start", "End")
)


def parse(body: bytes) -> Json | None:
    """
    The JSON object in a body, or `None` where there is none.
    """
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_float=Decimal)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _once(pairs: list[tuple[str, object]]) -> Json:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return made


def faults(order: Json, facilities: Collection[str]) -> Iterator[Json]:
    """
    A message for each thing that is wrong with an original order.

    Args:
        order: The order.
        facilities: The facilities that the tenant has.
    """
    for name in ("OriginalOrderId", "OrderType", "OriginFacilityId"):
        yield from _text(order, name, name)
    facility = order.get("OriginFacilityId")
    if isinstance(facility, str) and facility and facility not in facilities:
        yield message("INVALID_FACILITY", f"Facility {facility} does not exist", "OriginFacilityId")
    address = order.get("DestinationAddress")
    if isinstance(address, dict):
        for name in ("Address1", "City", "Country"):
            yield from _text(address, name, f"DestinationAddress.{name}")
    else:
        yield _missing("DestinationAddress")
    for name in _TIMES:
        moment = order.get(name)
        if moment is not None and not (isinstance(moment, str) and _MOMENT.fullmatch(moment)):
            yield message("INVALID_DATE", f"{name} is no date and time", name)
    lines = order.get("OriginalOrderLine")
    if not isinstance(lines, list) or not lines:
        yield _missing("OriginalOrderLine")
        return
    seen: set[object] = set()
    for line in lines:
        yield from _line_faults(line if isinstance(line, dict) else {}, seen)


def _line_faults(line: Json, seen: set[object]) -> Iterator[Json]:
    line_id = line.get("OriginalOrderLineId")
    keys = {"OriginalOrderLineId": str(line_id)}
    for name in ("OriginalOrderLineId", "ItemId", "OrderedQuantity"):
        yield from _text(line, name, name, keys)
    if line_id in seen:
        yield message("DUPLICATE_LINE", f"Line {line_id} stands twice", "OriginalOrderLineId", keys)
    seen.add(line_id)
    quantity = line.get("OrderedQuantity")
    if not isinstance(quantity, str) or not quantity:
        return
    if not _QUANTITY.fullmatch(quantity) or not Decimal(quantity):
        text = f"OrderedQuantity {quantity} is no quantity"
        yield message("INVALID_QUANTITY", text, "OrderedQuantity", keys)


def _text(
    fields: Json, name: str, shown: str, keys: dict[str, str] | None = None
) -> Iterator[Json]:
    value = fields.get(name)
    if value is None or value == "":
        yield _missing(shown, keys)
    elif not isinstance(value, str):
        yield message("INVALID_TYPE", f"{shown} is no text", shown, keys)


def _missing(name: str, keys: dict[str, str] | None = None) -> Json:
    return message("REQUIRED_FIELD", f"{name} is required", name, keys)
