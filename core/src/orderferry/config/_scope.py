"""
The orders and the outcomes that a step is for.
"""

from __future__ import annotations

from orderferry.config._faults import Faults, UnfitError
from orderferry.config._members import Members, members_of
from orderferry.config._nearest import remedy
from orderferry.config._readers import as_list, as_names, as_object, as_text
from orderferry.orders import described
from orderferry.steps import Condition, Filter, Scope

__all__ = ["SCOPE_NAMES", "STORE_GROUP_NAMES", "conditions_of", "scope_of"]

_WHAT = ("Markets", "Stores", "Warehouses", "ShipmentOptions", "Tags")

SCOPE_NAMES = tuple(f"{which}For{what}" for what in _WHAT for which in ("Enabled", "Disabled"))
"""The lists that say which orders a step is for."""

STORE_GROUP_NAMES = ("EnabledForStoreGroups", "DisabledForStoreGroups")
"""Lists that the order says nothing about: which stores a group has is known to the host only."""


def scope_of(members: Members, faults: Faults) -> Scope:
    """
    The orders that a step is for.
    """
    for name in STORE_GROUP_NAMES:
        if members.read(name, as_names, faults):
            faults.add(
                f"{name} is not supported, and leaving it out would send other orders; "
                "name the stores in EnabledForStores or DisabledForStores",
                members.path_of(name),
            )
    return Scope(
        markets=_filter("Markets", members, faults),
        stores=_filter("Stores", members, faults),
        warehouses=_filter("Warehouses", members, faults),
        shipment_options=_filter("ShipmentOptions", members, faults),
        tags=_filter("Tags", members, faults),
    )


def _filter(what: str, members: Members, faults: Faults) -> Filter:
    enabled = members.read(f"EnabledFor{what}", as_names, faults)
    disabled = members.read(f"DisabledFor{what}", as_names, faults)
    return Filter(enabled or frozenset(), disabled or frozenset())


def _condition(value: object) -> Condition:
    name = as_text(value)
    known = {str(each.value): each for each in Condition}
    if name not in known:
        raise UnfitError(f"{described(name)} is unknown; {remedy(name, known)}")
    return known[name]


def conditions_of(members: Members, faults: Faults) -> tuple[Condition, ...]:
    """
    What earlier steps must have come to, in the file's order.
    """
    name = "WorkflowStepConditions"
    found = []
    path = members.path_of(name)
    for index, item in enumerate(members.read(name, as_list, faults) or ()):
        here = f"{path}[{index}]"
        document = faults.read(as_object, item, name, here)
        if document is None:
            continue
        condition = members_of(document, here, ("Type",), faults)
        kind = condition.read("Type", _condition, faults)
        if kind is not None:
            found.append(kind)
        elif "Type" not in condition.named:
            faults.add("Type is required, and missing", here)
    return tuple(found)
