"""
Settings and their checks.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orderferry import Secret
from orderferry_erp_sap._setting_checks import time_zone

from .conftest import SettingsOf


def test_settings_have_defaults(settings_of: SettingsOf) -> None:
    """
    A base URL and a way to sign in are sufficient settings.
    """
    settings = settings_of()
    assert settings.sales_order_type == "OR"
    assert settings.sales_organization == "1710"
    assert settings.distribution_channel == "10"
    assert settings.division == "00"
    assert settings.unit == "PC"
    assert settings.currency == "USD"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"base_url": "sap.example"}, "expected a URL"),
        ({"base_url": "ftp://sap.example"}, "expected a URL"),
        ({"base_url": "https://sap.example?x=1"}, "expected a URL"),
        ({"service_path": "sap/opu"}, "expected a path"),
        ({"sap_client": "10"}, "expected three digits"),
        ({"timeout_seconds": 0}, "expected seconds"),
        ({"time_zone": "Europe/Atlantis"}, "no time zone 'Europe/Atlantis'"),
        ({"time_zone": "../etc/passwd"}, "no time zone"),
        ({"division": "000"}, "'000' has 3 characters, SAP accepts 2"),
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
def test_an_invalid_setting_is_reported(
    settings_of: SettingsOf, changes: dict[str, object], message: str
) -> None:
    """
    The error of an invalid setting says what is expected.
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
        ({"username": "a:b"}, "cannot contain a colon"),
        (
            {
                "client_id": "client",
                "client_secret": Secret("client-secret"),
                "token_url": "https://auth.example/token",
            },
            "are exclusive",
        ),
    ],
)
def test_one_complete_way_to_sign_in_is_required(
    settings_of: SettingsOf, changes: dict[str, object], message: str
) -> None:
    """
    An incomplete way to sign in, two ways and none are errors.
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
    OAuth2 and a client certificate require no user.
    """
    assert settings_of(username="", password=None, **changes).username == ""


def test_secrets_are_not_shown(settings_of: SettingsOf) -> None:
    """
    The representation of the settings has no password.
    """
    assert "comm-user-secret" not in repr(settings_of())


def test_a_time_zone_is_found_by_name() -> None:
    """
    A time zone is found by its IANA name.
    """
    assert time_zone("UTC") is UTC
    winter = datetime(2025, 1, 31, tzinfo=ZoneInfo("Europe/Oslo"))
    assert winter.utcoffset() == time_zone("Europe/Oslo").utcoffset(winter) == timedelta(hours=1)
