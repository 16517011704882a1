"""
An instance's settings: read, checked, and their secrets known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from orderferry.connectors._configured import InstanceConfig
from orderferry.connectors._discovery import Entry
from orderferry.connectors._faults import FaultsError
from orderferry.connectors._redaction import Redactor
from orderferry.connectors._references import Referred, has_reference, resolved
from orderferry.connectors._secret import SECRET_LENGTH
from orderferry.connectors._setting_class import secrets_in
from orderferry.connectors._structuring import structured
from orderferry.errors import NotAConnectorError, SecretError, SettingsError

__all__ = ["InstanceSettings", "read_settings"]


@frozen
class InstanceSettings:
    """
    The settings of one instance.

    Attributes:
        value: An instance of the connector's `Settings`.
        redactor: Hides its secrets.
        literal_secrets: The paths of secrets that stand in the configuration in clear.
    """

    value: object
    redactor: Redactor
    literal_secrets: tuple[str, ...]


def read_settings(
    kind: type, configured: InstanceConfig, entry: Entry, environment: Mapping[str, str]
) -> InstanceSettings:
    """
    Read an instance's settings.

    Args:
        kind: The connector's settings class.
        configured: The instance.
        entry: The connector, for messages.
        environment: Where `${env:NAME}` looks.

    Raises:
        SettingsError: They do not hold; all faults are told at once.
        SecretError: A secret among them is missing or too short.
        NotAConnectorError: The class itself cannot hold settings.
    """
    who = f"{configured.reference} ({entry.origin})"
    table = resolved(configured.settings, environment, configured.folder)
    try:
        value: object = structured(table, kind)
    except FaultsError as error:
        raise _refused(error, who, configured, entry, table) from None
    except Exception as error:  # the class has a type that cannot be structured, or resolved
        raise NotAConnectorError(
            f"{who}: its settings class {kind.__name__} cannot be used: "
            f"{type(error).__name__}: {error}; its vendor has to mend it",
            connector=entry.name,
            distribution=entry.distribution,
            version=entry.version,
        ) from error
    secrets = list(secrets_in(value))
    literals = set(_literals(configured.settings))
    return InstanceSettings(
        value=value,
        redactor=Redactor(secret.reveal() for _, secret in secrets),
        literal_secrets=tuple(path for path, secret in secrets if secret.reveal() in literals),
    )


def _refused(
    error: FaultsError, who: str, configured: InstanceConfig, entry: Entry, table: object
) -> SettingsError:
    hide = Redactor(_referred(table)).text
    faults = [fault.within(f"{configured.path}.settings") for fault in error.faults]
    told = [hide(f"{fault.path}: {fault.message}") for fault in faults]
    kind = SecretError if any(fault.secret for fault in faults) else SettingsError
    return kind(
        f"{who} has settings that do not hold: " + "; ".join(told),
        connector=entry.name,
        distribution=entry.distribution,
        version=entry.version,
        faults=told,
    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _texts(each)


def _literals(settings: Mapping[str, object]) -> Iterator[str]:
    return (text for text in _texts(settings) if not has_reference(text))


def _referred(table: object) -> Iterator[str]:
    """
    Texts that came by reference, and that are long enough to be hidden safely.
    """
    for text in _texts(table):
        if isinstance(text, Referred) and len(text) >= SECRET_LENGTH:
            yield str(text)
