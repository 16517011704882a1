"""
Who is who in a 940: the loop N1, with address and contact.
"""

from __future__ import annotations

import re

from orderferry.orders import Address, Delivery, Order
from orderferry_fulfillment_3pl._checks import Checks
from orderferry_fulfillment_3pl._x12 import Segment, segment

__all__ = ["parties"]


def parties(order: Order, delivery: Delivery, checks: Checks) -> list[Segment]:
    """
    The recipient (ST), and the depositor (DE) and warehouse (WH) where they are known.

    Args:
        order: The order.
        delivery: What goes where.
        checks: Where faults are noted.
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
    given = checks.identifier("N1-04", id_field, id_value)
    return segment("N1", code, name, checks.settings.party_qualifier if given else "", given)


def _recipient(order: Order, address: Address | None, checks: Checks) -> list[Segment]:
    if address is None:
        checks.refuse("address", "is missing", remedy="give the shipment or the order an address")
        return []
    full = address.full_name or order.customer_name or checks.settings.recipient
    name = checks.text("N1-02", "address.name", full)
    customer = order.customer_number or order.customer_id or ""
    if not checks.fits("N1-04", customer):
        customer = ""
    segments = [_party("ST", name, "customerNumber", customer, checks)]
    if address.organization and address.organization != full:
        organization = checks.text("N2-01", "address.organization", address.organization)
        segments.append(segment("N2", organization))
    segments += [_street(address, checks), _place(address, checks)]
    contact = _contact(order, address, name, checks)
    return segments if contact is None else [*segments, contact]


def _street(address: Address, checks: Checks) -> Segment:
    first = checks.text("N3-01", "address.line1", _with(address.line1, address.street_number))
    second = checks.text("N3-02", "address.line2", _with(address.line2, address.apartment_number))
    if not first:
        first, second = second, ""
    if not first:
        checks.refuse("address.line1", "is missing", remedy="complete the address")
    return segment("N3", first, second)


def _with(line: str | None, number: str | None) -> str:
    words = (line or "").split()
    if not number or number in words:
        return line or ""
    return f"{line or ''} {number}".strip()


def _place(address: Address, checks: Checks) -> Segment:
    country = (address.country_code or "").upper()
    city = checks.text("N4-01", "address.city", address.city)
    postal = checks.text("N4-03", "address.postalCode", address.postal_code)
    if not city and not postal:
        checks.refuse(
            "address.city", "is missing, and so is the postal code", remedy="complete the address"
        )
    state, qualifier, region = _region(address, country, checks)
    country = checks.identifier("N4-04", "address.countryCode", country)
    return segment("N4", city, state, postal, country, qualifier, region)


def _region(address: Address, country: str, checks: Checks) -> tuple[str, str, str]:
    """
    N4-02 for a code of two letters, else N4-05 (`SP`, state or province) and N4-06.
    """
    code = address.state or address.region_code or ""
    # ISO 3166-2 writes the country before the subdivision: US-NV.
    code = code.removeprefix(f"{country}-") if country else code
    if re.fullmatch("[A-Za-z]{2}", code):
        return checks.identifier("N4-02", "address.state", code.upper()), "", ""
    region = checks.text("N4-06", "address.regionName", code or address.region_name)
    return "", "SP" if region else "", region


def _contact(order: Order, address: Address, name: str, checks: Checks) -> Segment | None:
    phone = address.phone or address.daytime_phone_number or address.evening_phone_number
    pairs = [
        ("TE", "address.phone", phone or order.customer_phone),
        ("EM", "address.email", address.email or order.customer_email),
    ]
    known = [(code, field, value) for code, field, value in pairs if value and value.strip()]
    if not known:
        return None
    elements = ["IC", name]
    for place, (code, field, value) in enumerate(known):
        elements += [code, checks.text(f"PER-0{4 + 2 * place}", field, value)]
    return segment("PER", *elements)
