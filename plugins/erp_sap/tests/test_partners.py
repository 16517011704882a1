"""
Partners, their addresses, and country keys.
"""

from collections.abc import Mapping

import pytest
from attrs import evolve

from orderferry.errors import Problem
from orderferry.orders import Address
from orderferry_erp_sap import SapSettings
from orderferry_erp_sap._deep_insert import Value
from orderferry_erp_sap._partners import _ALPHA_2, country_key, partner

from .conftest import SettingsOf


def _address(
    address: Address | None, settings: SapSettings
) -> tuple[Mapping[str, Value] | None, list[Problem]]:
    problems: list[Problem] = []
    entry = partner(
        "A_SalesOrderHeaderPartner",
        function="SH",
        customer="17100001",
        address=address,
        settings=settings,
        problems=problems,
    )
    assert entry.values == {"PartnerFunction": "SH", "Customer": "17100001"}
    nested = entry.children.get("to_Address", ())
    return (nested[0].values if nested else None), problems


def test_an_address_is_nested_in_its_partner(settings_of: SettingsOf, address: Address) -> None:
    """
    Each part of the address has a field, and missing parts are not sent.
    """
    complete = evolve(
        address,
        line2="Backyard",
        apartment_number="H0101",
        region_code="03",
        email="customer@example.com",
        phone="+47 22 00 00 00",
    )
    assert _address(complete, settings_of()) == (
        {
            "AddressRepresentationCode": "",
            "AddresseeFullName": "Sample Customer",
            "OrganizationName1": "Sample Customer",
            "StreetName": "Sample Street",
            "HouseNumber": "1",
            "StreetSuffixName1": "Backyard",
            "StreetSuffixName2": "H0101",
            "PostalCode": "0150",
            "CityName": "Oslo",
            "Region": "03",
            "Country": "NO",
            "EmailAddress": "customer@example.com",
            "PhoneNumber": "+47 22 00 00 00",
        },
        [],
    )


def test_a_partner_without_an_address(settings_of: SettingsOf) -> None:
    """
    A partner without an address has no nested address, so that SAP uses the master data.
    """
    assert _address(None, settings_of()) == (None, [])


def test_an_organization_and_its_person_share_the_lines(
    settings_of: SettingsOf, address: Address
) -> None:
    """
    A name longer than 40 characters continues in the next line.
    """
    company = "The Very Long Company of Tents and Sleeping Bags Limited"
    values, problems = _address(evolve(address, organization=company), settings_of())
    assert values is not None
    assert problems == []
    assert [values[f"OrganizationName{n}"] for n in (1, 2, 3)] == [
        "The Very Long Company of Tents and",
        "Sleeping Bags Limited",
        "Sample Customer",
    ]


def test_a_name_that_needs_five_lines_is_a_problem(
    settings_of: SettingsOf, address: Address
) -> None:
    """
    A name that needs more than four lines is a problem.
    """
    _, (problem,) = _address(evolve(address, organization="word " * 40), settings_of())
    assert problem.field == "OrganizationName1"
    assert "needs 6 lines" in problem.cause


@pytest.mark.parametrize(
    ("region_code", "state", "region"),
    [
        ("NO-03", None, "03"),
        ("TX", "Texas", "TX"),
        (None, "TX", "TX"),
        (None, "Texas", None),
        ("LONG", None, "LONG"),
    ],
)
def test_a_region_is_a_key(
    settings_of: SettingsOf,
    address: Address,
    region_code: str | None,
    state: str | None,
    region: str | None,
) -> None:
    """
    A region's code is sent without the country, and the name of a state is not sent.
    """
    values, _ = _address(evolve(address, region_code=region_code, state=state), settings_of())
    assert values is not None
    assert region == values.get("Region")


def test_a_country_has_two_letters(settings_of: SettingsOf, address: Address) -> None:
    """
    A country code of three letters is converted, and a missing one is the default.
    """
    values, _ = _address(evolve(address, country_code="SWE"), settings_of())
    assert values is not None
    assert values["Country"] == "SE"
    values, _ = _address(evolve(address, country_code=None), settings_of(default_country="US"))
    assert values is not None
    assert values["Country"] == "US"
    values, problems = _address(evolve(address, country_code=None), settings_of())
    assert values is not None
    assert "Country" not in values
    assert problems == []
    _, (problem,) = _address(evolve(address, country_code="Norge"), settings_of())
    assert problem.field == "Country"
    assert problem.value == "Norge"


@pytest.mark.parametrize(
    ("code", "key"),
    [("NO", "NO"), ("no", "NO"), ("NOR", "NO"), ("swe", "SE"), (" DNK ", "DK"), ("GBR", "GB")],
)
def test_codes_of_two_and_three_letters_are_converted(code: str, key: str) -> None:
    """
    SAP's country key is the alpha-2 code in capitals.
    """
    assert key == country_key(code)


@pytest.mark.parametrize("code", ["", "N", "NORWAY", "XXX", "N0", "47"])
def test_an_unknown_code_has_no_key(code: str) -> None:
    """
    A text that is not a country code has no country key.
    """
    assert country_key(code) is None


def test_the_table_has_all_countries() -> None:
    """
    The table has the 249 countries of ISO 3166-1.
    """
    assert len(_ALPHA_2) == 249
    assert len(set(_ALPHA_2.values())) == 249
