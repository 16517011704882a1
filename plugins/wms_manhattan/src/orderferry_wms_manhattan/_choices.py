"""
The tenant's codes, and what a step's further properties choose for its exports.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from orderferry import Properties
from orderferry.errors import InvalidOrderError, Problem

__all__ = ["StepChoices", "UnmappedError", "choose", "step_choices"]


class UnmappedError(Exception):
    """
    Codes are configured, and neither they nor a default have a code for the order's value.
    """


def choose(codes: Mapping[str, str], *values: str | None) -> str | None:
    """
    Return the code of the first value that has one, else the default.

    Args:
        codes: The tenant's codes by the order's values.
        values: The order's values, the most specific first, and the default at the end.

    Raises:
        UnmappedError: Codes are configured, and neither they nor a default have a code.
    """
    *candidates, default = values
    present = [value for value in candidates if value]
    for value in present:
        if value in codes:
            return codes[value]
    if default is None and codes and present:
        raise UnmappedError
    return default


_KEYS = {
    "OrderType": "order_type",
    "OriginFacilityId": "facility",
    "SelectedOrganization": "organization",
    "SelectedLocation": "location",
    "ServiceLevel": "service_level",
}


@frozen(kw_only=True)
class StepChoices:
    """
    A step's choices, which take precedence over the settings.

    Attributes:
        order_type: `OrderType`.
        facility: `OriginFacilityId`, regardless of the warehouse.
        organization: The header `SelectedOrganization`.
        location: The header `SelectedLocation`.
        service_level: The service level, regardless of the shipping method.
        extended: Fields of `Extended`, from the properties with the key group `Extended`.
    """

    order_type: str | None = None
    facility: str | None = None
    organization: str | None = None
    location: str | None = None
    service_level: str | None = None
    extended: Mapping[str, object] = {}


def step_choices(properties: Properties) -> StepChoices:
    """
    Read the choices among a step's properties; other properties are ignored.

    Raises:
        InvalidOrderError: A choice is not text.
    """
    choices: dict[str, str] = {}
    problems = []
    for key, name in _KEYS.items():
        value = properties.get(key)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
            problems.append(
                Problem(
                    field=key,
                    value=str(value),
                    cause="is a property of the step and must be text",
                    remedy="correct it in the workflow",
                )
            )
        else:
            choices[name] = str(value)
    if problems:
        raise InvalidOrderError("the step has invalid properties", problems=problems)
    return StepChoices(extended=dict(properties.group("Extended")), **choices)
