"""
Who gets the goods, and where: the partners of a sales order, with their addresses.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from orderferry.errors import Problem
from orderferry.orders import Address
from orderferry_erp_sap._countries import country_key
from orderferry_erp_sap._fields import ENTITIES
from orderferry_erp_sap._payload import Entry
from orderferry_erp_sap._settings import SapSettings

__all__ = ["partner"]

_NAME_LINES = 4
_NAME_LENGTH = 40


def _names(address: Address) -> list[str]:
    """
    The addressee in lines of 40: the organization, then the person.
    """
    person = address.name or " ".join(filter(None, (address.first_name, address.last_name)))
    parts = dict.fromkeys(filter(None, (address.organization, person)))
    return [line for part in parts for line in textwrap.wrap(part, _NAME_LENGTH)]


def _country(address: Address, settings: SapSettings, faults: list[Problem]) -> str:
    if not address.country_code:
        return settings.default_country
    key = country_key(address.country_code)
    if key is None:
        faults.append(
            Problem(
                field="Country",
                value=address.country_code,
                cause="is no country code of ISO 3166-1",
                remedy="give countryCode in two or three letters",
            )
        )
    return key or ""


def _region(address: Address, country: str) -> str:
    """
    The region's key: `regionCode` (ISO 3166-2 with or without the country), or a short `state`.
    """
    code = (address.region_code or "").removeprefix(f"{country}-")
    state = address.state or ""
    return code or (state if len(state) <= 3 else "")


def _values(
    address: Address, settings: SapSettings, faults: list[Problem]
) -> Iterator[tuple[str, str | None]]:
    country = _country(address, settings, faults)
    names = _names(address)
    if len(names) > _NAME_LINES:
        cause = f"needs {len(names)} lines of {_NAME_LENGTH} characters, SAP takes {_NAME_LINES}"
        faults.append(
            Problem(
                field="OrganizationName1",
                value=" ".join(names),
                cause=cause,
                remedy="shorten the address's organization and name",
            )
        )
    yield "AddresseeFullName", address.full_name
    yield from ((f"OrganizationName{n}", line) for n, line in enumerate(names[:_NAME_LINES], 1))
    yield "StreetName", address.line1
    yield "HouseNumber", address.street_number
    yield "StreetSuffixName1", address.line2
    yield "StreetSuffixName2", address.apartment_number
    yield "PostalCode", address.postal_code
    yield "CityName", address.city
    yield "Region", _region(address, country)
    yield "Country", country
    yield "EmailAddress", address.email
    yield "PhoneNumber", address.phone or address.daytime_phone_number


def partner(
    entity: str,
    *,
    function: str,
    customer: str,
    address: Address | None,
    settings: SapSettings,
    faults: list[Problem],
) -> Entry:
    """
    A partner, with an address where one differs from the customer's master.

    The address goes nested under the partner: SAP's address sets cannot be posted to by themselves
    (`sap:creatable="false"`). `AddressRepresentationCode` stays empty: the usual, not the
    international version.

    Args:
        entity: The partner's entity set, of the head or of an item.
        function: The partner function.
        customer: The customer's number.
        address: The address to send, or `None`.
        settings: The instance's settings.
        faults: Gets what is wrong.
    """
    children: dict[str, tuple[Entry, ...]] = {}
    if address is not None:
        given = {name: value for name, value in _values(address, settings, faults) if value}
        children["to_Address"] = (
            Entry(
                entity=ENTITIES[entity].children["to_Address"],
                values={"AddressRepresentationCode": "", **given},
            ),
        )
    values = {"PartnerFunction": function, "Customer": customer}
    return Entry(entity=entity, values=values, children=children)
