"""
The settings of an instance: faults, references, and secrets that stay hidden.
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
    A table of its own.
    """

    password: Secret


@frozen
class Settings:
    """
    What most connectors have.
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
    A connector to speak of.
    """
    site.connector("acme", version="2.1")


def entry() -> Entry:
    """
    It, as it is installed.
    """
    return Catalogue.installed().find("acme")


def read(
    settings: dict[str, object],
    environment: dict[str, str] | None = None,
    folder: Path = Path("/nowhere"),
) -> InstanceSettings:
    """
    Read them for the instance acme/main, the third in its file.
    """
    configured = InstanceConfig(
        name="acme", id="main", settings=settings, path="connector[2]", folder=folder
    )
    return read_settings(Settings, configured, entry(), environment or {})


def test_settings_come_from_the_file_the_environment_and_other_files(tmp_path: Path) -> None:
    """
    By reference in any text.
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


def test_a_secret_that_stands_in_the_file_works_and_is_remembered() -> None:
    """
    `check` warns of it, wherever it stands.
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


def test_all_faults_are_told_with_instance_distribution_and_path() -> None:
    """
    One message, and one sentence for each.
    """
    with pytest.raises(SettingsError) as error:
        read({"token": "12345678", "port": "443", "tokn": "qwertzuiop"})

    assert SettingsError is type(error.value)
    assert (
        "connector[2].settings.tokn: is no setting; did you mean token?",
        "connector[2].settings.base_url: is required, and missing",
        "connector[2].settings.port: expected a whole number, got '443' (text)",
    ) == error.value.faults
    assert "acme/main (orderferry-acme 2.1) has settings that do not hold: " + "; ".join(
        error.value.faults
    ) == str(error.value)
    assert ("acme", "orderferry-acme", "2.1") == (
        error.value.connector,
        error.value.distribution,
        error.value.version,
    )


@pytest.mark.parametrize(
    ("token", "fault"),
    [
        ("${env:ACME_TOKEN}", "the environment variable ACME_TOKEN is not set; set it"),
        ("${file:/run/acme}", "the file /run/acme cannot be read: No such file or directory"),
        ("${env:SHORT}", "a secret has at least 8 characters; this one has 3"),
        ("short", "a secret has at least 8 characters; this one has 5"),
    ],
)
def test_a_secret_that_is_missing_or_short_is_an_error_of_its_own(token: str, fault: str) -> None:
    """
    It names the variable or file and the instance, and never the value.
    """
    with pytest.raises(SecretError) as error:
        read({"base_url": "x", "token": token}, {"SHORT": "abc"})

    assert (f"connector[2].settings.token: {fault}",) == error.value.faults
    assert "acme/main" in str(error.value)
    assert "abc" not in str(error.value)


def test_a_secret_that_is_required_and_not_given_is_a_missing_secret() -> None:
    """
    Whatever else is wrong.
    """
    with pytest.raises(SecretError, match=r"settings\.token: is required, and missing"):
        read({"port": 0.5})


def test_no_fault_shows_what_came_by_reference() -> None:
    """
    It may be a secret in the wrong place.
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
    assert "connector[2].settings.port: expected a whole number, got text that stands" in shown
    assert "connector[2].settings.plant: " in shown


def test_an_instance_does_not_show_its_settings() -> None:
    """
    They may hold secrets in clear.
    """
    assert "literal" not in repr(InstanceConfig(name="acme", settings={"token": "literal-token"}))


@frozen
class Unresolvable:
    """
    Its annotation means nothing.
    """

    a: "Nowhere"  # type: ignore[name-defined] # noqa: F821, UP037


@frozen
class Unstructurable:
    """
    No TOML becomes this.
    """

    a: complex


@pytest.mark.parametrize("kind", [Unresolvable, Unstructurable])
def test_a_settings_class_that_cannot_be_used_is_its_vendor_s_fault(kind: type) -> None:
    """
    The message says so, and what is wrong with it.
    """
    configured = InstanceConfig(name="acme", settings={"a": 1})

    with pytest.raises(NotAConnectorError) as error:
        read_settings(kind, configured, entry(), {})

    assert f"acme/default (orderferry-acme 2.1): its settings class {kind.__name__}" in str(
        error.value
    )
    assert error.value.__cause__ is not None
