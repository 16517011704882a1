"""
Tests of an instance's settings: faults, references, and secrets, which are not shown.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

import pytest
from attrs import field, frozen, validators

from orderferry.connectors import Catalogue, Entry, InstanceConfig, Secret
from orderferry.connectors.settings._read import InstanceSettings, read_settings
from orderferry.errors import NotAConnectorError, SecretError, SettingsError

HIDDEN = "hunter2-hunter2"

pytestmark = pytest.mark.usefixtures("acme")


@frozen
class SignIn:
    """
    A settings class in a table.
    """

    password: Secret


@frozen
class Settings:
    """
    Settings as most connectors have them.
    """

    base_url: str
    token: Secret
    port: int = 443
    sign_in: SignIn | None = None
    others: tuple[Secret, ...] = ()
    plant: str = field(default="1000", validator=validators.max_len(20))


@pytest.fixture
def acme(site: Any) -> None:
    """
    An installed connector.
    """
    site.connector("acme", version="2.1")


def entry() -> Entry:
    """
    The entry of the installed connector.
    """
    return Catalogue.installed().find("acme")


def read(
    settings: dict[str, object],
    environment: dict[str, str] | None = None,
    folder: Path = Path("/nowhere"),
) -> InstanceSettings:
    """
    Read settings for the instance acme/main, the third in its file.
    """
    configured = InstanceConfig(
        name="acme", id="main", settings=settings, path="connector[2]", folder=folder
    )
    return read_settings(Settings, configured, entry(), environment or {})


def test_settings_come_from_the_file_the_environment_and_other_files(tmp_path: Path) -> None:
    """
    References in any string are resolved.
    """
    (tmp_path / "password").write_text("from-a-file\n")
    settings = read(
        {
            "base_url": "https://${env:HOST}",
            "token": "${env:TOKEN}",
            "sign_in": {"password": "${file:password}"},
        },
        {"HOST": "acme.invalid", "TOKEN": "from-the-environment"},
        tmp_path,
    )

    assert (
        Settings(
            "https://acme.invalid",
            Secret("from-the-environment"),
            sign_in=SignIn(Secret("from-a-file")),
        )
        == settings.value
    )
    assert () == settings.literal_secrets
    assert "https://acme.invalid *** ***" == settings.redactor.text(
        "https://acme.invalid from-the-environment from-a-file"
    )


def test_a_secret_in_clear_text_is_valid_and_recorded() -> None:
    """
    The paths of all secrets in clear text are recorded, so that `check` warns of them.
    """
    settings = read(
        {
            "base_url": "x",
            "token": "literal-token",
            "sign_in": {"password": "${env:P}"},
            "others": ["${env:P}", "another-literal"],
        },
        {"P": "from-the-environment"},
    )

    assert ("token", "others[1]") == settings.literal_secrets


def test_all_faults_are_reported_with_instance_distribution_and_path() -> None:
    """
    One message names the instance and its distribution, and has a sentence for each fault.
    """
    with pytest.raises(SettingsError) as error:
        read({"token": "12345678", "port": "443", "tokn": "qwertzuiop"})

    assert SettingsError is type(error.value)
    assert (
        "connector[2].settings.tokn: is unknown; did you mean token?",
        "connector[2].settings.base_url: is missing",
        'connector[2].settings.port: expected an integer, got "443" (a string)',
    ) == error.value.faults
    assert "acme/main (orderferry-acme 2.1) has invalid settings: " + "; ".join(
        error.value.faults
    ) == str(error.value)
    assert "acme" == error.value.connector
    assert "orderferry-acme" == error.value.distribution
    assert "2.1" == error.value.version


@pytest.mark.parametrize(
    ("token", "fault"),
    [
        ("${env:ACME_TOKEN}", "the environment variable ACME_TOKEN is not set; set it"),
        ("${file:/run/acme}", "the file /run/acme cannot be read: No such file or directory"),
        ("${env:SHORT}", "a secret has at least 8 characters; this one has 3"),
        ("short", "a secret has at least 8 characters; this one has 5"),
    ],
)
def test_a_missing_or_short_secret_is_a_secret_error(token: str, fault: str) -> None:
    """
    The error names the variable or file and the instance, and never the value.
    """
    with pytest.raises(SecretError) as error:
        read({"base_url": "x", "token": token}, {"SHORT": "abc"})

    assert (f"connector[2].settings.token: {fault}",) == error.value.faults
    assert "acme/main" in str(error.value)
    assert "abc" not in str(error.value)


def test_a_required_secret_without_a_value_is_a_secret_error() -> None:
    """
    A missing secret is a `SecretError`, even if other settings are invalid too.
    """
    with pytest.raises(SecretError, match=r"settings\.token: is missing"):
        read({"port": 0.5})


def test_no_fault_shows_a_referenced_value() -> None:
    """
    A referenced value is not shown in any fault: it may be a secret in the wrong place.
    """
    with pytest.raises(SettingsError) as error:
        read(
            {
                "base_url": "x",
                "token": "12345678",
                "port": "${env:P}",
                "plant": "${env:P}${env:P}${env:P}",
            },
            {"P": HIDDEN},
        )

    shown = "".join(traceback.format_exception(error.value)) + repr(vars(error.value))
    assert HIDDEN not in shown
    assert (
        "connector[2].settings.port: expected an integer, got a referenced value (not shown)"
        in shown
    )
    assert "connector[2].settings.plant: " in shown


def test_an_instance_does_not_show_its_settings() -> None:
    """
    Settings may contain secrets in clear text, so `repr` leaves them out.
    """
    assert "literal" not in repr(InstanceConfig(name="acme", settings={"token": "literal-token"}))


@frozen
class Unresolvable:
    """
    A settings class with an annotation that cannot be resolved.
    """

    a: "Nowhere"  # type: ignore[name-defined] # noqa: F821, UP037


@frozen
class Unstructurable:
    """
    A settings class with a type that TOML cannot express.
    """

    a: complex


@pytest.mark.parametrize("kind", [Unresolvable, Unstructurable])
def test_an_unusable_settings_class_is_reported_with_its_vendor_s_distribution(kind: type) -> None:
    """
    The message names the instance, its distribution and the class, and asks the vendor for a fix.
    """
    configured = InstanceConfig(name="acme", settings={"a": 1})

    with pytest.raises(NotAConnectorError) as error:
        read_settings(kind, configured, entry(), {})

    message = str(error.value)
    assert message.startswith(
        f"acme/default (orderferry-acme 2.1): its settings class {kind.__name__} cannot be used: "
    )
    assert message.endswith("; ask its vendor to fix it")
    assert error.value.__cause__ is not None
