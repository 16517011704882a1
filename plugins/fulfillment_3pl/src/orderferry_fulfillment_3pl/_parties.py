"""
The parties of a 940: loops N1 for recipient, depositor and warehouse, with address and contact.
"""

from __future__ import annotations

import re

from orderferry.orders import Address, Delivery, Order
from orderferry_fulfillment_3pl._checks import Checks
from orderferry_fulfillment_3pl._x12 import Segment, segment

__all__ = ["party_segments"]


def party_segments(order: Order, delivery: Delivery, checks: Checks) -> list[Segment]:
    """
    The segments of the recipient (ST), and of the depositor (DE) and warehouse (WH) if known.

    Args:
        order: The order.
        delivery: The delivery.
        checks: Collects the problems.
    """
    segments = _recipient(order, delivery.address, checks)
    settings = checks.settings
    if settings.depositor_name or settings.depositor_id:
        name = checks.text("N1-02", "depositor_name", settings.depositor_name)
        segments.append(_party("DE", name, "depositor_id", settings.depositor_id, checks))
    warehouse = None if delivery.shipment is None else delivery.shipment.warehouse_code
    if warehouse:
        segments.append(_party("WH", "", "shipment.warehouseCode", warehouse, checks))
    return segments


def _party(code: str, name: str, id_field: str, id_value: str | None, checks: Checks) -> Segment:
    party_id = checks.identifier("N1-04", id_field, id_value)
    qualifier = checks.settings.party_qualifier if party_id else ""
    return segment("N1", code, name, qualifier, party_id)


def _recipient(order: Order, address: Address | None, checks: Checks) -> list[Segment]:
    if address is None:
        remedy = "add an address to the shipment or the order"
        checks.add_problem("address", "is missing", remedy=remedy)
        return []
    full_name = address.full_name or order.customer_name or checks.settings.recipient
    name = checks.text("N1-02", "address.name", full_name)
    customer = order.customer_number or order.customer_id or ""
    if not checks.fits("N1-04", customer):
        customer = ""
    segments = [_party("ST", name, "customerNumber", customer, checks)]
    if address.organization and address.organization != full_name:
        organization = checks.text("N2-01", "address.organization", address.organization)
        segments.append(segment("N2", organization))
    segments += [_street(address, checks), _city(address, checks)]
    contact = _contact(order, address, name, checks)
    return segments if contact is None else [*segments, contact]


def _street(address: Address, checks: Checks) -> Segment:
    line1, line2 = address.line1, address.line2
    first = checks.text("N3-01", "address.line1", _add_number(line1, address.street_number))
    second = checks.text("N3-02", "address.line2", _add_number(line2, address.apartment_number))
    if not first:
        first, second = second, ""
    if not first:
        checks.add_problem("address.line1", "is missing", remedy="complete the address")
    return segment("N3", first, second)


def _add_number(line: str | None, number: str | None) -> str:
    words = (line or "").split()
    if not number or number in words:
        return line or ""
    return f"{line or ''} {number}".strip()


def _city(address: Address, checks: Checks) -> Segment:
    country = (address.country_code or "").upper()
    city = checks.text("N4-01", "address.city", address.city)
    postal_code = checks.text("N4-03", "address.postalCode", address.postal_code)
    if not city and not postal_code:
        cause = "is missing, and so is the postal code"
        checks.add_problem("address.city", cause, remedy="complete the address")
    state, qualifier, region = _region(address, country, checks)
    country = checks.identifier("N4-04", "address.countryCode", country)
    return segment("N4", city, state, postal_code, country, qualifier, region)


def _region(address: Address, country: str, checks: Checks) -> tuple[str, str, str]:
    """
    N4-02 for a code of two letters; for any other region, N4-05 (`SP`) and N4-06.
    """
    code = address.state or address.region_code or ""
    # ISO 3166-2 prefixes the subdivision with the country: US-NV.
    code = code.removeprefix(f"{country}-") if country else code
    if re.fullmatch("[A-Za-z]{2}", code):
        return checks.identifier("N4-02", "address.state", code.upper()), "", ""
    region = checks.text("N4-06", "address.regionName", code or address.region_name)
    return "", "SP" if region else "", region


def _contact(order: Order, address: Address, name: str, checks: Checks) -> Segment | None:
    phone = address.phone or address.daytime_phone_number or address.evening_phone_number
    contacts = [
        ("TE", "address.phone", phone or order.customer_phone),
        ("EM", "address.email", address.email or order.customer_email),
    ]
    numbers = [(code, field, value) for code, field, value in contacts if value and value.strip()]
    if not numbers:
        return None
    elements = ["IC", name]
    for position, (code, field, value) in enumerate(numbers):
        elements += [code, checks.text(f"PER-0{4 + 2 * position}", field, value)]
    return segment("PER", *elements)
