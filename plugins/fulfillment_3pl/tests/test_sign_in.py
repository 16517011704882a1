"""
Host keys, and the account's keys and passwords.
"""

import traceback
from functools import cache

import asyncssh
import pytest

from orderferry import ExportResult
from orderferry.connectors import Timeline
from orderferry.errors import AuthenticationError, ExportError
from orderferry_fulfillment_3pl.simulator import ThreePlSimulator

from .conftest import ExporterOf, OrderOf, exported


def public(key: asyncssh.SSHKey) -> str:
    """
    A public key's line.
    """
    return key.export_public_key().decode().strip()


def test_an_unknown_host_key_is_refused_with_its_fingerprint(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Before anything is told to the server.
    """
    other = public(asyncssh.generate_private_key("ssh-ed25519"))
    known = asyncssh.import_public_key(str(simulator.settings["known_hosts"]))

    with pytest.raises(AuthenticationError) as raised:
        exported(exporter_of(simulator, known_hosts=other), order_of())

    assert known.get_fingerprint() in str(raised.value)
    assert [] == simulator.received()


def test_a_known_key_of_another_kind_is_refused(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    The server's own key is named then too.
    """
    other = public(asyncssh.generate_private_key("ecdsa-sha2-nistp256"))

    with pytest.raises(AuthenticationError, match="its host key ssh-ed25519 SHA256:"):
        exported(exporter_of(simulator, known_hosts=other), order_of())


def test_host_keys_that_cannot_be_read_are_refused(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    They are not taken for none.
    """
    with pytest.raises(AuthenticationError):
        exported(exporter_of(simulator, known_hosts="ssh-ed25519 AAAAnonsense"), order_of())

    assert [] == simulator.received()


@pytest.mark.parametrize("line", ["{key}", "# ours\n{key} comment", "[127.0.0.1]:{port} {key}"])
def test_host_keys_are_bare_or_lines_of_known_hosts(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf, line: str
) -> None:
    """
    Whichever way a person has them.
    """
    key, port = simulator.settings["known_hosts"], simulator.settings["port"]
    exporter = exporter_of(simulator, known_hosts=line.format(key=key, port=port))

    assert isinstance(exported(exporter, order_of()), ExportResult)


def test_a_known_hosts_line_of_another_server_does_not_count(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    The key is that server's only.
    """
    line = f"elsewhere.example {simulator.settings['known_hosts']}"

    with pytest.raises(AuthenticationError, match="is not one of known_hosts"):
        exported(exporter_of(simulator, known_hosts=line), order_of())


@pytest.mark.parametrize("passphrase", [None, "open sesame"])
@pytest.mark.parametrize("form", ["openssh", "pkcs8-pem"])
def test_private_keys_may_have_a_passphrase(
    simulator: ThreePlSimulator,
    exporter_of: ExporterOf,
    order_of: OrderOf,
    form: str,
    passphrase: str | None,
) -> None:
    """
    In OpenSSH's form or in PEM.
    """
    key = asyncssh.import_private_key(str(simulator.settings["private_key"]))
    text = key.export_private_key(form, passphrase, rounds=50).decode()
    changes = {"private_key": text} | ({} if passphrase is None else {"passphrase": passphrase})

    assert isinstance(exported(exporter_of(simulator, **changes), order_of()), ExportResult)


def test_a_password_will_do(
    simulator: ThreePlSimulator, exporter_of: ExporterOf, order_of: OrderOf
) -> None:
    """
    Where the server takes one.
    """
    exporter = exporter_of(simulator, without=("private_key",), password=simulator.password)

    assert isinstance(exported(exporter, order_of()), ExportResult)


@cache
def locked() -> str:
    """
    A private key with a passphrase; the fewest rounds that are allowed take half a second.
    """
    key = asyncssh.generate_private_key("ssh-ed25519")
    return key.export_private_key("openssh", "right passphrase", rounds=50).decode()


def failing(simulator: ThreePlSimulator) -> dict[str, dict[str, object]]:
    """
    Settings that do not let us in, by what is wrong with them.
    """
    key = asyncssh.generate_private_key("ssh-ed25519")
    return {
        "another key": {"private_key": key.export_private_key().decode()},
        "no key": {"private_key": "-----BEGIN OPENSSH PRIVATE KEY-----\nnonsense"},
        "wrong passphrase": {"private_key": locked(), "passphrase": "wrong passphrase"},
        "no passphrase": {"private_key": locked()},
        "wrong password": {"private_key": None, "password": "wrong password"},
        "another user": {"username": "stranger"},
    }


@pytest.mark.parametrize(
    "case",
    [
        "another key",
        "no key",
        "wrong passphrase",
        "no passphrase",
        "wrong password",
        "another user",
    ],
)
def test_who_is_not_let_in_gets_an_authentication_error_without_secrets(
    simulator: ThreePlSimulator,
    exporter_of: ExporterOf,
    order_of: OrderOf,
    case: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """
    Neither in the message, nor in the traceback, the log or the timeline.
    """
    changes = failing(simulator)[case]
    without = tuple(name for name, value in changes.items() if value is None)
    given = {name: value for name, value in changes.items() if value is not None}
    exporter = exporter_of(simulator, without=without, **given)
    timeline = Timeline(redactor=exporter.redactor)
    caplog.set_level("DEBUG")

    with pytest.raises(AuthenticationError) as raised:
        exported(exporter, order_of(), timeline=timeline)

    settings = {**simulator.settings, **given}
    secrets = [str(settings[n]) for n in ("private_key", "passphrase", "password") if n in settings]
    shown = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
    shown += caplog.text + repr(timeline.exchanges)
    lines = [line for secret in secrets for line in secret.splitlines() if "-----" not in line]
    assert [] == [each for each in lines if each in shown]
    assert isinstance(raised.value, ExportError)
    assert [] == simulator.received()
