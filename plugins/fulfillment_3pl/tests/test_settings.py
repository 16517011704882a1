"""
The settings of an instance.
"""

import pytest

from orderferry import Secret
from orderferry_fulfillment_3pl._characters import CharacterSet

from .conftest import SettingsOf


def test_what_is_required_is_the_server_the_account_and_the_two_ends(
    settings_of: SettingsOf,
) -> None:
    """
    Everything else has a default.
    """
    settings = settings_of()

    assert ("004010", "EA", "PP", "M") == (
        settings.version,
        settings.unit,
        settings.payment_method,
        settings.transport_method,
    )
    assert ("MERCHANT", "THREEPL") == (settings.sender.group_id, settings.receiver.group_id)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"host": " "}, "without control characters"),
        ({"port": 0}, "'port' must be >= 1: 0"),
        ({"known_hosts": "\n# none\n"}, "expected public host keys"),
        ({"known_hosts": "ssh-ed25519"}, "expected public host keys"),
        ({"sender_id": "SIXTEEN-LETTERS!"}, "1 to 15 ASCII characters"),
        ({"sender_id": "A>B"}, "sender_id: '>' cannot stand"),
        ({"sender_id": "shop", "character_set": CharacterSet.BASIC}, "sender_id: 's' cannot"),
        ({"sender_id": "S"}, "group_sender_id: expected 2 to 15"),
        ({"group_receiver_id": "X" * 16}, "group_receiver_id: expected 1 to 15"),
        ({"sender_qualifier": "zz"}, "expected 2 capitals or digits, got 'zz'"),
        ({"version": "005010"}, "expected 004010"),
        ({"element_separator": "A"}, "one ASCII character"),
        ({"element_separator": "-"}, "one ASCII character"),
        ({"segment_terminator": "\n"}, "one ASCII character"),
        ({"element_separator": "~"}, "must differ"),
        ({"scacs": {"ups": "UPS Ground"}}, "ups: expected 2 to 4 capitals or digits"),
        ({"units": {"box": "BOX"}}, "box: expected 2 capitals"),
        ({"time_zone": "Mars/Base"}, "no time zone 'Mars/Base'"),
        ({"ship_within_days": 366}, "'ship_within_days' must be <= 365: 366"),
        ({"depositor_id": "1"}, "depositor_id: expected 2 to 80"),
        ({"depositor_name": "A*B"}, "depositor_name: '*' cannot stand"),
        ({"password": None}, "give private_key or password"),
        ({"passphrase": Secret("open sesame")}, "no private_key that it could open"),
    ],
)
def test_what_cannot_hold_is_refused(
    settings_of: SettingsOf, changes: dict[str, object], message: str
) -> None:
    """
    Each fault is named.
    """
    with pytest.raises(ValueError, match=message.replace("*", r"\*")):
        settings_of(**changes)


def test_secrets_are_not_shown(settings_of: SettingsOf) -> None:
    """
    Neither password, key nor passphrase.
    """
    secrets = ("account-password", "private key text", "open sesame")
    password, key, passphrase = (Secret(each) for each in secrets)
    settings = settings_of(password=password, private_key=key, passphrase=passphrase)

    assert [] == [each for each in secrets if each in repr(settings)]
