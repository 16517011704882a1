"""
An instance as it is configured, and the settings object that its connector gets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import field, frozen

from orderferry.connectors._redaction import Redactor
from orderferry.connectors._secret import SECRET_LENGTH
from orderferry.connectors.loading._discovery import Entry
from orderferry.connectors.settings._faults import FaultsError
from orderferry.connectors.settings._references import Referred, has_reference, resolved
from orderferry.connectors.settings._structuring import secrets_in, structured
from orderferry.connectors.spec._context import InstanceName
from orderferry.errors import NotAConnectorError, SecretError, SettingsError

__all__ = ["InstanceConfig", "InstanceSettings", "read_settings"]


def _names(names: Iterable[str]) -> frozenset[str]:
    return frozenset(names)


@frozen(kw_only=True)
class InstanceConfig:
    """
    One `[[connector]]` of `orderferry.toml`.

    Attributes:
        name: The connector's name.
        id: The instance's `ConnectorId`.
        markets: The markets that it serves; empty means all.
        disabled_markets: The markets that it does not serve, whatever `markets` says.
        settings: The values of `[connector.settings]`, as TOML has them. They may hold secrets
            in clear, and are left out of `repr`.
        path: Where it stands in the file, for messages.
        folder: Where the relative paths of `${file:PATH}` start.
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
        Whether the instance serves a market; `None` is an order without one.
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
