"""
Addresses in the document.
"""

from attrs import evolve

from orderferry.orders import Address
from orderferry_wms_manhattan._mapping import address_document, destination

from .conftest import OrderOf, SettingsOf


def test_address_has_the_fields_of_the_saved_requests(
    address: Address, settings_of: SettingsOf
) -> None:
    """
    Name, street, city and country have the field names of the saved requests.
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
    A company, or a name in one field, is the `FirstName`, as in the saved requests.
    """
    company = Address(organization="Example Outfitters", last_name=None)
    assert "Example Outfitters" == address_document(company, settings_of())["FirstName"]
    person = Address(name="Ada Example", last_name="Example")
    assert {"FirstName": "Ada Example"} == address_document(person, settings_of())


def test_house_and_apartment_numbers_are_kept(settings_of: SettingsOf) -> None:
    """
    A house number is added to the street unless it is there, an apartment to the second line.
    """
    separate = Address(line1="Sample Street", street_number="1", apartment_number="4B")
    assert {
        "Address1": "Sample Street 1",
        "Address2": "4B",
    } == address_document(separate, settings_of())
    included = Address(line1="1 Sample Street", street_number="1", line2="Floor 2")
    assert {
        "Address1": "1 Sample Street",
        "Address2": "Floor 2",
    } == address_document(included, settings_of())


def test_contact_of_the_customer_is_the_default(
    address: Address, order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    The order's mail and phone are used only where the address has none.
    """
    order = order_of(customer_email="ada@shop.example", customer_phone="555")
    fields, problems = destination(evolve(address, phone="777"), order, settings_of())
    assert [] == problems
    assert "ada@shop.example" == fields["Email"]
    assert "777" == fields["Phone"]


def test_missing_fields_are_named_as_the_order_has_them(
    order_of: OrderOf, settings_of: SettingsOf
) -> None:
    """
    A required field that is missing is a problem with the field's name in the order.
    """
    fields, problems = destination(Address(name="Ada"), order_of(), settings_of())
    assert {"FirstName": "Ada"} == fields
    assert ["address.line1", "address.city", "address.countryCode"] == [
        problem.field for problem in problems
    ]


def test_country_has_a_default(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    The configured country is used for an address without one.
    """
    settings = settings_of(default_country="NO")
    fields, problems = destination(Address(line1="1 A", city="Oslo"), order_of(), settings)
    assert [] == problems
    assert "NO" == fields["Country"]


def test_no_address_is_a_problem(order_of: OrderOf, settings_of: SettingsOf) -> None:
    """
    A delivery without an address is a problem.
    """
    _, problems = destination(None, order_of(), settings_of())
    assert ["there is no delivery address"] == [problem.cause for problem in problems]
