"""
A step of the workflow file: its own properties, its connectors, its orders and conditions.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, frozen

from orderferry.config._faults import Faults
from orderferry.config._property import read_properties
from orderferry.config._readers import read_flag, read_name, read_names, read_optional_name
from orderferry.config._tables import Members, sort_members
from orderferry.errors import LoadError
from orderferry.reading import (
    InvalidError,
    describe,
    invalid,
    mismatch,
    nearest,
    read_list,
    read_string,
    read_table,
    suggest,
)
from orderferry.steps import (
    Condition,
    ConnectorReference,
    Filter,
    Scope,
    Step,
    StepConfig,
    StepRules,
)

__all__ = ["OWN_PROPERTIES", "SCOPE_NAMES", "STEP_NAMES", "UNUSED_STEP_NAMES", "Steps"]

OWN_PROPERTIES = (
    "Connector",
    "ConnectorId",
    "StopOnError",
    "ErrorStatus",
    "RunAfterOrderIsSaved",
    "PerShipment",
    "AllowAnyStatus",
)
"""The properties that the step itself uses, as fields or among `properties`."""

UNUSED_STEP_NAMES = ("IsInvisible", "DisplayName", "Order", "Comment", "Id", "Index")
"""Fields of a step that only its host uses."""

_SCOPES = ("Markets", "Stores", "Warehouses", "ShipmentOptions", "Tags")

SCOPE_NAMES = tuple(f"{mode}For{what}" for what in _SCOPES for mode in ("Enabled", "Disabled"))
"""The lists that select the orders of a step."""

_STORE_GROUP_NAMES = ("EnabledForStoreGroups", "DisabledForStoreGroups")
"""Lists that are not supported: only the host knows which stores a group has."""

STEP_NAMES = (
    "Name",
    "Active",
    "TranslateKey",
    "Properties",
    "WorkflowStepConditions",
    *OWN_PROPERTIES,
    *SCOPE_NAMES,
)
"""The fields of a step that are read."""

_UNSUPPORTED = "GroupId"
_KNOWN = (*STEP_NAMES, *UNUSED_STEP_NAMES, *_STORE_GROUP_NAMES, _UNSUPPORTED)


@frozen
class Steps:
    """
    Reads the steps of a workflow file.

    Attributes:
        installed: The steps that orderferry runs, by key.
        foreign: The names of the steps that the host runs.
        faults: The list to which faults are added.
    """

    installed: Mapping[str, Step]
    foreign: frozenset[str]
    faults: Faults

    def knows(self, name: object) -> bool:
        """
        Whether there is a step with a name.
        """
        return isinstance(name, str) and (name in self.foreign or name in set(self.installed))

    def read(self, document: object, path: str, status: str | None) -> StepConfig | None:
        """
        Read a step.

        Args:
            document: Its JSON value.
            path: Its path in the file.
            status: The name of its status, if that is valid.
        """
        table = self.faults.read(read_table, document, "WorkflowSteps", path)
        if table is None:
            return None
        foreign = sort_members(table, path, ("Name", "Active"), Faults(self.faults.file))
        names = foreign.known.get("Name", [])
        if names and names[0].value in self.foreign:
            active = foreign.read("Active", read_flag, self.faults)
            return StepConfig(name=str(names[0].value), path=path, active=active is not False)
        members = sort_members(table, path, _KNOWN, self.faults)
        name = members.read("Name", read_string, self.faults)
        if not name:
            if "Name" not in members.known or name == "":
                self.faults.add("Name is missing", path)
            return None
        config = _config(name, members, self.faults)
        rules = self._rules(name, path)
        if rules is not None:
            _apply_rules(config, rules, members, status, self.faults)
        return config

    def _rules(self, name: str, path: str) -> StepRules | None:
        if name not in set(self.installed):
            hint = suggest(name, (*self.installed, *self.foreign))
            self.faults.add(
                f"step {name!r} is unknown; {hint} (list steps that the host runs in "
                "foreign_steps)",
                path,
            )
            return None
        try:
            return self.installed[name].rules
        except LoadError as error:
            self.faults.add(str(error), path)
            return None


def _config(name: str, members: Members, faults: Faults) -> StepConfig:
    properties = read_properties(members, OWN_PROPERTIES, faults)
    if any(item.value != "" for item in members.known.get(_UNSUPPORTED, ())):
        faults.add(
            f"{_UNSUPPORTED} is not supported; list the steps of the group here",
            members.path_of(_UNSUPPORTED),
        )
    active = members.read("Active", read_flag, faults)
    return StepConfig(
        name=name,
        path=members.path,
        active=active is not False,
        connectors=_connectors(members, faults),
        stop_on_error=members.read("StopOnError", read_flag, faults) or False,
        error_status=members.read("ErrorStatus", read_string, faults) or None,
        run_after_order_is_saved=members.read("RunAfterOrderIsSaved", read_flag, faults) or False,
        per_shipment=members.read("PerShipment", read_flag, faults) or False,
        allow_any_status=members.read("AllowAnyStatus", read_flag, faults) or False,
        translate_key=members.read("TranslateKey", read_string, faults) or None,
        conditions=_read_conditions(members, faults),
        scope=_read_scope(members, faults),
        properties=properties,
    )


def _connectors(members: Members, faults: Faults) -> tuple[ConnectorReference, ...]:
    connectors = members.read("Connector", _read_connectors, faults) or ()
    connector_id = members.read("ConnectorId", read_optional_name, faults)
    if not connector_id:
        return connectors
    path = members.path_of("ConnectorId")
    if len(connectors) > 1:
        faults.add(
            "ConnectorId applies to one connector only; with several, write name/id in Connector",
            path,
        )
    elif connectors and connectors[0].id not in (None, connector_id):
        faults.add(
            f"ConnectorId has two values: {connector_id!r} here, "
            f"{connectors[0].id!r} at {members.path_of('Connector')}",
            path,
        )
    elif not connectors and "Connector" not in members.known:
        faults.add("ConnectorId requires Connector", path)
    return tuple(evolve(connector, id=connector_id) for connector in connectors)


def _apply_rules(
    config: StepConfig, rules: StepRules, members: Members, status: str | None, faults: Faults
) -> None:
    """
    Add the faults that the rules of the step's kind find.
    """
    for name in sorted(rules.required):
        present = any(item.value not in ("", []) for item in members.known.get(name, ()))
        if not present and name not in config.properties:
            near = next((key for key in config.properties if nearest(key, (name,))), None)
            hint = "" if near is None else f"; rename {near!r}"
            faults.add(f"{name} is missing{hint}", config.path)
    if config.connectors and not rules.accepts_connectors:
        faults.add(f"{config.name} uses no connector", members.path_of("Connector"))
    if status is None or rules.statuses is None or status in rules.statuses:
        return
    if not config.allow_any_status:
        faults.add(
            f"{config.name} does not apply at status {status}, only at "
            f"{', '.join(sorted(rules.statuses))}; set AllowAnyStatus to allow it",
            config.path,
        )


def _read_connectors(value: object) -> tuple[ConnectorReference, ...]:
    """
    Read a connector's name, or a list of names and of `name/id`; an empty string is no connector.
    """
    if isinstance(value, list):
        return tuple(_read_reference(item, index) for index, item in enumerate(value))
    if not isinstance(value, str):
        raise mismatch("a name or a list of names", value)
    if not value:
        return ()
    if "/" in value:
        raise invalid(
            f"expected a name, got {describe(value)}; "
            "write name/id in a list, or the id in ConnectorId"
        )
    return (ConnectorReference(read_name(value)),)


def _read_reference(value: object, index: int) -> ConnectorReference:
    try:
        name, *ids = read_string(value).split("/")
        if len(ids) > 1:
            raise mismatch("name or name/id", value)
        return ConnectorReference(read_name(name), read_name(ids[0]) if ids else None)
    except InvalidError as error:
        raise invalid(f"{error} at [{index}]") from None


def _read_scope(members: Members, faults: Faults) -> Scope:
    """
    Read the lists that select the orders of a step.
    """
    for name in _STORE_GROUP_NAMES:
        if members.read(name, read_names, faults):
            faults.add(
                f"{name} is not supported, and ignoring it would send other orders; "
                "list the stores in EnabledForStores or DisabledForStores",
                members.path_of(name),
            )
    return Scope(
        markets=_read_filter("Markets", members, faults),
        stores=_read_filter("Stores", members, faults),
        warehouses=_read_filter("Warehouses", members, faults),
        shipment_options=_read_filter("ShipmentOptions", members, faults),
        tags=_read_filter("Tags", members, faults),
    )


def _read_filter(what: str, members: Members, faults: Faults) -> Filter:
    enabled = members.read(f"EnabledFor{what}", read_names, faults)
    disabled = members.read(f"DisabledFor{what}", read_names, faults)
    return Filter(enabled or frozenset(), disabled or frozenset())


def _read_conditions(members: Members, faults: Faults) -> tuple[Condition, ...]:
    """
    Read the conditions on the outcomes of earlier steps, in the file's order.
    """
    name = "WorkflowStepConditions"
    conditions = []
    for index, item in enumerate(members.read(name, read_list, faults) or ()):
        path = f"{members.path_of(name)}[{index}]"
        table = faults.read(read_table, item, name, path)
        if table is None:
            continue
        inner = sort_members(table, path, ("Type",), faults)
        condition = inner.read("Type", _read_condition, faults)
        if condition is not None:
            conditions.append(condition)
        elif "Type" not in inner.known:
            faults.add("Type is missing", path)
    return tuple(conditions)


def _read_condition(value: object) -> Condition:
    name = read_string(value)
    conditions = {str(condition.value): condition for condition in Condition}
    if name not in conditions:
        raise invalid(f"{describe(name)} is unknown; {suggest(name, conditions)}")
    return conditions[name]
