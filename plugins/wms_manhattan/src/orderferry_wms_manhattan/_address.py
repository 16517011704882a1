"""
Addresses as `DestinationAddress` and `BillToAddress`.
"""

from __future__ import annotations

from orderferry.errors import Problem
from orderferry.orders import Address, Order
from orderferry_wms_manhattan._document import Fields
from orderferry_wms_manhattan._names import ADDRESS_SOURCES
from orderferry_wms_manhattan._settings import ManhattanSettings

__all__ = ["address_document", "destination"]

_REMEDIES = {"Country": "give the address a countryCode, or set default_country"}


def address_document(address: Address, settings: ManhattanSettings) -> Fields:
    """
    An address, without the fields that it does not have.
    """
    first, last = address.first_name, address.last_name
    if not first:
        first, last = address.full_name, None
    fields = {
        "FirstName": first,
        "LastName": last,
        "Address1": _street(address),
        "Address2": _joined(address.line2, address.apartment_number),
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
    Where the goods go, with the customer's contact where the address has none.
    """
    if address is None:
        cause = "there is no address to deliver to"
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
    return _joined(address.line1, number)


def _joined(*parts: str | None) -> str | None:
    return " ".join(part for part in parts if part) or None
