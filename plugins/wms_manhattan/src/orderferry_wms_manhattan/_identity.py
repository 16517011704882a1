"""
The identity of a delivery at Manhattan, the step's choices, and the tenant's codes.

The identity is the same for saving and searching.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from orderferry import Properties
from orderferry.errors import InvalidOrderError, Problem
from orderferry.orders import Delivery, Order
from orderferry_wms_manhattan._settings import ManhattanSettings

__all__ = ["Identity", "StepChoices", "UnmappedError", "choose", "identify", "step_choices"]

_KEYS = {
    "OrderType": "order_type",
    "OriginFacilityId": "facility",
    "SelectedOrganization": "organization",
    "SelectedLocation": "location",
    "ServiceLevel": "service_level",
}
_UNQUOTABLE = "'\"\\"


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


@frozen(kw_only=True)
class Identity:
    """
    How Manhattan identifies a delivery.

    Attributes:
        original_order_id: `OriginalOrderId`: made of the ids of order and shipment.
        shipment_id: The shipment, or `None` if the order has no shipment.
        facility: `OriginFacilityId`.
        organization: The header `SelectedOrganization`.
        location: The header `SelectedLocation`.
    """

    original_order_id: str
    shipment_id: str | None
    facility: str
    organization: str
    location: str


def identify(
    order: Order, delivery: Delivery, choices: StepChoices, settings: ManhattanSettings
) -> tuple[Identity, list[Problem]]:
    """
    Determine a delivery's identity, and the problems with it.
    """
    problems = []
    shipment = delivery.shipment
    original = order.id
    if shipment is not None:
        original = settings.shipment_order_id.format(order=order.id, shipment=shipment.shipment_id)
    if any(character in _UNQUOTABLE for character in original):
        problems.append(
            Problem(
                field="OriginalOrderId",
                value=original,
                cause="has a quote or a backslash, and could not be searched for",
                remedy="give the order an id without them",
            )
        )
    facility, warehouse = settings.facility, None if shipment is None else shipment.warehouse_code
    try:
        mapped = choose(settings.facilities, warehouse, None)
        facility = choices.facility or mapped or facility
    except UnmappedError:
        if choices.facility is None:
            problems.append(
                Problem(
                    field="warehouseCode",
                    value=warehouse,
                    cause="has no facility",
                    remedy="add it to the setting facilities",
                )
            )
        facility = choices.facility or facility
    identity = Identity(
        original_order_id=original,
        shipment_id=delivery.shipment_id,
        facility=facility,
        organization=choices.organization or settings.organization,
        location=choices.location or settings.location or facility,
    )
    problems.extend(_header_faults(identity))
    return identity, problems


def _header_faults(identity: Identity) -> list[Problem]:
    headers = {
        "SelectedOrganization": identity.organization,
        "SelectedLocation": identity.location,
    }
    return [
        Problem(
            field=name,
            value=ascii(value)[1:-1],
            cause="cannot be sent in a header",
            remedy="use printable ASCII characters only",
        )
        for name, value in headers.items()
        if not (value.isascii() and value.isprintable() and value.strip())
    ]
