"""
Partners, their addresses, and country keys.
"""

from collections.abc import Callable, Mapping

import pytest
from attrs import evolve

from orderferry.errors import Problem
from orderferry.orders import Address
from orderferry_erp_sap import SapSettings
from orderferry_erp_sap._deep_insert import Value
from orderferry_erp_sap._partners import _ALPHA_2, country_key, partner

SettingsOf = Callable[..., SapSettings]


def _address(
    address: Address | None, settings: SapSettings
) -> tuple[Mapping[str, Value] | None, list[Problem]]:
    faults: list[Problem] = []
    entry = partner(
        "A_SalesOrderHeaderPartner",
        function="SH",
        customer="17100001",
        address=address,
        settings=settings,
        faults=faults,
    )
    assert entry.values == {"PartnerFunction": "SH", "Customer": "17100001"}
    nested = entry.children.get("to_Address", ())
    return (nested[0].values if nested else None), faults


def test_an_address_stands_nested_in_its_partner(settings_of: SettingsOf, address: Address) -> None:
    """
    Each part of the address has a field of its own, and what is not given is not sent.
    """
    full = evolve(
        address,
        line2="Backyard",
        apartment_number="H0101",
        region_code="03",
        email="customer@example.com",
        phone="+47 22 00 00 00",
    )
    assert _address(full, settings_of()) == (
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


def test_without_an_address_the_customers_own_counts(settings_of: SettingsOf) -> None:
    """
    A partner alone leaves the address to SAP's master data.
    """
    assert _address(None, settings_of()) == (None, [])


def test_an_organization_and_its_person_share_the_lines(
    settings_of: SettingsOf, address: Address
) -> None:
    """
    A long name goes on in the next line of 40 characters, and nothing is cut.
    """
    company = "The Very Long Company of Tents and Sleeping Bags Limited"
    values, faults = _address(evolve(address, organization=company), settings_of())
    assert values is not None
    assert faults == []
    assert [values[f"OrganizationName{n}"] for n in (1, 2, 3)] == [
        "The Very Long Company of Tents and",
        "Sleeping Bags Limited",
        "Sample Customer",
    ]


def test_a_name_that_needs_five_lines_is_a_problem(
    settings_of: SettingsOf, address: Address
) -> None:
    """
    SAP has four lines for names.
    """
    _, (fault,) = _address(evolve(address, organization="word " * 40), settings_of())
    assert fault.field == "OrganizationName1"
    assert "needs 6 lines" in fault.cause


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
    A code loses the country before it; a state's name is no key, so it is not sent.
    """
    values, _ = _address(evolve(address, region_code=region_code, state=state), settings_of())
    assert values is not None
    assert region == values.get("Region")


def test_a_country_is_two_letters(settings_of: SettingsOf, address: Address) -> None:
    """
    Three letters are translated, none takes the setting's, and what is no country is a problem.
    """
    values, _ = _address(evolve(address, country_code="SWE"), settings_of())
    assert values is not None
    assert values["Country"] == "SE"
    values, _ = _address(evolve(address, country_code=None), settings_of(default_country="US"))
    assert values is not None
    assert values["Country"] == "US"
    values, faults = _address(evolve(address, country_code=None), settings_of())
    assert values is not None
    assert ("Country" in values, faults) == (False, [])
    _, (fault,) = _address(evolve(address, country_code="Norge"), settings_of())
    assert (fault.field, fault.value) == ("Country", "Norge")


@pytest.mark.parametrize(
    ("code", "key"),
    [("NO", "NO"), ("no", "NO"), ("NOR", "NO"), ("swe", "SE"), (" DNK ", "DK"), ("GBR", "GB")],
)
def test_two_and_three_letters_are_understood(code: str, key: str) -> None:
    """
    SAP's key is the alpha-2 code, in capitals.
    """
    assert key == country_key(code)


@pytest.mark.parametrize("code", ["", "N", "NORWAY", "XXX", "N0", "47"])
def test_what_is_no_code_has_no_key(code: str) -> None:
    """
    Nothing is guessed.
    """
    assert country_key(code) is None


def test_the_table_has_all_countries_once() -> None:
    """
    ISO 3166-1 has 249 countries, with a code of two letters each.
    """
    assert len(_ALPHA_2) == 249
    assert len(set(_ALPHA_2.values())) == 249
