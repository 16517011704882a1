"""
The values of both files, after they have been read and validated.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from orderferry.config._secrets import mask_password
from orderferry.connectors import ExportState
from orderferry.errors import ConfigurationError

if TYPE_CHECKING:
    from orderferry.connectors import InstanceConfig, InstanceName, Secret
    from orderferry.delivery import Flow
    from orderferry.workflow import Workflow

__all__ = ["AGE_LIMITS", "Config", "RuntimeSettings"]

AGE_LIMITS: Mapping[ExportState, float] = {
    ExportState.QUEUED: 900.0,
    ExportState.SENDING: 600.0,
    ExportState.RETRYING: 21_600.0,
    ExportState.UNKNOWN: 3600.0,
}
"""The default age limits: after how many seconds in a state an export is overdue."""


@frozen(kw_only=True)
class RuntimeSettings:
    """
    The `[runtime]` table.

    Attributes:
        workflow: The workflow file.
        foreign_steps: The names of the steps that the host runs itself.
        order_limit_bytes: The maximum size of an order in bytes.
        inline_deadline_seconds: The maximum duration of an export inside a transition, with its
            retries.
        state_directory: The folder for the stored state of instances; `None` stores it in the
            database.
        database: The URL of the database with its password; for messages there is `shown_database`.
            Empty if a reference in it cannot be resolved; `database_url` raises this error.
        missing_database: The error of that reference.
        api_url: The URL of the order API, which serves `GET {api_url}/{id}`, or `None`.
        api_deadline_seconds: The maximum time until an order is readable through the API.
        api_interval_seconds: The time between two reads of an order through the API.
        api_token: The bearer token of the order API.
        document_retention_days: How long requests and responses are kept.
        lease_seconds: How long the owner of a lane may send after the last proof that it is alive.
        grace_seconds: How long a stopping worker waits for exports in flight.
        age_limits: After how many seconds in a state an export is reported as overdue.
    """

    workflow: Path
    foreign_steps: frozenset[str] = frozenset()
    order_limit_bytes: int = 5_000_000
    inline_deadline_seconds: float = 10.0
    state_directory: Path | None
    database: str = field(repr=mask_password)
    missing_database: str | None = None
    api_url: str | None = None
    api_deadline_seconds: float = 60.0
    api_interval_seconds: float = 1.0
    api_token: Secret | None = None
    document_retention_days: float = 30.0
    lease_seconds: float = 5.0
    grace_seconds: float = 20.0
    age_limits: Mapping[ExportState, float] = field(factory=lambda: dict(AGE_LIMITS))

    @property
    def database_url(self) -> str:
        """
        The URL of the database, to open it. Commands without a database do not need its password.

        Raises:
            ConfigurationError: A reference in it cannot be resolved.
        """
        if self.missing_database is not None:
            raise ConfigurationError(self.missing_database)
        return self.database

    @property
    def shown_database(self) -> str:
        """
        The URL of the database with its password hidden, for messages.
        """
        return mask_password(self.database)


@frozen(kw_only=True)
class Config:
    """
    A configuration with its workflow.

    Attributes:
        path: The configuration file.
        runtime: The `[runtime]` table.
        connectors: The `[[connector]]` tables, in the file's order.
        flows: The flow control of each instance.
        workflow: The workflow of the workflow file.
    """

    path: Path
    runtime: RuntimeSettings
    connectors: tuple[InstanceConfig, ...]
    flows: Mapping[InstanceName, Flow]
    workflow: Workflow
