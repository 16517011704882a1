"""
The part of OData's query options that clients of sales orders use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from orderferry_erp_sap.simulator._reading import Entity
from orderferry_erp_sap.simulator._refusals import Fault, RefusedError

__all__ = ["query"]

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<word>\w+))\s*")

Condition = tuple[str, str]


def _tokens(expression: str) -> list[str]:
    tokens: list[str] = []
    place = 0
    while place < len(expression):
        match = _TOKEN.match(expression, place)
        if match is None or match.end() == place:
            raise RefusedError(400, Fault("SIM/201", f"Invalid filter at position {place}"))
        tokens.append(match["text"] or match["word"])
        place = match.end()
    return tokens


def _conditions(expression: str) -> list[Condition]:
    """
    `a eq 'x' and b eq 'y'`: all the simulator understands.
    """
    tokens = _tokens(expression)
    conditions: list[Condition] = []
    for start in range(0, len(tokens), 4):
        part = tokens[start : start + 3]
        joint = tokens[start + 3 : start + 4]
        is_whole = len(part) == 3 and part[1] == "eq" and part[2].startswith("'")
        if not is_whole or joint not in ([], ["and"]) or (joint and start + 4 == len(tokens)):
            raise RefusedError(400, Fault("SIM/201", "Invalid filter"))
        conditions.append((part[0], part[2][1:-1].replace("''", "'")))
    return conditions


def _selected(select: str) -> Callable[[Entity], Entity]:
    names = [name.strip() for name in select.split(",") if name.strip()]
    return lambda entity: {n: v for n, v in entity.items() if not names or n in names}


def query(orders: list[Entity], options: Mapping[str, str]) -> list[Entity]:
    """
    The orders that `$filter`, `$orderby`, `$top` and `$select` leave.

    Args:
        orders: All orders, heads only.
        options: The query options.

    Raises:
        RefusedError: An option cannot be understood.
    """
    found = orders
    for name, value in _conditions(options.get("$filter", "")):
        found = [order for order in found if order.get(name) == value]
    by, _, direction = options.get("$orderby", "").partition(" ")
    if by:
        found = sorted(found, key=lambda order: str(order.get(by)), reverse=direction == "desc")
    top = options.get("$top", "")
    if top and not top.isdecimal():
        raise RefusedError(400, Fault("SIM/202", f"Invalid $top '{top}'"))
    select = _selected(options.get("$select", ""))
    return [select(order) for order in found[: int(top or len(found))]]
