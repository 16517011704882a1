"""
The simulator's own documents: envelopes that it writes, and original orders that it reads.

Which fields a tenant requires is the tenant's choice; the simulator requires those that the saved
requests always have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

__all__ = ["Json", "error_envelope", "faults", "message", "parse", "success_envelope"]

Json = dict[str, object]
_QUANTITY = re.compile(r"[0-9]{1,15}(\.[0-9]{1,4})?")
_MOMENT = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]")
_TIMES = tuple(
    f"{event}{end}DateTime" for event in ("Pickup", "Delivery") for end in ("Start", "End")
)


def message(
    code: str,
    description: str,
    field: str | None = None,
    keys: Mapping[str, str] | None = None,
    kind: str = "ERROR",
) -> Json:
    """
    Build an entry of `messages`.
    """
    return {
        "Type": kind,
        "Code": code,
        "Description": description,
        "ErrorCode": None,
        "ErrorField": field,
        "BusinessKeys": None if keys is None else dict(keys),
    }


def success_envelope(data: object, total: int | None = None) -> Json:
    """
    Build the envelope of a success.
    """
    return {
        "success": True,
        "header": None if total is None else {"totalCount": total},
        "data": data,
        "messageKey": None,
        "message": None,
        "errors": [],
        "exceptions": [],
        "messages": {"Message": [], "Size": 0},
    }


def error_envelope(messages: Sequence[Json], key: str | None = None) -> Json:
    """
    Build the envelope of an error.
    """
    return {
        "success": False,
        "header": None,
        "data": None,
        "messageKey": key,
        "message": key,
        "errors": [],
        "exceptions": None,
        "messages": {"Message": list(messages), "Size": len(messages)},
    }


def parse(body: bytes) -> Json | None:
    """
    Parse the JSON object in a body; `None` if the body is not one.
    """
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_float=Decimal)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _unique(pairs: list[tuple[str, object]]) -> Json:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a name appears twice in one object")
    return fields


def faults(order: Json, facilities: Collection[str]) -> Iterator[Json]:
    """
    Yield a message for each error in an original order.

    Args:
        order: The original order.
        facilities: The tenant's facilities.
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
            yield message("INVALID_DATE", f"{name} is not a date and time", name)
    lines = order.get("OriginalOrderLine")
    if not isinstance(lines, list) or not lines:
        yield _missing("OriginalOrderLine")
        return
    line_ids: set[object] = set()
    for line in lines:
        yield from _line_faults(line if isinstance(line, dict) else {}, line_ids)


def _line_faults(line: Json, line_ids: set[object]) -> Iterator[Json]:
    line_id = line.get("OriginalOrderLineId")
    keys = {"OriginalOrderLineId": str(line_id)}
    for name in ("OriginalOrderLineId", "ItemId", "OrderedQuantity"):
        yield from _text(line, name, name, keys)
    if line_id in line_ids:
        yield message(
            "DUPLICATE_LINE", f"Line {line_id} appears twice", "OriginalOrderLineId", keys
        )
    line_ids.add(line_id)
    quantity = line.get("OrderedQuantity")
    if not isinstance(quantity, str) or not quantity:
        return
    if not _QUANTITY.fullmatch(quantity) or not Decimal(quantity):
        text = f"OrderedQuantity {quantity} is not a quantity"
        yield message("INVALID_QUANTITY", text, "OrderedQuantity", keys)


def _text(
    fields: Json, name: str, shown: str, keys: dict[str, str] | None = None
) -> Iterator[Json]:
    value = fields.get(name)
    if value is None or value == "":
        yield _missing(shown, keys)
    elif not isinstance(value, str):
        yield message("INVALID_TYPE", f"{shown} is not text", shown, keys)


def _missing(name: str, keys: dict[str, str] | None = None) -> Json:
    return message("REQUIRED_FIELD", f"{name} is required", name, keys)
