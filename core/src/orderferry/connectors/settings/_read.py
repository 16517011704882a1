"""
A configured instance, and the settings object that its connector gets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import field, frozen

from orderferry.connectors._redaction import Redactor
from orderferry.connectors._secret import SECRET_LENGTH
from orderferry.connectors.loading._discovery import Entry
from orderferry.connectors.settings._structuring import find_secrets, structure_settings
from orderferry.connectors.settings._values import SecretFault
from orderferry.connectors.spec._context import InstanceName
from orderferry.errors import NotAConnectorError, SecretError, SettingsError
from orderferry.reading import InvalidError, Referenced, Unresolved, has_reference, resolve

__all__ = ["Absentee", "InstanceConfig", "InstanceSettings", "read_settings", "resolved"]

Absentee = Unresolved
"""The name that connectors know `reading.Unresolved` by."""

resolved = resolve
"""The name that connectors know `reading.resolve` by."""


def _names(names: Iterable[str]) -> frozenset[str]:
    return frozenset(names)


@frozen(kw_only=True)
class InstanceConfig:
    """
    A `[[connector]]` table of `orderferry.toml`.

    Attributes:
        name: The connector's name.
        id: The instance's `ConnectorId`.
        markets: The markets that it serves; empty means all.
        disabled_markets: The markets that it does not serve, even if `markets` names them.
        settings: The values of `[connector.settings]`, as TOML has them. They may contain secrets
            in clear text, and are left out of `repr`.
        path: Its path in the file, for messages.
        folder: The folder where relative paths of `${file:PATH}` start.
    """

    name: str
    id: str = "default"
    markets: frozenset[str] = field(converter=_names, factory=frozenset)
    disabled_markets: frozenset[str] = field(converter=_names, factory=frozenset)
    settings: Mapping[str, object] = field(factory=dict, repr=False)
    path: str = "connector"
    folder: Path = field(factory=Path)

    @property
    def reference(self) -> InstanceName:
        """
        The instance's name.
        """
        return InstanceName(self.name, self.id)

    def enabled_for(self, market: str | None) -> bool:
        """
        Whether the instance serves a market, or orders without a market (`None`).
        """
        if market in self.disabled_markets:
            return False
        return not self.markets or market in self.markets


@frozen
class InstanceSettings:
    """
    The settings of one instance.

    Attributes:
        value: An instance of the connector's `Settings`.
        redactor: Hides its secrets.
        literal_secrets: The paths of secrets that the configuration has in clear text.
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
        environment: The variables of `${env:NAME}`.

    Raises:
        SettingsError: The settings are invalid; all faults are reported at once.
        SecretError: A secret among them is missing or too short.
        NotAConnectorError: The class itself cannot be used for settings.
    """
    who = f"{configured.reference} ({entry.origin})"
    table = resolve(configured.settings, environment, configured.folder)
    try:
        value: object = structure_settings(table, kind)
    except InvalidError as error:
        raise _settings_error(error, who, configured, entry, table) from None
    except Exception as error:  # the class has a type that cannot be structured, or resolved
        raise NotAConnectorError(
            f"{who}: its settings class {kind.__name__} cannot be used: "
            f"{type(error).__name__}: {error}; ask its vendor to fix it",
            connector=entry.name,
            distribution=entry.distribution,
            version=entry.version,
        ) from error
    secrets = list(find_secrets(value))
    literals = set(_literals(configured.settings))
    return InstanceSettings(
        value=value,
        redactor=Redactor(secret.reveal() for _, secret in secrets),
        literal_secrets=tuple(path for path, secret in secrets if secret.reveal() in literals),
    )


def _settings_error(
    error: InvalidError, who: str, configured: InstanceConfig, entry: Entry, table: object
) -> SettingsError:
    hide = Redactor(_referenced_texts(table)).text
    faults = [fault.within(f"{configured.path}.settings") for fault in error.faults]
    messages = [hide(f"{fault.path}: {fault.message}") for fault in faults]
    secret = any(isinstance(fault, SecretFault) for fault in faults)
    kind = SecretError if secret else SettingsError
    return kind(
        f"{who} has invalid settings: " + "; ".join(messages),
        connector=entry.name,
        distribution=entry.distribution,
        version=entry.version,
        faults=messages,
    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)


def _literals(settings: Mapping[str, object]) -> Iterator[str]:
    return (text for text in _texts(settings) if not has_reference(text))


def _referenced_texts(table: object) -> Iterator[str]:
    """
    The referenced strings that are long enough to be hidden safely.
    """
    for text in _texts(table):
        if isinstance(text, Referenced) and len(text) >= SECRET_LENGTH:
            yield str(text)
