"""
The workflow file: order types, their statuses, and the steps of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from attrs import frozen

from orderferry.config._faults import Faults
from orderferry.config._members import Members, canonical, members_of
from orderferry.config._readers import as_boolean, as_list, as_object, as_text
from orderferry.config._step import Steps
from orderferry.orders import described, read_json
from orderferry.steps import Step
from orderferry.workflow import OrderType, Status

__all__ = [
    "ORDER_TYPE_NAMES",
    "STATUS_NAMES",
    "UNUSED_ORDER_TYPE_NAMES",
    "UNUSED_STATUS_NAMES",
    "read_workflow",
]

ORDER_TYPE_NAMES = ("Name", "OrderStatuses", "DefaultOrderType")
"""The fields of an order type that are read."""

UNUSED_ORDER_TYPE_NAMES = (
    "EnableEdit",
    "EnableCreateFromCart",
    "DefaultExternalIdProvider",
    "DeriveOrderStatusFromShipments",
    "OrderNumberType",
    "DisplayName",
    "TranslateKey",
    "Properties",
    "Order",
    "Id",
    "Index",
    "Comment",
)
"""Fields of an order type that mean something to its host only."""

STATUS_NAMES = ("Name", "WorkflowSteps", "IsCanceledStatus")
"""The fields of a status that are read."""

UNUSED_STATUS_NAMES = (
    "DisplayName",
    "TranslateKey",
    "Order",
    "Properties",
    "AvailableSteps",
    "EnforceAvailableStepsPolicy",
    "IsMainFilter",
    "IsInProgressStatus",
    "IsDeliveredStatus",
    "IsPicked",
    "MainOrderStatus",
    "ShipmentStatusUpdate",
    "UpdateStatusButtonIsDisabledInGui",
    "IsInvisible",
    "Id",
    "Index",
    "Comment",
)
"""Fields of a status that mean something to its host only."""

_DISABLED = "DisableWorkflow"
_CONDITION = "Condition"
_MOST_LEVELS = 100

_Named = TypeVar("_Named", OrderType, Status)


def read_workflow(
    file: Path, *, steps: Mapping[str, Step], foreign: frozenset[str], faults: Faults
) -> tuple[OrderType, ...]:
    """
    Read a workflow file.

    Args:
        file: The file.
        steps: The steps that we run, by key.
        foreign: The names of the steps that the host runs.
        faults: Where what does not hold is noted.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        faults.add(f"cannot be read: {error.strerror}")
        return ()
    reading = read_json(data, equal_repeats=True)
    if reading.faults:
        for fault in reading.faults:
            faults.add(fault)
        return ()
    if _is_deeper(reading.document, _MOST_LEVELS):
        faults.add(f"it is nested more than {_MOST_LEVELS} levels deep")
        return ()
    return _Reader(Steps(steps, foreign, faults), faults).order_types(reading.document)


def _is_deeper(document: object, most: int) -> bool:
    level = [document]
    for _ in range(most):
        level = [part for value in level for part in _parts(value)]
        if not level:
            return False
    return True


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


@frozen
class _Reader:
    steps: Steps
    faults: Faults

    def order_types(self, document: object) -> tuple[OrderType, ...]:
        if isinstance(document, dict):
            places = [("$", document)]
        elif isinstance(document, list):
            places = [(f"$[{index}]", each) for index, each in enumerate(document)]
        else:
            self.faults.add(
                f"expected an order type or a list of them, got {described(document)}", "$"
            )
            return ()
        if not places:
            self.faults.add("it has no order type", "$")
        found = [(path, self._order_type(each, path)) for path, each in places]
        self._once("order type", ((path, each) for path, each in found if each is not None))
        default = [path for path, each in found if each is not None and each.is_default]
        if len(default) > 1:
            self.faults.add(f"DefaultOrderType is true here and at {default[0]}", default[1])
        return tuple(each for _, each in found if each is not None)

    def _order_type(self, document: object, path: str) -> OrderType | None:
        found = self.faults.read(as_object, document, "order type", path)
        if found is None:
            return None
        known = (*ORDER_TYPE_NAMES, *UNUSED_ORDER_TYPE_NAMES, _DISABLED)
        members = members_of(found, path, known, self.faults)
        name = self._name(members)
        if members.read(_DISABLED, as_boolean, self.faults):
            self.faults.add(
                f"{_DISABLED} is not supported, and leaving it out would run the workflow",
                members.path_of(_DISABLED),
            )
        for field, each in members.others.items():
            if any(_has(part, "OrderStatuses", "WorkflowSteps") for part in _parts(each.value)):
                self.faults.add(f"{field!r} is unknown; did you mean OrderStatuses?", each.path)
        statuses = members.read("OrderStatuses", as_list, self.faults) or []
        place = members.path_of("OrderStatuses")
        read = [
            (f"{place}[{index}]", self._status(each, f"{place}[{index}]"))
            for index, each in enumerate(statuses)
        ]
        self._once("status", ((where, each) for where, each in read if each is not None))
        return OrderType(
            name=name or "",
            statuses=tuple(each for _, each in read if each is not None),
            is_default=members.read("DefaultOrderType", as_boolean, self.faults) or False,
        )

    def _status(self, document: object, path: str) -> Status | None:
        found = self.faults.read(as_object, document, "OrderStatuses", path)
        if found is None:
            return None
        known = (*STATUS_NAMES, *UNUSED_STATUS_NAMES, _CONDITION)
        members = members_of(found, path, known, self.faults)
        name = self._name(members)
        if any(each.value not in ("", [], {}) for each in members.named.get(_CONDITION, ())):
            self.faults.add(
                f"{_CONDITION} of a status is not supported, and leaving it out would run its "
                "steps for other orders",
                members.path_of(_CONDITION),
            )
        for field, each in members.others.items():
            if any(self._is_step(part) for part in _parts(each.value)):
                self.faults.add(f"{field!r} is unknown; did you mean WorkflowSteps?", each.path)
        steps = members.read("WorkflowSteps", as_list, self.faults) or []
        place = members.path_of("WorkflowSteps")
        read = [
            self.steps.read(each, f"{place}[{index}]", name) for index, each in enumerate(steps)
        ]
        return Status(
            name=name or "",
            steps=tuple(each for each in read if each is not None),
            is_canceled_status=members.read("IsCanceledStatus", as_boolean, self.faults) or False,
        )

    def _name(self, members: Members) -> str | None:
        name = members.read("Name", as_text, self.faults)
        if name == "" or "Name" not in members.named:
            self.faults.add("Name is required, and missing", members.path)
        return name or None

    def _is_step(self, document: object) -> bool:
        return isinstance(document, dict) and any(
            canonical(name) == "Name" and self.steps.knows(value)
            for name, value in document.items()
        )

    def _once(self, what: str, found: Iterable[tuple[str, _Named]]) -> None:
        seen: dict[str, str] = {}
        for path, each in found:
            if each.name and each.name in seen:
                self.faults.add(
                    f"{what} {each.name!r} stands twice: here, and at {seen[each.name]}", path
                )
            seen.setdefault(each.name, path)


def _has(document: object, *names: str) -> bool:
    return isinstance(document, dict) and any(canonical(name) in names for name in document)
