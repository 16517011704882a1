"""
What a connector is given for one call.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from attrs import frozen

if TYPE_CHECKING:
    from orderferry.connectors.http import BoundClient
    from orderferry.export_result import ExportResult

__all__ = ["Context", "InstanceName", "Log", "State"]


@frozen
class InstanceName:
    """
    A configured connector.

    Attributes:
        connector: The connector's name.
        id: The instance's `ConnectorId`.
    """

    connector: str
    id: str

    def __str__(self) -> str:
        return f"{self.connector}/{self.id}"


class State(Protocol):
    """
    An instance's own memory, safe between threads and processes.
    """

    def get(self, key: str) -> str | None:
        """
        The value, or `None` where there is none.
        """

    def compare_and_set(self, key: str, expected: str | None, value: str | None) -> bool:
        """
        Set the value if it is still the expected one (`None`: there is none, or remove it).

        Returns:
            Whether it was set.
        """

    def next(self, counter: str) -> int:
        """
        The next number of a counter, from 1; never the same twice.
        """


class Log(Protocol):
    """
    A log that hides the instance's secrets. An event, and fields by name.
    """

    def debug(self, event: str, **fields: object) -> None:
        """
        For the connector's author.
        """

    def info(self, event: str, **fields: object) -> None:
        """
        What an operator may want to read.
        """

    def warning(self, event: str, **fields: object) -> None:
        """
        What an operator should read.
        """

    def error(self, event: str, **fields: object) -> None:
        """
        What an operator must read.
        """


class Context(Protocol):
    """
    One call of a connector.
    """

    @property
    def key(self) -> str:
        """
        The export's key; empty where the call is about no export.
        """

    @property
    def idempotency_key(self) -> UUID:
        """
        The same for every attempt of one export (UUIDv5 of the key).
        """

    @property
    def attempt(self) -> int:
        """
        Which attempt this is, from 1; 0 where the call is no attempt.
        """

    @property
    def now(self) -> datetime:
        """
        When this call began, in UTC.
        """

    @property
    def time_left(self) -> float:
        """
        Seconds until the call's deadline, never below 0.
        """

    @property
    def accepted(self) -> Sequence[ExportResult]:
        """
        Earlier results of this instance for this order that the target accepted, oldest first.
        """

    @property
    def http(self) -> BoundClient:
        """
        The shared HTTP client, with this call's deadline, recording and secrets.
        """

    @property
    def state(self) -> State:
        """
        The instance's own memory.
        """

    @property
    def log(self) -> Log:
        """
        A log that hides the instance's secrets.
        """

    @property
    def instance(self) -> InstanceName:
        """
        The configured instance.
        """

    def record(self, request: str | bytes, response: str | bytes | None = None) -> None:
        """
        Tell the export's timeline of a request, and of its answer where there is one already.

        For connectors with a protocol of their own: call it before a request begins (it then
        counts as begun, and what follows may have been taken), and again with the answer.
        """
