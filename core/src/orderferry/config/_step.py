"""
One step of the workflow file.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, frozen

from orderferry.config._faults import Faults, UnfitError
from orderferry.config._members import Members, members_of
from orderferry.config._nearest import nearest, remedy
from orderferry.config._property import further_properties
from orderferry.config._readers import (
    as_boolean,
    as_id,
    as_name,
    as_object,
    as_text,
    unfit,
)
from orderferry.config._scope import SCOPE_NAMES, STORE_GROUP_NAMES, conditions_of, scope_of
from orderferry.errors import LoadError
from orderferry.orders import described
from orderferry.steps import ConnectorReference, Step, StepConfig, StepRules

__all__ = ["OWN_PROPERTIES", "STEP_NAMES", "UNUSED_STEP_NAMES", "Steps"]

OWN_PROPERTIES = (
    "Connector",
    "ConnectorId",
    "StopOnError",
    "ErrorStatus",
    "RunAfterOrderIsSaved",
    "PerShipment",
    "AllowAnyStatus",
)
"""What a step has for itself, as fields or among its properties."""

UNUSED_STEP_NAMES = ("IsInvisible", "DisplayName", "Order", "Comment", "Id", "Index")
"""Fields of a step that mean something to its host only."""

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
_KNOWN = (*STEP_NAMES, *UNUSED_STEP_NAMES, *STORE_GROUP_NAMES, _UNSUPPORTED)


@frozen
class Steps:
    """
    The steps that a workflow file may place.

    Attributes:
        installed: Those that we run, by key.
        foreign: The names of those that the host runs.
        faults: Where what does not hold is noted.
    """

    installed: Mapping[str, Step]
    foreign: frozenset[str]
    faults: Faults

    def knows(self, name: object) -> bool:
        """
        Whether there is a step of that name.
        """
        return isinstance(name, str) and (name in self.foreign or name in set(self.installed))

    def read(self, document: object, path: str, status: str | None) -> StepConfig | None:
        """
        Read one step.

        Args:
            document: Its JSON value.
            path: Where it stands in the file.
            status: The status that it stands at, where that could be read.
        """
        found = self.faults.read(as_object, document, "WorkflowSteps", path)
        if found is None:
            return None
        named = members_of(found, path, ("Name", "Active"), Faults(self.faults.file))
        names = named.named.get("Name", [])
        if names and names[0].value in self.foreign:
            active = named.read("Active", as_boolean, self.faults)
            return StepConfig(name=str(names[0].value), path=path, active=active is not False)
        members = members_of(found, path, _KNOWN, self.faults)
        name = members.read("Name", as_text, self.faults)
        if not name:
            if "Name" not in members.named or name == "":
                self.faults.add("Name is required, and missing", path)
            return None
        config = _config(name, members, self.faults)
        rules = self._rules(name, path)
        if rules is not None:
            _judge(config, rules, members, status, self.faults)
        return config

    def _rules(self, name: str, path: str) -> StepRules | None:
        if name not in set(self.installed):
            hint = remedy(name, (*self.installed, *self.foreign))
            self.faults.add(
                f"step {name!r} is unknown; {hint} (a step that the host runs is named in "
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
    properties = further_properties(members, OWN_PROPERTIES, faults)
    if any(each.value != "" for each in members.named.get(_UNSUPPORTED, ())):
        faults.add(
            f"{_UNSUPPORTED} is not supported; write the steps of the group here",
            members.path_of(_UNSUPPORTED),
        )
    active = members.read("Active", as_boolean, faults)
    return StepConfig(
        name=name,
        path=members.path,
        active=active is not False,
        connectors=_connectors(members, faults),
        stop_on_error=members.read("StopOnError", as_boolean, faults) or False,
        error_status=members.read("ErrorStatus", as_text, faults) or None,
        run_after_order_is_saved=members.read("RunAfterOrderIsSaved", as_boolean, faults) or False,
        per_shipment=members.read("PerShipment", as_boolean, faults) or False,
        allow_any_status=members.read("AllowAnyStatus", as_boolean, faults) or False,
        translate_key=members.read("TranslateKey", as_text, faults) or None,
        conditions=conditions_of(members, faults),
        scope=scope_of(members, faults),
        properties=properties,
    )


def _connectors(members: Members, faults: Faults) -> tuple[ConnectorReference, ...]:
    connectors = members.read("Connector", _as_connectors, faults) or ()
    wanted = members.read("ConnectorId", as_id, faults)
    if not wanted:
        return connectors
    path = members.path_of("ConnectorId")
    if len(connectors) > 1:
        faults.add(
            "ConnectorId together with several connectors; write name/id in the list of Connector",
            path,
        )
    elif connectors and connectors[0].id not in (None, wanted):
        faults.add(
            f"ConnectorId is given twice and differently: {wanted!r} here, "
            f"{connectors[0].id!r} at {members.path_of('Connector')}",
            path,
        )
    elif not connectors and "Connector" not in members.named:
        faults.add("ConnectorId without Connector", path)
    return tuple(evolve(each, id=wanted) for each in connectors)


def _judge(
    config: StepConfig, rules: StepRules, members: Members, status: str | None, faults: Faults
) -> None:
    """
    Note what the step's own rules refuse.
    """
    for name in sorted(rules.required):
        given = any(each.value not in ("", []) for each in members.named.get(name, ()))
        if not given and name not in config.properties:
            near = next((each for each in config.properties if nearest(each, (name,))), None)
            there = "" if near is None else f" (there is {near!r})"
            faults.add(f"{name} is required, and missing{there}", config.path)
    if config.connectors and not rules.accepts_connectors:
        faults.add(f"{config.name} uses no connector", members.path_of("Connector"))
    if status is None or rules.statuses is None or status in rules.statuses:
        return
    if not config.allow_any_status:
        faults.add(
            f"{config.name} does not apply at status {status}, only at "
            f"{', '.join(sorted(rules.statuses))}; AllowAnyStatus lets it stand there",
            config.path,
        )


def _as_connectors(value: object) -> tuple[ConnectorReference, ...]:
    """
    A connector's name, or a list of names and of `name/id`; an empty string names none.
    """
    if isinstance(value, list):
        return tuple(_reference(each, index) for index, each in enumerate(value))
    if not isinstance(value, str):
        raise unfit("a name or a list of names", value)
    if not value:
        return ()
    if "/" in value:
        raise UnfitError(
            f"expected a name, got {described(value)}; "
            "name/id stands in a list, or the id in ConnectorId"
        )
    return (ConnectorReference(as_name(value)),)


def _reference(value: object, index: int) -> ConnectorReference:
    try:
        name, *ids = as_text(value).split("/")
        if len(ids) > 1:
            raise unfit("name or name/id", value)
        return ConnectorReference(as_name(name), as_name(ids[0]) if ids else None)
    except UnfitError as error:
        raise UnfitError(f"{error} at [{index}]") from None
