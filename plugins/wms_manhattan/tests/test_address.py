"""
Addresses keep all that the order says of them.
"""

from attrs import evolve

from orderferry.orders import Address
from orderferry_wms_manhattan._address import address_document, destination

from .conftest import OrderOf, SettingsOf


def test_address_has_the_fields_of_the_saved_requests(
    address: Address, settings_of: SettingsOf
) -> None:
    """
    Name, street, place and country stand under the names that tenants take.
    """
    assert {
        "FirstName": "Ada",
        "LastName": "Example",
        "Address1": "1 Sample Street",
        "City": "Reno",
        "State": "NV",
        "PostalCode": "89502",
        "Country": "US",
    } == address_document(address, settings_of())


def test_one_name_is_the_first_name(settings_of: SettingsOf) -> None:
    """
    A company, or a name in one field, stands in `FirstName`, where the saved requests have it.
    """
    company = Address(organization="Example Outfitters", last_name=None)
    assert "Example Outfitters" == address_document(company, settings_of())["FirstName"]
    whole = Address(name="Ada Example", last_name="Example")
    assert {"FirstName": "Ada Example"} == address_document(whole, settings_of())


def test_house_and_apartment_numbers_are_kept(settings_of: SettingsOf) -> None:
    """
    A house number goes to the street unless it stands there, an apartment to the second line.
    """
    apart = Address(line1="Sample Street", street_number="1", apartment_number="4B")
    assert {
        "Address1": "Sample Street 1",
        "Address2": "4B",
    } == address_document(apart, settings_of())
    there = Address(line1="1 Sample Street", street_number="1", line2="Floor 2")
    assert {
        "Address1": "1 Sample Street",
        "Address2": "Floor 2",
    } == address_document(there, settings_of())


def test_contact_of_the_customer_fills_in(
    address: Address, order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    Mail and phone of the order stand in where the address has none, and only there.
    """
    order = order_of(customer_email="ada@shop.example", customer_phone="555")
    fields, problems = destination(evolve(address, phone="777"), order, settings_of())
    assert [] == problems
    assert ("ada@shop.example", "777") == (fields["Email"], fields["Phone"])


def test_missing_fields_are_named_as_the_order_has_them(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    Each required field that is missing is a problem with the order's own name of it.
    """
    fields, problems = destination(Address(name="Ada"), order_of(), settings_of())
    assert {"FirstName": "Ada"} == fields
    assert ["address.line1", "address.city", "address.countryCode"] == [p.field for p in problems]


def test_country_has_a_default(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A configured country stands in for one that the order does not say.
    """
    settings = settings_of(default_country="NO")
    fields, problems = destination(Address(line1="1 A", city="Oslo"), order_of(), settings)
    assert ([], "NO") == (problems, fields["Country"])


def test_no_address_is_a_problem(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    Nothing can be delivered to nowhere.
    """
    _, problems = destination(None, order_of(), settings_of())
    assert ["there is no address to deliver to"] == [problem.cause for problem in problems]
