"""
Errors of loading a connector, and of finding an exporter for a step.
"""

from __future__ import annotations

from collections.abc import Iterable

from orderferry.errors._root import OrderferryError


class LoadError(OrderferryError):
    """
    A connector that cannot be loaded. Only that connector is quarantined.

    Attributes:
        connector: The name of the connector and its entry point.
        distribution: The distribution that provides it, if any.
        version: That distribution's version.
    """

    def __init__(
        self,
        message: str,
        *,
        connector: str,
        distribution: str | None = None,
        version: str | None = None,
    ) -> None:
        super().__init__(message)
        self.connector = connector
        self.distribution = distribution
        self.version = version


class NotInstalledError(LoadError):
    """
    No installed distribution provides a connector of that name.
    """


class DuplicateNameError(LoadError):
    """
    Two distributions provide a connector of the same name; the message names both.
    """


class ImportFailedError(LoadError):
    """
    The connector's module could not be imported, or has no object of the given name.
    """


class NotAConnectorError(LoadError):
    """
    The object that the entry point names is not a subclass of `Connector`.
    """


class RequirementError(LoadError):
    """
    The distribution requires another version of orderferry than the installed one.
    """


class HookVersionError(LoadError):
    """
    The connector was made for a version of the hook API that this core does not support.
    """


class HookError(LoadError):
    """
    A hook that cannot be called: misspelt, async, a wrapper, renamed, or with an unknown argument.
    """


class MissingHookError(LoadError):
    """
    The connector implements no `export_order`.
    """


class SettingsError(LoadError):
    """
    The settings of an instance are invalid.

    Attributes:
        faults: One sentence for each fault, with the path of the setting.
    """

    def __init__(
        self,
        message: str,
        *,
        connector: str,
        distribution: str | None = None,
        version: str | None = None,
        faults: Iterable[str] = (),
    ) -> None:
        super().__init__(message, connector=connector, distribution=distribution, version=version)
        self.faults = tuple(faults)


class SecretError(SettingsError):
    """
    A secret that is missing, or too short to be hidden safely.
    """


class ExporterNotFoundError(OrderferryError):
    """
    No exporter was found for a step.

    Attributes:
        connector: The connector's name in the step.
        connector_id: The `ConnectorId` of the step or of the chosen instance, or `None`.
        reason: `not installed`, `not configured`, `quarantined`, `incompatible` or `ambiguous`.
        candidates: The references (`name/id`) that an ambiguous name could mean.
    """

    def __init__(
        self,
        message: str,
        *,
        connector: str,
        connector_id: str | None = None,
        reason: str,
        candidates: Iterable[str] = (),
    ) -> None:
        super().__init__(message)
        self.connector = connector
        self.connector_id = connector_id
        self.reason = reason
        self.candidates = tuple(candidates)
