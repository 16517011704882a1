"""
The workflow file: order types, their statuses, and the steps of each; and both files together.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from attrs import frozen

from orderferry.config._config import Config
from orderferry.config._faults import Faults, raise_if_any
from orderferry.config._readers import read_flag
from orderferry.config._step import Steps
from orderferry.config._tables import Members, capitalize, sort_members
from orderferry.config._toml import read_toml
from orderferry.orders import read_json
from orderferry.reading import describe, read_list, read_string, read_table
from orderferry.steps import Step
from orderferry.workflow import OrderType, Status, Workflow

__all__ = [
    "ORDER_TYPE_NAMES",
    "STATUS_NAMES",
    "UNUSED_ORDER_TYPE_NAMES",
    "UNUSED_STATUS_NAMES",
    "read_config",
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
"""Fields of an order type that only its host uses."""

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
"""Fields of a status that only its host uses."""

_DISABLED = "DisableWorkflow"
_CONDITION = "Condition"
_MAX_LEVELS = 100

_Named = TypeVar("_Named", OrderType, Status)


def read_config(
    path: Path, *, steps: Mapping[str, Step], environment: Mapping[str, str] | None = None
) -> Config:
    """
    Read a configuration file and its workflow file.

    Args:
        path: The configuration file, such as `orderferry.toml`.
        steps: The steps that orderferry runs, by key. Only those in the workflow are looked up.
        environment: The variables of `${env:NAME}`; by default those of the process.

    Raises:
        ConfigurationError: A file is invalid; the faults of both files are reported at once.
    """
    faults = Faults(str(path))
    toml = read_toml(path, os.environ if environment is None else environment, faults)
    order_types: tuple[OrderType, ...] = ()
    workflow_faults = Faults(str(toml.runtime.workflow))
    if toml.names_workflow:
        order_types = read_workflow(
            toml.runtime.workflow,
            steps=steps,
            foreign=toml.runtime.foreign_steps,
            faults=workflow_faults,
        )
    raise_if_any(faults, workflow_faults)
    return Config(
        path=path,
        runtime=toml.runtime,
        connectors=toml.connectors,
        flows=toml.flows,
        workflow=Workflow(order_types=order_types, foreign_steps=toml.runtime.foreign_steps),
    )


def read_workflow(
    file: Path, *, steps: Mapping[str, Step], foreign: frozenset[str], faults: Faults
) -> tuple[OrderType, ...]:
    """
    Read a workflow file.

    Args:
        file: The file.
        steps: The steps that orderferry runs, by key.
        foreign: The names of the steps that the host runs.
        faults: The list to which faults are added.
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
    if _is_deeper(reading.document, _MAX_LEVELS):
        faults.add(f"nested more than {_MAX_LEVELS} levels deep")
        return ()
    return _Reader(Steps(steps, foreign, faults), faults).order_types(reading.document)


def _is_deeper(document: object, levels: int) -> bool:
    level = [document]
    for _ in range(levels):
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
            documents = [("$", document)]
        elif isinstance(document, list):
            documents = [(f"$[{index}]", item) for index, item in enumerate(document)]
        else:
            self.faults.add(
                f"expected an order type or a list of order types, got {describe(document)}", "$"
            )
            return ()
        if not documents:
            self.faults.add("expected at least one order type, got an empty list", "$")
        results = [(path, self._order_type(item, path)) for path, item in documents]
        order_types = [(path, kind) for path, kind in results if kind is not None]
        self._reject_repeated("order type", order_types)
        defaults = [path for path, kind in order_types if kind.is_default]
        if len(defaults) > 1:
            self.faults.add(f"DefaultOrderType is true here and at {defaults[0]}", defaults[1])
        return tuple(kind for _, kind in order_types)

    def _order_type(self, document: object, path: str) -> OrderType | None:
        table = self.faults.read(read_table, document, "order type", path)
        if table is None:
            return None
        known = (*ORDER_TYPE_NAMES, *UNUSED_ORDER_TYPE_NAMES, _DISABLED)
        members = sort_members(table, path, known, self.faults)
        name = self._name(members)
        if members.read(_DISABLED, read_flag, self.faults):
            self.faults.add(
                f"{_DISABLED} is not supported, and ignoring it would run the workflow",
                members.path_of(_DISABLED),
            )
        for field, item in members.others.items():
            if any(_has(part, "OrderStatuses", "WorkflowSteps") for part in _parts(item.value)):
                self.faults.add(f"{field!r} is unknown; did you mean OrderStatuses?", item.path)
        documents = members.read("OrderStatuses", read_list, self.faults) or []
        place = members.path_of("OrderStatuses")
        results = [
            (f"{place}[{index}]", self._status(status, f"{place}[{index}]"))
            for index, status in enumerate(documents)
        ]
        statuses = [(where, status) for where, status in results if status is not None]
        self._reject_repeated("status", statuses)
        return OrderType(
            name=name or "",
            statuses=tuple(status for _, status in statuses),
            is_default=members.read("DefaultOrderType", read_flag, self.faults) or False,
        )

    def _status(self, document: object, path: str) -> Status | None:
        table = self.faults.read(read_table, document, "OrderStatuses", path)
        if table is None:
            return None
        known = (*STATUS_NAMES, *UNUSED_STATUS_NAMES, _CONDITION)
        members = sort_members(table, path, known, self.faults)
        name = self._name(members)
        if any(item.value not in ("", [], {}) for item in members.known.get(_CONDITION, ())):
            self.faults.add(
                f"{_CONDITION} of a status is not supported, and ignoring it would run its "
                "steps for other orders",
                members.path_of(_CONDITION),
            )
        for field, item in members.others.items():
            if any(self._is_step(part) for part in _parts(item.value)):
                self.faults.add(f"{field!r} is unknown; did you mean WorkflowSteps?", item.path)
        documents = members.read("WorkflowSteps", read_list, self.faults) or []
        place = members.path_of("WorkflowSteps")
        steps = [
            self.steps.read(step, f"{place}[{index}]", name) for index, step in enumerate(documents)
        ]
        return Status(
            name=name or "",
            steps=tuple(step for step in steps if step is not None),
            is_canceled_status=members.read("IsCanceledStatus", read_flag, self.faults) or False,
        )

    def _name(self, members: Members) -> str | None:
        name = members.read("Name", read_string, self.faults)
        if name == "" or "Name" not in members.known:
            self.faults.add("Name is missing", members.path)
        return name or None

    def _is_step(self, document: object) -> bool:
        return isinstance(document, dict) and any(
            capitalize(name) == "Name" and self.steps.knows(value)
            for name, value in document.items()
        )

    def _reject_repeated(self, what: str, items: Iterable[tuple[str, _Named]]) -> None:
        paths: dict[str, str] = {}
        for path, item in items:
            if item.name and item.name in paths:
                self.faults.add(
                    f"{what} {item.name!r} is defined twice: here, and at {paths[item.name]}", path
                )
            paths.setdefault(item.name, path)


def _has(document: object, *names: str) -> bool:
    return isinstance(document, dict) and any(capitalize(name) in names for name in document)
