"""
Under which id, and where, Manhattan knows a delivery: the same when sending and when asking.
"""

from __future__ import annotations

from attrs import frozen

from orderferry.errors import Problem
from orderferry.orders import Delivery, Order
from orderferry_wms_manhattan._choice import UnmappedError, choose
from orderferry_wms_manhattan._settings import ManhattanSettings
from orderferry_wms_manhattan._step import StepChoices

__all__ = ["Identity", "identify"]

_UNQUOTABLE = "'\"\\"


@frozen(kw_only=True)
class Identity:
    """
    A delivery as Manhattan knows it.

    Attributes:
        original_order_id: `OriginalOrderId`: the order's id, or for a shipment that of both.
        shipment_id: The shipment, or `None` where the order has none.
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
    A delivery's identity, and what keeps Manhattan from knowing it by that.
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
                cause="holds a quote or a backslash, and could not be searched for again",
                remedy="give the order an id without",
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
                    cause="no facility of Manhattan is known for it",
                    remedy="name it in the setting facilities",
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
            cause="cannot stand in a header",
            remedy="use printable ASCII characters only",
        )
        for name, value in headers.items()
        if not (value.isascii() and value.isprintable() and value.strip())
    ]
