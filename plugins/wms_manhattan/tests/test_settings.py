"""
Checks of the settings.
"""

import re

import pytest

from orderferry_wms_manhattan import Grant

from .conftest import SettingsOf


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("base_url", "wm.example", "expected a URL such as https://host"),
        ("base_url", "ftp://wm.example", "expected a URL such as https://host"),
        ("token_url", "https://auth.example/token?x=1", "expected a URL such as"),
        ("time_zone", "Mars/Olympus", "no time zone 'Mars/Olympus'"),
        ("shipment_order_id", "{order}", "expected {shipment}"),
        ("shipment_order_id", "{order}-{shipment}-{line}", "expected {shipment}"),
        ("shipment_order_id", "{shipment", "expected {shipment}"),
        ("required_address_fields", ("Address1", "Town"), "unknown address field 'Town'"),
        ("order_constants", {"Extended.A": 1.5}, "Extended.A: expected text"),
        ("order_constants", {"OriginalOrderId": "1"}, "OriginalOrderId is set by the connector"),
        ("order_fields", {"Extended.A": "order.nothing"}, "Extended.A: no field 'nothing'"),
        ("order_fields", {"Extended.A": "line.ean"}, "Extended.A: a source begins with"),
        ("line_constants", {"OrderedQuantity": "1"}, "OrderedQuantity is set by the connector"),
        ("line_fields", {"Extended..A": "line.ean"}, "expected a field such as"),
        ("leave_out", ("OriginalOrderLine.OrderedQuantity",), "is set by the connector"),
        ("service_level_field", "OriginalOrderLine", "is set by the connector"),
        ("max_lengths", {"OriginalOrderId": 0}, "OriginalOrderId: expected at least 1"),
        ("timeout_seconds", 0.0, "must be > 0"),
        ("delivery_window_days", -1, "must be >= 0"),
        ("pickup_window_days", -1, "must be >= 0"),
    ],
)
def test_invalid_setting_is_reported(
    settings_of: SettingsOf, name: str, value: object, message: str
) -> None:
    """
    An invalid setting is an error with the reason.
    """
    with pytest.raises(ValueError, match=re.escape(message)):
        settings_of(**{name: value})


@pytest.mark.parametrize("missing", ["username", "password"])
def test_password_grant_requires_a_user(settings_of: SettingsOf, missing: str) -> None:
    """
    The password grant is invalid without user and password.
    """
    with pytest.raises(ValueError, match="requires username and password"):
        settings_of(**{missing: None})


def test_client_credentials_require_no_user(settings_of: SettingsOf) -> None:
    """
    The client credentials grant requires no user.
    """
    settings = settings_of(grant=Grant.CLIENT_CREDENTIALS, username=None, password=None)
    assert settings.password is None


def test_secrets_are_not_shown(settings_of: SettingsOf) -> None:
    """
    The representation of the settings contains no secret.
    """
    shown = repr(settings_of())
    assert "client-secret" not in shown
    assert "user-password" not in shown
