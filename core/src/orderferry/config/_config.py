"""
What the two files say, read and checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from orderferry.config._hidden import masked
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
"""After how many seconds in a state an export is overdue, unless the configuration says so."""


@frozen(kw_only=True)
class RuntimeSettings:
    """
    The `[runtime]` table.

    Attributes:
        workflow: The workflow file.
        foreign_steps: The names of the steps that the host runs itself.
        order_limit_bytes: The most bytes that an order may have.
        inline_deadline_seconds: How long an export inside a transition may take, tries included.
        state_directory: Where the instances keep what they remember, in files of this machine;
            `None`: in the database.
        database: The URL of the database, with its password: show `shown_database` instead. Empty
            where a part of it stands elsewhere and is not there; `database_url` says so.
        missing_database: What is not there of it.
        api_url: Where the order API answers `GET {api_url}/{id}`; `None` where there is none.
        api_deadline_seconds: How long an order may take to be readable through the API.
        api_interval_seconds: How long to wait before it is read again.
        api_token: The bearer token of the order API.
        document_retention_days: How long requests and answers are kept.
        lease_seconds: How long the owner of a lane may send without proving that it lives.
        grace_seconds: How long a worker that is told to stop waits for what is under way.
        age_limits: After how many seconds in a state an export is reported as overdue.
    """

    workflow: Path
    foreign_steps: frozenset[str] = frozenset()
    order_limit_bytes: int = 5_000_000
    inline_deadline_seconds: float = 10.0
    state_directory: Path | None
    database: str = field(repr=masked)
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
        The URL of the database, to open it: what needs none runs without its password.

        Raises:
            ConfigurationError: A part of it stands elsewhere, and is not there.
        """
        if self.missing_database is not None:
            raise ConfigurationError(self.missing_database)
        return self.database

    @property
    def shown_database(self) -> str:
        """
        The URL of the database with its password hidden, for messages.
        """
        return masked(self.database)


@frozen(kw_only=True)
class Config:
    """
    A configuration, with the workflow that it names.

    Attributes:
        path: The configuration file.
        runtime: The `[runtime]` table.
        connectors: The `[[connector]]` tables, in the file's order.
        flows: How each of these instances may be spoken to.
        workflow: What the workflow file says.
    """

    path: Path
    runtime: RuntimeSettings
    connectors: tuple[InstanceConfig, ...]
    flows: Mapping[InstanceName, Flow]
    workflow: Workflow
