"""
All errors of orderferry, as one tree with one base class.

::

    OrderferryError
    |-- UsageError                      called in a way that can never work
    |   |-- ConfigurationError          orderferry.toml, workflow.json
    |   |-- OrderFormatError            an order that cannot be read
    |   `-- UnknownStatusError          no such order type or status
    |-- ConflictError                   another process was first
    |-- StateError                      an instance's stored state cannot be read or written
    |-- NetworkForbiddenError           a preview, or test mode, tried to use the network
    |-- LoadError                       a connector that cannot be loaded; it alone is quarantined
    |   |-- NotInstalledError
    |   |-- DuplicateNameError          two distributions, one name
    |   |-- ImportFailedError
    |   |-- NotAConnectorError
    |   |-- RequirementError            its Requires-Dist does not accept this core
    |   |-- HookVersionError            made for another version of the hooks
    |   |-- HookError                   a misspelt, async, wrapped or unknown hook
    |   |-- MissingHookError            no export_order
    |   `-- SettingsError               invalid settings
    |       `-- SecretError             a missing secret, or one that is too short
    |-- ExporterNotFoundError           no exporter for a step
    `-- ExportError                     an export that failed; connectors raise these
        |-- TransientError              temporary: tried again
        |   `-- ThrottledError          the target asks to wait
        |-- AuthenticationError         authentication with the target failed
        |-- InvalidOrderError           the order cannot be sent as it is
        |-- RejectedError               the target rejected the order
        |-- UnknownOutcomeError         the target may have the order
        `-- ConnectorError              the connector broke its contract
"""

from orderferry.errors._export import (
    AuthenticationError,
    ConnectorError,
    ExportError,
    InvalidOrderError,
    RejectedError,
    ThrottledError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry.errors._load import (
    DuplicateNameError,
    ExporterNotFoundError,
    HookError,
    HookVersionError,
    ImportFailedError,
    LoadError,
    MissingHookError,
    NotAConnectorError,
    NotInstalledError,
    RequirementError,
    SecretError,
    SettingsError,
)
from orderferry.errors._root import (
    ConfigurationError,
    ConflictError,
    NetworkForbiddenError,
    OrderferryError,
    OrderFormatError,
    StateError,
    UnknownStatusError,
    UsageError,
)
from orderferry.export_result import Problem

__all__ = [
    "AuthenticationError",
    "ConfigurationError",
    "ConflictError",
    "ConnectorError",
    "DuplicateNameError",
    "ExportError",
    "ExporterNotFoundError",
    "HookError",
    "HookVersionError",
    "ImportFailedError",
    "InvalidOrderError",
    "LoadError",
    "MissingHookError",
    "NetworkForbiddenError",
    "NotAConnectorError",
    "NotInstalledError",
    "OrderFormatError",
    "OrderferryError",
    "Problem",
    "RejectedError",
    "RequirementError",
    "SecretError",
    "SettingsError",
    "StateError",
    "ThrottledError",
    "TransientError",
    "UnknownOutcomeError",
    "UnknownStatusError",
    "UsageError",
]
