"""
The loops N1 of a 940.
"""

from typing import Any

import pytest
from attrs import evolve

from orderferry.orders import Address, Delivery, Shipment
from orderferry_fulfillment_3pl._checks import Checks
from orderferry_fulfillment_3pl._parties import party_segments

from .conftest import MakeOrder, MakeSettings


def delivery_to(address: Address | None, shipment: Shipment | None = None) -> Delivery:
    """
    A delivery to an address.
    """
    return Delivery(shipment=shipment, address=address, lines=())


def test_the_recipient_has_name_street_and_city(
    checks: Checks, make_order: MakeOrder, address: Address
) -> None:
    """
    The recipient is N1, N3 and N4, with the customer's number qualified as the seller's (91).
    """
    segments = party_segments(make_order(customer_number="CUST-9"), delivery_to(address), checks)

    assert [
        ("N1", "ST", "Buyer 01", "91", "CUST-9"),
        ("N3", "1 Market St", "Apt 4"),
        ("N4", "Reno", "NV", "89502", "US"),
    ] == segments


def test_a_company_follows_the_person(
    checks: Checks, make_order: MakeOrder, address: Address
) -> None:
    """
    The organization is sent in N2, after the person's name.
    """
    segments = party_segments(
        make_order(), delivery_to(evolve(address, organization="Acme Inc")), checks
    )

    assert [("N1", "ST", "Buyer 01"), ("N2", "Acme Inc")] == segments[:2]


@pytest.mark.parametrize(
    ("name", "customer", "expected"),
    [
        ("Buyer 01", "J. Customer", "Buyer 01"),
        (None, "J. Customer", "J. Customer"),
        (None, None, "Recipient"),
    ],
)
def test_the_recipient_always_has_a_name(
    checks: Checks,
    make_order: MakeOrder,
    address: Address,
    name: str | None,
    customer: str | None,
    expected: str,
) -> None:
    """
    The name is the address's, or else the customer's, or else the setting's.
    """
    segments = party_segments(
        make_order(customer_name=customer), delivery_to(evolve(address, name=name)), checks
    )

    assert ("N1", "ST", expected) == segments[0]


def test_house_and_apartment_numbers_are_added(
    checks: Checks, make_order: MakeOrder, address: Address
) -> None:
    """
    A number is added to its line, unless the line contains it already.
    """
    separate = evolve(
        address, line1="Market St", street_number="1", line2=None, apartment_number="4"
    )
    included = evolve(address, street_number="1", apartment_number="4")

    assert ("N3", "Market St 1", "4") == party_segments(
        make_order(), delivery_to(separate), checks
    )[1]
    assert ("N3", "1 Market St", "Apt 4") == party_segments(
        make_order(), delivery_to(included), checks
    )[1]


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
    make_order: MakeOrder,
    address: Address,
    region: str | None,
    name: str | None,
    expected: tuple[str, ...],
) -> None:
    """
    A region of two letters is N4-02, and any other is N4-06 with the qualifier SP.
    """
    changed = evolve(address, region_code=region, region_name=name)

    assert ("N4", "Reno", *expected) == party_segments(make_order(), delivery_to(changed), checks)[
        2
    ]


def test_the_contact_is_of_the_address_or_the_customer(
    checks: Checks, make_order: MakeOrder, address: Address
) -> None:
    """
    The contact has the phone before the email, of the address or else of the customer.
    """
    order = make_order(customer_phone="555-0100", customer_email="mail@example.com")

    assert ("PER", "IC", "Buyer 01", "TE", "555-0100", "EM", "mail@example.com") == party_segments(
        order, delivery_to(address), checks
    )[-1]
    assert ("PER", "IC", "Buyer 01", "EM", "x@example.com") == party_segments(
        make_order(), delivery_to(evolve(address, email="x@example.com")), checks
    )[-1]


def test_depositor_and_warehouse_are_sent_if_known(
    make_settings: MakeSettings, make_order: MakeOrder, address: Address
) -> None:
    """
    The depositor comes from the settings, and the warehouse from the shipment.
    """
    checks = Checks(make_settings(depositor_name="Shop", depositor_id="42", party_qualifier="92"))
    shipment = Shipment(shipment_id="1", warehouse_code="RENO")

    assert [("N1", "DE", "Shop", "92", "42"), ("N1", "WH", "", "92", "RENO")] == party_segments(
        make_order(), delivery_to(address, shipment), checks
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
def test_a_missing_or_invalid_value_is_a_problem(
    checks: Checks, make_order: MakeOrder, address: Address, changes: dict[str, Any], field: str
) -> None:
    """
    The problem names the field by its JSON name.
    """
    party_segments(make_order(), delivery_to(evolve(address, **changes)), checks)

    assert [field] == [problem.field for problem in checks.problems]


def test_a_missing_address_is_a_problem(checks: Checks, make_order: MakeOrder) -> None:
    """
    An order without an address has no recipient.
    """
    assert [] == party_segments(make_order(), delivery_to(None), checks)
    assert ["address"] == [problem.field for problem in checks.problems]


def test_a_street_in_the_second_line_is_moved(
    checks: Checks, make_order: MakeOrder, address: Address
) -> None:
    """
    The second line of an address without a first becomes the first.
    """
    segments = party_segments(make_order(), delivery_to(evolve(address, line1=None)), checks)

    assert ("N3", "Apt 4") == segments[1]
    assert [] == checks.problems
