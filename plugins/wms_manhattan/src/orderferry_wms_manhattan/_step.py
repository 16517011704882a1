"""
What a step's further properties choose for its exports.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from orderferry import Properties
from orderferry.errors import InvalidOrderError, Problem

__all__ = ["StepChoices", "step_choices"]

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
    A step's own choices; each beats the setting of the same meaning.

    Attributes:
        order_type: `OrderType`.
        facility: `OriginFacilityId`, whatever the warehouse.
        organization: The header `SelectedOrganization`.
        location: The header `SelectedLocation`.
        service_level: The service level, whatever the shipping method.
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
    The choices among a step's properties; other properties are other connectors'.

    Raises:
        InvalidOrderError: One of them is no text.
    """
    chosen: dict[str, str] = {}
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
                    cause="is a property of the step, and must be text",
                    remedy="mend it in the workflow",
                )
            )
        else:
            chosen[name] = str(value)
    if problems:
        raise InvalidOrderError("the step's properties do not hold", problems=problems)
    return StepChoices(extended=dict(properties.group("Extended")), **chosen)
