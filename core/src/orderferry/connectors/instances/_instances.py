"""
The configured instances: chooses the one for a step, and loads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from threading import Lock
from typing import TYPE_CHECKING

from orderferry.connectors._connector import Connector
from orderferry.connectors.instances._call import InstanceResources
from orderferry.connectors.instances._exporter import Exporter
from orderferry.connectors.instances._redaction import connector_log, hide_in_error
from orderferry.connectors.loading._discovery import Catalogue
from orderferry.connectors.loading._hook_caller import hook_callers
from orderferry.connectors.loading._loading import LoadedConnector, load_connector, raise_load_error
from orderferry.connectors.settings._read import InstanceConfig, InstanceSettings, read_settings
from orderferry.connectors.spec._context import InstanceName, State
from orderferry.errors import (
    ExporterNotFoundError,
    HookVersionError,
    LoadError,
    NotInstalledError,
    RequirementError,
    SettingsError,
)

if TYPE_CHECKING:
    from orderferry.connectors.http import Client

__all__ = ["Instances", "choose_instance"]


def choose_instance(
    configured: Sequence[InstanceConfig], name: str, connector_id: str | None, market: str | None
) -> InstanceConfig:
    """
    Choose the instance for a step.

    An explicit id decides, for any market. Otherwise the instances of that name that are enabled
    for the market are candidates; those that name the market win over those that name none.

    Args:
        configured: All configured instances.
        name: The connector's name.
        connector_id: The `ConnectorId`, or `None`.
        market: The order's market.

    Raises:
        ExporterNotFoundError: There is none (`not configured`) or more than one (`ambiguous`).
    """
    same_name = [instance for instance in configured if instance.name == name]
    if connector_id is not None:
        matches = [instance for instance in same_name if instance.id == connector_id]
    else:
        enabled = [instance for instance in same_name if instance.enabled_for(market)]
        matches = [instance for instance in enabled if instance.markets] or enabled
    if len(matches) == 1:
        return matches[0]
    exporter = name if connector_id is None else f"{name}/{connector_id}"
    if matches:
        candidates = [str(instance.reference) for instance in matches]
        raise ExporterNotFoundError(
            f"exporter {exporter} not found: ambiguous, it could be {', '.join(candidates)}"
            f"{_for(market)}; name one as ConnectorId, or limit their markets",
            connector=name,
            connector_id=connector_id,
            reason="ambiguous",
            candidates=candidates,
        )
    hint = _missing(same_name, connector_id, market)
    raise ExporterNotFoundError(
        f"exporter {exporter} not found: not configured; {hint}",
        connector=name,
        connector_id=connector_id,
        reason="not configured",
    )


def _missing(
    same_name: Sequence[InstanceConfig], connector_id: str | None, market: str | None
) -> str:
    if not same_name:
        return "add a [[connector]] of that name"
    known = ", ".join(str(instance.reference) for instance in same_name)
    if connector_id is not None:
        return f"configured instances: {known}"
    scope = _for(market) or " for an order without a market"
    return f"no instance is enabled{scope}; configured instances: {known}"


def _for(market: str | None) -> str:
    return "" if market is None else f" for market {market}"


class Instances:
    """
    The configured instances; safe to use from several threads.

    Args:
        configured: The instances, in the order of the file.
        catalogue: The installed connectors.
        environment: The variables for `${env:NAME}` in settings.
        state: Returns the stored state of an instance.
        http: The HTTP client that all instances share.
    """

    def __init__(
        self,
        configured: Sequence[InstanceConfig],
        *,
        catalogue: Catalogue,
        environment: Mapping[str, str],
        state: Callable[[InstanceName], State],
        http: Client,
    ) -> None:
        self._configured = {instance.reference: instance for instance in configured}
        self._catalogue = catalogue
        self._environment = environment
        self._state = state
        self._http = http
        self._locks = {name: Lock() for name in self._configured}
        self._loaded: dict[InstanceName, Exporter | LoadError] = {}

    @property
    def configured(self) -> tuple[InstanceConfig, ...]:
        """
        The configured instances, in the order of the file.
        """
        return tuple(self._configured.values())

    def enabled(self, market: str | None) -> tuple[InstanceName, ...]:
        """
        Return the instances that are enabled for a market, in the order of the file.

        Args:
            market: The order's market, or `None` for an order without one.
        """
        return tuple(
            name for name, instance in self._configured.items() if instance.enabled_for(market)
        )

    def select(self, name: str, connector_id: str | None, market: str | None) -> Exporter:
        """
        Choose the instance for a step, and load it.

        Args:
            name: The connector's name.
            connector_id: The `ConnectorId`, or `None` to choose by market.
            market: The order's market.

        Raises:
            ExporterNotFoundError: There is none; its `reason` states why. It names the instance if
                one was chosen that cannot be loaded.
        """
        if name not in self._catalogue.names:
            self._not_installed(name, connector_id)
        instance = self.choose(name, connector_id, market)
        try:
            return self.exporter(instance)
        except LoadError as error:
            raise ExporterNotFoundError(
                f"exporter {instance} not found: {_reason(error)}; {error}",
                connector=name,
                connector_id=instance.id,
                reason=_reason(error),
            ) from error

    def choose(self, name: str, connector_id: str | None, market: str | None) -> InstanceName:
        """
        Choose the configured instance for a step, whether or not it can be loaded.

        Args:
            name: The connector's name.
            connector_id: The `ConnectorId`, or `None` to choose by market.
            market: The order's market.

        Raises:
            ExporterNotFoundError: There is none, or more than one.
        """
        return choose_instance(self.configured, name, connector_id, market).reference

    def exporter(self, name: InstanceName) -> Exporter:
        """
        Return a configured instance, and load it if it is not loaded yet.

        Args:
            name: The instance.

        Raises:
            KeyError: No such instance is configured.
            LoadError: It cannot be loaded; each further call raises the same error.
        """
        with self._locks[name]:
            if name not in self._loaded:
                self._loaded[name] = self._load(self._configured[name])
        loaded = self._loaded[name]
        if isinstance(loaded, LoadError):
            raise copy(loaded) from loaded.__cause__
        return loaded

    def close(self) -> None:
        """
        Close the idle connections of the shared HTTP client.
        """
        self._http.close()

    def _load(self, configured: InstanceConfig) -> Exporter | LoadError:
        try:
            return load_exporter(
                configured,
                catalogue=self._catalogue,
                environment=self._environment,
                state=self._state,
                http=self._http,
            )
        except LoadError as error:
            return error

    def _not_installed(self, name: str, connector_id: str | None) -> None:
        try:
            self._catalogue.find(name)
        except NotInstalledError as error:
            raise ExporterNotFoundError(
                f"exporter {name} not found: not installed; {error}",
                connector=name,
                connector_id=connector_id,
                reason="not installed",
            ) from error


def _reason(error: LoadError) -> str:
    if isinstance(error, RequirementError | HookVersionError):
        return "incompatible"
    return "not installed" if isinstance(error, NotInstalledError) else "quarantined"


def load_exporter(
    configured: InstanceConfig,
    *,
    catalogue: Catalogue,
    environment: Mapping[str, str],
    state: Callable[[InstanceName], State],
    http: Client,
) -> Exporter:
    """
    Load the connector of a configured instance, read its settings, and build it.

    Args:
        configured: The instance.
        catalogue: The installed connectors.
        environment: The variables for `${env:NAME}` in settings.
        state: Returns the stored state of an instance.
        http: The HTTP client that all instances share.

    Raises:
        LoadError: A subclass of it, by the check that failed.
    """
    loaded = load_connector(catalogue, configured.name)
    settings = read_settings(loaded.kind.Settings, configured, loaded.entry, environment)
    name, redactor = configured.reference, settings.redactor
    return Exporter(
        name=name,
        distribution=loaded.entry.distribution,
        version=loaded.entry.version,
        capabilities=loaded.kind.capabilities,
        redactor=redactor,
        literal_secrets=settings.literal_secrets,
        hooks=hook_callers(_build(loaded, settings, name), loaded.entry),
        resources=InstanceResources(
            instance=name,
            redactor=redactor,
            state=state(name),
            log=lambda: connector_log(name, redactor),
            http=http,
        ),
    )


def _build(loaded: LoadedConnector, settings: InstanceSettings, name: InstanceName) -> Connector:
    try:
        return loaded.kind(settings=settings.value)  # type: ignore[call-arg]
    except Exception as error:  # noqa: BLE001 - a vendor's class may raise anything while it is built
        cause = hide_in_error(error, settings.redactor)
        message = f"{type(error).__name__}: {cause}" if cause is error else str(cause)
        raise_load_error(
            SettingsError, loaded.entry, f"cannot be built as {name}: {message}", cause
        )
