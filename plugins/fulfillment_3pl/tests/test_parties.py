"""
The loop N1.
"""

from typing import Any

import pytest
from attrs import evolve

from orderferry.orders import Address, Delivery, Shipment
from orderferry_fulfillment_3pl._checks import Checks
from orderferry_fulfillment_3pl._parties import parties

from .conftest import OrderOf, SettingsOf


@pytest.fixture
def checks(settings_of: SettingsOf) -> Checks:
    """
    Checks by the default settings.
    """
    return Checks(settings_of())


def to(address: Address | None, shipment: Shipment | None = None) -> Delivery:
    """
    A delivery to an address.
    """
    return Delivery(shipment=shipment, address=address, lines=())


def test_the_recipient_has_name_street_and_town(
    checks: Checks, order_of: OrderOf, address: Address
) -> None:
    """
    With the customer's number, which 91 says that the seller gave.
    """
    found = parties(order_of(customer_number="CUST-9"), to(address), checks)

    assert [
        ("N1", "ST", "Buyer 01", "91", "CUST-9"),
        ("N3", "1 Market St", "Apt 4"),
        ("N4", "Reno", "NV", "89502", "US"),
    ] == found


def test_a_company_stands_below_the_person(
    checks: Checks, order_of: OrderOf, address: Address
) -> None:
    """
    In N2.
    """
    found = parties(order_of(), to(evolve(address, organization="Acme Inc")), checks)

    assert [("N1", "ST", "Buyer 01"), ("N2", "Acme Inc")] == found[:2]


@pytest.mark.parametrize(
    ("name", "customer", "expected"),
    [
        ("Buyer 01", "J. Customer", "Buyer 01"),
        (None, "J. Customer", "J. Customer"),
        (None, None, "Recipient"),
    ],
)
def test_a_name_is_always_found(
    checks: Checks,
    order_of: OrderOf,
    address: Address,
    name: str | None,
    customer: str | None,
    expected: str,
) -> None:
    """
    The address's, the customer's, or the settings'.
    """
    found = parties(order_of(customer_name=customer), to(evolve(address, name=name)), checks)

    assert ("N1", "ST", expected) == found[0]


def test_house_and_apartment_numbers_are_not_lost(
    checks: Checks, order_of: OrderOf, address: Address
) -> None:
    """
    Each joins its line, unless the line has it already.
    """
    apart = evolve(address, line1="Market St", street_number="1", line2=None, apartment_number="4")
    within = evolve(address, street_number="1", apartment_number="4")

    assert ("N3", "Market St 1", "4") == parties(order_of(), to(apart), checks)[1]
    assert ("N3", "1 Market St", "Apt 4") == parties(order_of(), to(within), checks)[1]


@pytest.mark.parametrize(
    ("region", "name", "expected"),
    [
        ("NV", None, ("NV", "89502", "US")),
        ("US-NV", None, ("NV", "89502", "US")),
        ("nv", None, ("NV", "89502", "US")),
        ("03", None, ("", "89502", "US", "SP", "03")),
        (None, "Nevada", ("", "89502", "US", "SP", "Nevada")),
        (None, None, ("", "89502", "US")),
    ],
)
def test_a_region_is_a_state_or_a_location(
    checks: Checks,
    order_of: OrderOf,
    address: Address,
    region: str | None,
    name: str | None,
    expected: tuple[str, ...],
) -> None:
    """
    Two letters are N4-02; anything else is N4-06, told by SP.
    """
    somewhere = evolve(address, region_code=region, region_name=name)

    assert ("N4", "Reno", *expected) == parties(order_of(), to(somewhere), checks)[2]


def test_contact_is_the_addresss_or_the_customers(
    checks: Checks, order_of: OrderOf, address: Address
) -> None:
    """
    Phone before mail.
    """
    order = order_of(customer_phone="555-0100", customer_email="mail@example.com")

    assert ("PER", "IC", "Buyer 01", "TE", "555-0100", "EM", "mail@example.com") == parties(
        order, to(address), checks
    )[-1]
    assert ("PER", "IC", "Buyer 01", "EM", "x@example.com") == parties(
        order_of(), to(evolve(address, email="x@example.com")), checks
    )[-1]


def test_depositor_and_warehouse_follow(
    settings_of: SettingsOf, order_of: OrderOf, address: Address
) -> None:
    """
    Where the settings name the one, and the shipment the other.
    """
    checks = Checks(settings_of(depositor_name="Shop", depositor_id="42", party_qualifier="92"))
    shipment = Shipment(shipment_id="1", warehouse_code="RENO")

    assert [("N1", "DE", "Shop", "92", "42"), ("N1", "WH", "", "92", "RENO")] == parties(
        order_of(), to(address, shipment), checks
    )[-2:]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"line1": None, "line2": None}, "address.line1"),
        ({"city": None, "postal_code": None}, "address.city"),
        ({"city": "X"}, "address.city"),
        ({"postal_code": "12"}, "address.postalCode"),
        ({"postal_code": "1" * 16}, "address.postalCode"),
        ({"country_code": "USAX"}, "address.countryCode"),
        ({"line1": "x*"}, "address.line1"),
        ({"name": "x" * 61}, "address.name"),
        ({"region_name": "r" * 31, "region_code": None}, "address.regionName"),
    ],
)
def test_what_is_missing_or_does_not_fit_is_a_problem(
    checks: Checks, order_of: OrderOf, address: Address, changes: dict[str, Any], field: str
) -> None:
    """
    It names the field in JSON's names.
    """
    parties(order_of(), to(evolve(address, **changes)), checks)

    assert [field] == [each.field for each in checks.problems]


def test_no_address_is_a_problem(checks: Checks, order_of: OrderOf) -> None:
    """
    Nothing can be delivered nowhere.
    """
    assert ([], ["address"]) == (
        parties(order_of(), to(None), checks),
        [each.field for each in checks.problems],
    )


def test_a_street_in_the_second_line_will_do(
    checks: Checks, order_of: OrderOf, address: Address
) -> None:
    """
    It moves to the first.
    """
    found = parties(order_of(), to(evolve(address, line1=None)), checks)

    assert (("N3", "Apt 4"), []) == (found[1], checks.problems)
