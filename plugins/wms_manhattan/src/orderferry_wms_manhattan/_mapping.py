"""
Mapping an order to original orders, one for each shipment, with their addresses.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta, tzinfo

from attrs import evolve, frozen

from orderferry import Properties
from orderferry.errors import InvalidOrderError, Problem
from orderferry.orders import Address, Delivery, Order, Shipment, deliveries
from orderferry_wms_manhattan._document import (
    Fields,
    as_json,
    faults,
    local,
    remove_fields,
    set_field,
    time_zone,
)
from orderferry_wms_manhattan._identity import (
    Identity,
    StepChoices,
    UnmappedError,
    choose,
    identify,
    step_choices,
)
from orderferry_wms_manhattan._lines import line_documents
from orderferry_wms_manhattan._settings import ADDRESS_SOURCES, ManhattanSettings
from orderferry_wms_manhattan._sources import Scope, find

__all__ = ["OriginalOrder", "address_document", "destination", "identities", "original_orders"]

_REMEDIES = {"Country": "give the address a countryCode, or set default_country"}


def address_document(address: Address, settings: ManhattanSettings) -> Fields:
    """
    Convert an address; fields that it does not have are omitted.
    """
    first, last = address.first_name, address.last_name
    if not first:
        first, last = address.full_name, None
    fields = {
        "FirstName": first,
        "LastName": last,
        "Address1": _street(address),
        "Address2": _join(address.line2, address.apartment_number),
        "City": address.city,
        "State": address.state or address.region_code,
        "PostalCode": address.postal_code,
        "Country": address.country_code or settings.default_country,
        "Email": address.email,
        "Phone": address.phone or address.daytime_phone_number or address.evening_phone_number,
    }
    return {name: value for name, value in fields.items() if value}


def destination(
    address: Address | None, order: Order, settings: ManhattanSettings
) -> tuple[Fields, list[Problem]]:
    """
    Convert the delivery address, with the customer's contact if the address has none.

    Returns:
        The address, and the problems with it.
    """
    if address is None:
        cause = "there is no delivery address"
        return {}, [Problem(field="address", cause=cause, remedy="give the shipment an address")]
    fields = address_document(address, settings)
    for name, contact in (("Email", order.customer_email), ("Phone", order.customer_phone)):
        if contact:
            fields.setdefault(name, contact)
    problems = [
        Problem(
            field=f"address.{ADDRESS_SOURCES[name]}",
            cause=f"is missing, and DestinationAddress.{name} is required",
            remedy=_REMEDIES.get(name, "complete the address"),
        )
        for name in settings.required_address_fields
        if name not in fields
    ]
    return fields, problems


def _street(address: Address) -> str | None:
    number = address.street_number
    if address.line1 and number and number in address.line1.split():
        return address.line1
    return _join(address.line1, number)


def _join(*parts: str | None) -> str | None:
    return " ".join(part for part in parts if part) or None


@frozen(kw_only=True)
class OriginalOrder:
    """
    A request to `originalOrder/save`.

    Attributes:
        identity: The id, and the place that it is sent to.
        content: The body.
    """

    identity: Identity
    content: bytes


def identities(
    order: Order, shipment: Shipment | None, properties: Properties, settings: ManhattanSettings
) -> tuple[Identity, ...]:
    """
    Determine the identities under which an order, or one of its shipments, is sent.

    Raises:
        InvalidOrderError: The order could not have been sent.
    """
    choices = step_choices(properties)
    identified = [
        identify(order, delivery, choices, settings) for delivery in deliveries(order, shipment)
    ]
    _raise_problems(order, [problem for _, problems in identified for problem in problems])
    return tuple(identity for identity, _ in identified)


def original_orders(
    order: Order, shipment: Shipment | None, properties: Properties, settings: ManhattanSettings
) -> tuple[OriginalOrder, ...]:
    """
    Convert an order, or one of its shipments, to the original orders that are sent.

    Raises:
        InvalidOrderError: A shipment cannot be sent; the error has all problems of all shipments.
    """
    choices = step_choices(properties)
    parts = deliveries(order, shipment)
    orders, problems = [], []
    for delivery in parts:
        identity, identity_problems = identify(order, delivery, choices, settings)
        document, document_problems = _document(order, delivery, identity, choices, settings)
        shipment_problems = [*identity_problems, *document_problems]
        if len(parts) > 1:
            shipment_problems = _with_shipment(delivery, shipment_problems)
        problems.extend(shipment_problems)
        orders.append(OriginalOrder(identity=identity, content=_write(document)))
    problems.extend(_repeated(original_order.identity for original_order in orders))
    _raise_problems(order, problems)
    return tuple(orders)


def _document(
    order: Order,
    delivery: Delivery,
    identity: Identity,
    choices: StepChoices,
    settings: ManhattanSettings,
) -> tuple[Fields, list[Problem]]:
    zone = time_zone(settings.time_zone)
    address, problems = destination(delivery.address, order, settings)
    lines, line_problems = line_documents(order, delivery, settings)
    times, time_problems = _times(order, delivery, settings, zone)
    document: Fields = {
        "OriginalOrderId": identity.original_order_id,
        "OrderType": choices.order_type or settings.order_type,
        "OriginFacilityId": identity.facility,
        **times,
        "DestinationAddress": address,
        **_bill_to(order, settings),
    }
    if settings.reference_field is not None:
        set_field(document, settings.reference_field, order.id)
    for path, constant in settings.order_constants.items():
        set_field(document, path, constant)
    problems += _service_level(document, delivery, choices, settings)
    scope = Scope(order=order, shipment=delivery.shipment)
    for path, source in settings.order_fields.items():
        value = find(source, scope)
        if value not in (None, ""):
            set_field(document, path, as_json(value, zone))
    for name, value in choices.extended.items():
        set_field(document, f"Extended.{name}", as_json(value, zone))
    document["OriginalOrderLine"] = lines
    remove_fields(document, settings.leave_out)
    return document, [
        *problems,
        *time_problems,
        *line_problems,
        *faults(document, settings.max_lengths),
    ]


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
        return times, [
            Problem(field="created, requestedDeliveryDate", cause="is outside the calendar")
        ]
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
                cause="has no service level",
                remedy="add it to the setting service_levels, or set default_service_level",
            )
        ]
    if level is not None:
        set_field(document, settings.service_level_field, level)
    return []


def _write(document: Fields) -> bytes:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def _with_shipment(delivery: Delivery, problems: Iterable[Problem]) -> list[Problem]:
    return [
        evolve(problem, cause=f"{problem.cause} (shipment {delivery.shipment_id})")
        for problem in problems
    ]


def _repeated(identities: Iterable[Identity]) -> list[Problem]:
    counts = Counter(identity.original_order_id for identity in identities)
    return [
        Problem(
            field="OriginalOrderId",
            value=original,
            cause=f"is the id of {times} shipments",
            remedy="give each shipment its own id",
        )
        for original, times in counts.items()
        if times > 1
    ]


def _raise_problems(order: Order, problems: list[Problem]) -> None:
    if problems:
        raise InvalidOrderError(f"order {order.id} cannot be sent to Manhattan", problems=problems)
