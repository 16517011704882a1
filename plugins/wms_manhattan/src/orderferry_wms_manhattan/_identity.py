"""
The id, facility, organization and location of a delivery, the same for saving and searching.
"""

from __future__ import annotations

from attrs import frozen

from orderferry.errors import Problem
from orderferry.orders import Delivery, Order
from orderferry_wms_manhattan._choices import StepChoices, UnmappedError, choose
from orderferry_wms_manhattan._settings import ManhattanSettings

__all__ = ["Identity", "identify"]

_UNQUOTABLE = "'\"\\"


@frozen(kw_only=True)
class Identity:
    """
    How Manhattan identifies a delivery.

    Attributes:
        original_order_id: `OriginalOrderId`: made of the ids of order and shipment.
        shipment_id: The shipment, or `None` where the order has no shipment.
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
