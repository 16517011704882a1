"""
The validation of settings.
"""

import pytest

from orderferry import Secret
from orderferry_fulfillment_3pl._characters import CharacterSet

from .conftest import MakeSettings


def test_only_the_server_the_account_and_the_two_parties_are_required(
    make_settings: MakeSettings,
) -> None:
    """
    Every setting other than the server, the account and the two parties has a default.
    """
    settings = make_settings()

    assert "004010" == settings.version
    assert "EA" == settings.unit
    assert "PP" == settings.payment_method
    assert "M" == settings.transport_method
    assert "MERCHANT" == settings.sender.group_id
    assert "THREEPL" == settings.receiver.group_id


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"host": " "}, "without control characters"),
        ({"port": 0}, "'port' must be >= 1: 0"),
        ({"known_hosts": "\n# none\n"}, "expected public host keys"),
        ({"known_hosts": "ssh-ed25519"}, "expected public host keys"),
        ({"sender_id": "SIXTEEN-LETTERS!"}, "1 to 15 ASCII characters"),
        ({"sender_id": "A>B"}, "sender_id: '>' is not allowed"),
        (
            {"sender_id": "shop", "character_set": CharacterSet.BASIC},
            "sender_id: 's' is not allowed",
        ),
        ({"sender_id": "S"}, "group_sender_id: expected 2 to 15"),
        ({"group_receiver_id": "X" * 16}, "group_receiver_id: expected 1 to 15"),
        ({"sender_qualifier": "zz"}, "expected 2 capital letters or digits, got 'zz'"),
        ({"version": "005010"}, "expected 004010"),
        ({"element_separator": "A"}, "one ASCII character"),
        ({"element_separator": "-"}, "one ASCII character"),
        ({"segment_terminator": "\n"}, "one ASCII character"),
        ({"element_separator": "~"}, "must differ"),
        ({"scacs": {"ups": "UPS Ground"}}, "ups: expected 2 to 4 capital letters or digits"),
        ({"units": {"box": "BOX"}}, "box: expected 2 capital letters"),
        ({"time_zone": "Mars/Base"}, "no time zone 'Mars/Base'"),
        ({"ship_within_days": 366}, "'ship_within_days' must be <= 365: 366"),
        ({"depositor_id": "1"}, "depositor_id: expected 2 to 80"),
        ({"depositor_name": "A*B"}, "depositor_name: '*' is not allowed"),
        ({"password": None}, "private_key or password is required"),
        ({"passphrase": Secret("open sesame")}, "passphrase: requires a private_key"),
    ],
)
def test_an_invalid_setting_is_an_error(
    make_settings: MakeSettings, changes: dict[str, object], message: str
) -> None:
    """
    The error states which value is expected, and which was configured.
    """
    with pytest.raises(ValueError, match=message.replace("*", r"\*")):
        make_settings(**changes)


def test_secrets_are_not_shown(make_settings: MakeSettings) -> None:
    """
    The representation of the settings has neither password, private key nor passphrase.
    """
    secrets = ("account-password", "private key text", "open sesame")
    password, key, passphrase = (Secret(secret) for secret in secrets)
    settings = make_settings(password=password, private_key=key, passphrase=passphrase)

    assert [] == [secret for secret in secrets if secret in repr(settings)]
