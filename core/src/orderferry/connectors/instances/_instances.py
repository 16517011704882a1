"""
The configured instances, and which of them an order goes to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from threading import Lock
from typing import TYPE_CHECKING

from orderferry.connectors._connector import Connector
from orderferry.connectors.instances._call import Means
from orderferry.connectors.instances._exporter import Exporter
from orderferry.connectors.instances._redaction import connector_log, hidden_error
from orderferry.connectors.loading._discovery import Catalogue
from orderferry.connectors.loading._hook_caller import hook_callers
from orderferry.connectors.loading._loading import LoadedConnector, load_connector, refuse
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

__all__ = ["Instances", "selected"]


def selected(
    configured: Sequence[InstanceConfig], name: str, connector_id: str | None, market: str | None
) -> InstanceConfig:
    """
    The one instance that a step means.

    An explicit id decides, whatever the market. Else the instances of that name that are not
    excluded for the market; those that name it beat those that name none.

    Args:
        configured: All configured instances.
        name: The connector's name.
        connector_id: The `ConnectorId`, or `None`.
        market: The order's market.

    Raises:
        ExporterNotFoundError: There is none (`not configured`) or more than one (`ambiguous`).
    """
    same_name = [each for each in configured if each.name == name]
    if connector_id is not None:
        chosen = [each for each in same_name if each.id == connector_id]
    else:
        enabled = [each for each in same_name if each.enabled_for(market)]
        chosen = [each for each in enabled if each.markets] or enabled
    if len(chosen) == 1:
        return chosen[0]
    asked = name if connector_id is None else f"{name}/{connector_id}"
    if chosen:
        candidates = [str(each.reference) for each in chosen]
        raise ExporterNotFoundError(
            f"exporter {asked} not found: ambiguous, it could be {', '.join(candidates)}"
            f"{_for(market)}; name one as ConnectorId, or limit their markets",
            connector=name,
            connector_id=connector_id,
            reason="ambiguous",
            candidates=candidates,
        )
    raise ExporterNotFoundError(
        f"exporter {asked} not found: not configured; {_missing(same_name, connector_id, market)}",
        connector=name,
        connector_id=connector_id,
        reason="not configured",
    )


def _missing(
    same_name: Sequence[InstanceConfig], connector_id: str | None, market: str | None
) -> str:
    if not same_name:
        return "add a [[connector]] of that name"
    known = ", ".join(str(each.reference) for each in same_name)
    if connector_id is not None:
        return f"configured are {known}"
    return f"no instance is enabled{_for(market) or ' for an order without a market'}, of {known}"


def _for(market: str | None) -> str:
    return "" if market is None else f" for market {market}"


class Instances:
    """
    The configured instances; safe between threads.

    Args:
        configured: The instances, in the order of the file.
        catalogue: What is installed.
        environment: Where `${env:NAME}` in settings looks.
        state: Gives each instance its memory.
        http: The client that all of them share.
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
        self._configured = {each.reference: each for each in configured}
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
        The instances that serve a market, in the order of the file.

        Args:
            market: The order's market, or `None` for an order without one.
        """
        return tuple(name for name, each in self._configured.items() if each.enabled_for(market))

    def select(self, name: str, connector_id: str | None, market: str | None) -> Exporter:
        """
        The exporter that a step means.

        Args:
            name: The connector's name.
            connector_id: The `ConnectorId`, or `None` to choose by market.
            market: The order's market.

        Raises:
            ExporterNotFoundError: There is none; its `reason` says why. It names the instance
                where one was chosen that cannot be used.
        """
        if name not in self._catalogue.names:
            self._not_installed(name, connector_id)
        chosen = self.chosen(name, connector_id, market)
        try:
            return self.exporter(chosen)
        except LoadError as error:
            raise ExporterNotFoundError(
                f"exporter {chosen} not found: {_reason(error)}; {error}",
                connector=name,
                connector_id=chosen.id,
                reason=_reason(error),
            ) from error

    def chosen(self, name: str, connector_id: str | None, market: str | None) -> InstanceName:
        """
        The configured instance that a step means, whether or not it can be loaded.

        Args:
            name: The connector's name.
            connector_id: The `ConnectorId`, or `None` to choose by market.
            market: The order's market.

        Raises:
            ExporterNotFoundError: There is none, or more than one.
        """
        return selected(self.configured, name, connector_id, market).reference

    def exporter(self, name: InstanceName) -> Exporter:
        """
        A configured instance, loaded if it is not yet.

        Args:
            name: The instance.

        Raises:
            KeyError: No such instance is configured.
            LoadError: It cannot be used; the same for as long as this object lives.
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
        Close the connections that the instances hold.
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
        catalogue: What is installed.
        environment: Where `${env:NAME}` looks.
        state: Gives the instance its memory.
        http: The client that all instances share.

    Raises:
        LoadError: One of its kinds, by the step that failed.
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
        hooks=hook_callers(_built(loaded, settings, name), loaded.entry),
        means=Means(
            instance=name,
            redactor=redactor,
            state=state(name),
            log=lambda: connector_log(name, redactor),
            http=http,
        ),
    )


def _built(loaded: LoadedConnector, settings: InstanceSettings, name: InstanceName) -> Connector:
    try:
        return loaded.kind(settings=settings.value)  # type: ignore[call-arg]
    except Exception as error:  # noqa: BLE001 - a vendor's class may raise anything while it is built
        cause = hidden_error(error, settings.redactor)
        said = f"{type(error).__name__}: {cause}" if cause is error else str(cause)
        refuse(SettingsError, loaded.entry, f"cannot be built as {name}: {said}", cause)
