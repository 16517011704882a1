"""
An order as the original orders that are sent for it, one a shipment.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta, tzinfo

from attrs import evolve, frozen

from orderferry import Properties
from orderferry.errors import InvalidOrderError, Problem
from orderferry.orders import Delivery, Order, Shipment, deliveries
from orderferry_wms_manhattan._address import address_document, destination
from orderferry_wms_manhattan._choice import UnmappedError, choose
from orderferry_wms_manhattan._document import (
    Fields,
    as_json,
    faults,
    leave_out,
    local,
    place,
    zone_named,
)
from orderferry_wms_manhattan._identity import Identity, identify
from orderferry_wms_manhattan._lines import line_documents
from orderferry_wms_manhattan._settings import ManhattanSettings
from orderferry_wms_manhattan._sources import Scope, find
from orderferry_wms_manhattan._step import StepChoices, step_choices

__all__ = ["OriginalOrder", "identities", "original_orders"]


@frozen(kw_only=True)
class OriginalOrder:
    """
    One request to `originalOrder/save`.

    Attributes:
        identity: The id that it is sent under, and where to.
        content: The very bytes of its body.
    """

    identity: Identity
    content: bytes


def identities(
    order: Order, shipment: Shipment | None, properties: Properties, settings: ManhattanSettings
) -> tuple[Identity, ...]:
    """
    The identities of what is sent for an order, or for one of its shipments.

    Raises:
        InvalidOrderError: It could not have been sent.
    """
    choices = step_choices(properties)
    known = [identify(order, each, choices, settings) for each in deliveries(order, shipment)]
    _refuse(order, [problem for _, problems in known for problem in problems])
    return tuple(identity for identity, _ in known)


def original_orders(
    order: Order, shipment: Shipment | None, properties: Properties, settings: ManhattanSettings
) -> tuple[OriginalOrder, ...]:
    """
    What is sent for an order, or for one of its shipments.

    Raises:
        InvalidOrderError: Any of it cannot be sent; a problem for each thing that is wrong.
    """
    choices = step_choices(properties)
    parts = deliveries(order, shipment)
    made, problems = [], []
    for delivery in parts:
        identity, wrong = identify(order, delivery, choices, settings)
        document, more = _document(order, delivery, identity, choices, settings)
        found = [*wrong, *more]
        problems.extend(found if len(parts) == 1 else _of_shipment(delivery, found))
        made.append(OriginalOrder(identity=identity, content=_bytes(document)))
    problems.extend(_repeated(each.identity for each in made))
    _refuse(order, problems)
    return tuple(made)


def _document(
    order: Order,
    delivery: Delivery,
    identity: Identity,
    choices: StepChoices,
    settings: ManhattanSettings,
) -> tuple[Fields, list[Problem]]:
    zone = zone_named(settings.time_zone)
    address, problems = destination(delivery.address, order, settings)
    lines, of_lines = line_documents(order, delivery, settings)
    times, of_times = _times(order, delivery, settings, zone)
    document: Fields = {
        "OriginalOrderId": identity.original_order_id,
        "OrderType": choices.order_type or settings.order_type,
        "OriginFacilityId": identity.facility,
        **times,
        "DestinationAddress": address,
        **_bill_to(order, settings),
    }
    if settings.reference_field is not None:
        place(document, settings.reference_field, order.id)
    for path, constant in settings.order_constants.items():
        place(document, path, constant)
    problems += _service_level(document, delivery, choices, settings)
    scope = Scope(order=order, shipment=delivery.shipment)
    for path, source in settings.order_fields.items():
        value = find(source, scope)
        if value not in (None, ""):
            place(document, path, as_json(value, zone))
    for name, chosen in choices.extended.items():
        place(document, f"Extended.{name}", as_json(chosen, zone))
    document["OriginalOrderLine"] = lines
    leave_out(document, settings.leave_out)
    return document, [*problems, *of_times, *of_lines, *faults(document, settings.max_lengths)]


def _times(
    order: Order, delivery: Delivery, settings: ManhattanSettings, zone: tzinfo
) -> tuple[Fields, list[Problem]]:
    shipment = delivery.shipment
    due = (shipment and shipment.expected_delivery_date) or order.requested_delivery_date
    days, created = settings.pickup_window_days, order.created
    times: Fields = {}
    try:
        if created is not None and days is not None:
            times["PickupStartDateTime"] = local(created, zone)
            times["PickupEndDateTime"] = local(created + timedelta(days=days), zone)
        if due is not None:
            start = due - timedelta(days=settings.delivery_window_days)
            times["DeliveryStartDateTime"] = local(start, zone)
            times["DeliveryEndDateTime"] = local(due, zone)
    except OverflowError:
        return times, [Problem(field="created, requestedDeliveryDate", cause="out of the calendar")]
    return times, []


def _bill_to(order: Order, settings: ManhattanSettings) -> Fields:
    address = order.billing_address
    name = order.customer_name or (address and address.full_name)
    bill_to: Fields = {"BillToName": name} if name else {}
    if address is not None:
        bill_to["BillToAddress"] = address_document(address, settings)
    return bill_to


def _service_level(
    document: Fields, delivery: Delivery, choices: StepChoices, settings: ManhattanSettings
) -> list[Problem]:
    shipment = delivery.shipment
    methods = (
        (None, None)
        if shipment is None
        else (shipment.shipping_method_id, shipment.shipping_method_name)
    )
    try:
        level = choices.service_level or choose(
            settings.service_levels, *methods, settings.default_service_level
        )
    except UnmappedError:
        return [
            Problem(
                field="shippingMethodId" if methods[0] else "shippingMethodName",
                value=methods[0] or methods[1],
                cause="no service level of Manhattan is known for it",
                remedy="name it in the setting service_levels, or set default_service_level",
            )
        ]
    if level is not None:
        place(document, settings.service_level_field, level)
    return []


def _bytes(document: Fields) -> bytes:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def _of_shipment(delivery: Delivery, problems: Iterable[Problem]) -> list[Problem]:
    return [evolve(p, cause=f"{p.cause} (shipment {delivery.shipment_id})") for p in problems]


def _repeated(identities: Iterable[Identity]) -> list[Problem]:
    counted = Counter(identity.original_order_id for identity in identities)
    return [
        Problem(
            field="OriginalOrderId",
            value=original,
            cause=f"would stand for {times} shipments",
            remedy="give each shipment an id of its own",
        )
        for original, times in counted.items()
        if times > 1
    ]


def _refuse(order: Order, problems: list[Problem]) -> None:
    if problems:
        raise InvalidOrderError(f"order {order.id} cannot be sent to Manhattan", problems=problems)
