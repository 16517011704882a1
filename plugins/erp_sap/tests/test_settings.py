"""
The settings of an instance.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orderferry import Secret
from orderferry_erp_sap import SapSettings
from orderferry_erp_sap._setting_checks import zone

SettingsOf = Callable[..., SapSettings]


def test_an_address_and_a_way_to_sign_in_are_enough(settings_of: SettingsOf) -> None:
    """
    All that a sales order needs besides has a default.
    """
    settings = settings_of()
    assert (settings.sales_order_type, settings.sales_organization) == ("OR", "1710")
    assert (settings.distribution_channel, settings.division) == ("10", "00")
    assert (settings.unit, settings.currency) == ("PC", "USD")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"base_url": "sap.example"}, "expected an address"),
        ({"base_url": "ftp://sap.example"}, "expected an address"),
        ({"base_url": "https://sap.example?x=1"}, "expected an address"),
        ({"service_path": "sap/opu"}, "expected a path"),
        ({"sap_client": "10"}, "expected three digits"),
        ({"timeout_seconds": 0}, "expected seconds"),
        ({"time_zone": "Europe/Atlantis"}, "there is no time zone 'Europe/Atlantis'"),
        ({"time_zone": "../etc/passwd"}, "there is no time zone"),
        ({"division": "000"}, "'000' has 3 characters, SAP takes 2"),
        ({"price_condition": "PRICE"}, "has 5 characters"),
        ({"bill_to_function": "SH"}, "are the same"),
        ({"header_constants": {"PurchaseOrderByCustomer": "x"}}, "cannot be set"),
        ({"header_constants": {"CreationDate": "2025-01-01"}}, "cannot be set"),
        ({"header_properties": {"a": "SalesOrder"}}, "a: the field SalesOrder"),
        ({"item_properties": {"a": "to Item"}}, "'to Item' is not the name of a field"),
        ({"item_constants": {"SalesOrderItem": "10"}}, "cannot be set"),
        ({"item_properties": {"a": "RequestedQuantity"}}, "cannot be set"),
        ({"header_constants": {"to_Item": "x"}}, "'to_Item' is not the name of a field"),
    ],
)
def test_settings_that_do_not_hold_say_which(
    settings_of: SettingsOf, changes: dict[str, object], message: str
) -> None:
    """
    The message says what is expected; the path of the setting comes from who reads the file.
    """
    with pytest.raises(ValueError, match=message):
        settings_of(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"username": ""}, "username and password belong together"),
        ({"password": None}, "username and password belong together"),
        ({"username": "", "password": None}, "no way to sign in"),
        ({"client_id": "client"}, "client_id, client_secret and token_url belong together"),
        ({"username": "a:b"}, "has no colon"),
        (
            {
                "client_id": "client",
                "client_secret": Secret("client-secret"),
                "token_url": "https://auth.example/token",
            },
            "the one way or the other",
        ),
    ],
)
def test_a_way_to_sign_in_is_whole_and_one(
    settings_of: SettingsOf, changes: dict[str, object], message: str
) -> None:
    """
    Half a way, two ways and none are refused.
    """
    with pytest.raises(ValueError, match=message):
        settings_of(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"client_certificate": "/etc/orderferry/client.pem"},
        {
            "client_id": "client",
            "client_secret": Secret("client-secret"),
            "token_url": "https://auth.example/token",
        },
    ],
)
def test_oauth_and_a_certificate_are_ways_to_sign_in(
    settings_of: SettingsOf, changes: dict[str, object]
) -> None:
    """
    Neither needs a user.
    """
    assert settings_of(username="", password=None, **changes).username == ""


def test_secrets_do_not_show(settings_of: SettingsOf) -> None:
    """
    Printing the settings shows no password.
    """
    assert "comm-user-secret" not in repr(settings_of())


def test_a_zone_is_one_of_the_machines() -> None:
    """
    UTC needs no database of zones.
    """
    assert zone("UTC") is UTC
    winter = datetime(2025, 1, 31, tzinfo=ZoneInfo("Europe/Oslo"))
    assert winter.utcoffset() == zone("Europe/Oslo").utcoffset(winter) == timedelta(hours=1)
