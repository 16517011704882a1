"""
Host keys, and the account's keys and passwords.
"""

import traceback
from functools import cache

import asyncssh
import pytest

from orderferry.connectors import Timeline
from orderferry.errors import AuthenticationError
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

from .conftest import LoadInstance, MakeOrder


def public_line(key: asyncssh.SSHKey) -> str:
    """
    The public key as a line.
    """
    return key.export_public_key().decode().strip()


def test_an_unknown_host_key_is_rejected_with_its_fingerprint(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The connection ends before anything is sent to the server.
    """
    another = public_line(asyncssh.generate_private_key("ssh-ed25519"))
    key = asyncssh.import_public_key(str(simulator.settings["known_hosts"]))

    with pytest.raises(AuthenticationError) as raised:
        load_instance(simulator, known_hosts=another).export_order(make_order())

    assert key.get_fingerprint() in str(raised.value)
    assert [] == simulator.received()


def test_a_host_key_of_an_unknown_type_is_rejected(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    The error names the server's key, even if known_hosts has another type only.
    """
    another = public_line(asyncssh.generate_private_key("ecdsa-sha2-nistp256"))

    with pytest.raises(AuthenticationError, match="the host key ssh-ed25519 SHA256:"):
        load_instance(simulator, known_hosts=another).export_order(make_order())


def test_unreadable_host_keys_are_an_error(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    Nothing is sent if known_hosts cannot be read.
    """
    instance = load_instance(simulator, known_hosts="ssh-ed25519 AAAAnonsense")

    with pytest.raises(AuthenticationError):
        instance.export_order(make_order())

    assert [] == simulator.received()


@pytest.mark.parametrize("line", ["{key}", "# ours\n{key} comment", "[127.0.0.1]:{port} {key}"])
def test_host_keys_are_bare_or_lines_of_known_hosts(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder, line: str
) -> None:
    """
    A host key is accepted bare, with a comment, or with the server's name.
    """
    key, port = simulator.settings["known_hosts"], simulator.settings["port"]
    instance = load_instance(simulator, known_hosts=line.format(key=key, port=port))

    assert 1 == len(instance.export_order(make_order()))


def test_a_known_hosts_line_of_another_server_does_not_count(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    A host key is accepted from the server that its line names, and from no other.
    """
    line = f"elsewhere.example {simulator.settings['known_hosts']}"

    with pytest.raises(AuthenticationError, match="is not in known_hosts"):
        load_instance(simulator, known_hosts=line).export_order(make_order())


@pytest.mark.parametrize("passphrase", [None, "open sesame"])
@pytest.mark.parametrize("form", ["openssh", "pkcs8-pem"])
def test_private_keys_may_have_a_passphrase(
    simulator: ThreePlSimulator,
    load_instance: LoadInstance,
    make_order: MakeOrder,
    form: str,
    passphrase: str | None,
) -> None:
    """
    A private key is read in OpenSSH and in PEM format, with and without a passphrase.
    """
    key = asyncssh.import_private_key(str(simulator.settings["private_key"]))
    text = key.export_private_key(form, passphrase, rounds=50).decode()
    changes = {"private_key": text} | ({} if passphrase is None else {"passphrase": passphrase})

    assert 1 == len(load_instance(simulator, **changes).export_order(make_order()))


def test_an_account_may_have_a_password(
    simulator: ThreePlSimulator, load_instance: LoadInstance, make_order: MakeOrder
) -> None:
    """
    A password is enough to sign in, without a private key.
    """
    instance = load_instance(simulator, without=("private_key",), password=simulator.password)

    assert 1 == len(instance.export_order(make_order()))


@cache
def encrypted_key() -> str:
    """
    A private key with a passphrase. It is cached, since encrypting it takes half a second.
    """
    key = asyncssh.generate_private_key("ssh-ed25519")
    return key.export_private_key("openssh", "right passphrase", rounds=50).decode()


def invalid_credentials() -> dict[str, dict[str, object]]:
    """
    Settings with which the sign-in fails, by the reason; `None` removes a setting.
    """
    key = asyncssh.generate_private_key("ssh-ed25519")
    return {
        "another key": {"private_key": key.export_private_key().decode()},
        "no key": {"private_key": "-----BEGIN OPENSSH PRIVATE KEY-----\nnonsense"},
        "wrong passphrase": {"private_key": encrypted_key(), "passphrase": "wrong passphrase"},
        "no passphrase": {"private_key": encrypted_key()},
        "wrong password": {"private_key": None, "password": "wrong password"},
        "another user": {"username": "stranger"},
    }


@pytest.mark.parametrize(
    "reason",
    [
        "another key",
        "no key",
        "wrong passphrase",
        "no passphrase",
        "wrong password",
        "another user",
    ],
)
def test_a_failed_sign_in_is_an_authentication_error_without_secrets(
    simulator: ThreePlSimulator,
    load_instance: LoadInstance,
    make_order: MakeOrder,
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """
    No secret is in the message, the traceback, the log or the timeline.
    """
    credentials = invalid_credentials()[reason]
    without = tuple(name for name, value in credentials.items() if value is None)
    changes = {name: value for name, value in credentials.items() if value is not None}
    instance = load_instance(simulator, without=without, **changes)
    timeline = Timeline(redactor=instance.exporter.redactor)
    caplog.set_level("DEBUG")

    with pytest.raises(AuthenticationError) as raised:
        instance.export_order(make_order(), timeline=timeline)

    settings = {**simulator.settings, **changes}
    names = [name for name in ("private_key", "passphrase", "password") if name in settings]
    secrets = [str(settings[name]) for name in names]
    output = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
    output += caplog.text + repr(timeline.exchanges)
    lines = [line for secret in secrets for line in secret.splitlines() if "-----" not in line]
    assert [] == [line for line in lines if line in output]
    assert [] == simulator.received()
