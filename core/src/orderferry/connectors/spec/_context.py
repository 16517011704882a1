"""
The context of one call of a connector.
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
    The name of a configured instance.

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
    The stored state of an instance; safe to use from several threads and processes.
    """

    def get(self, key: str) -> str | None:
        """
        Return the value of a key, or `None` if it has none.
        """

    def compare_and_set(self, key: str, expected: str | None, value: str | None) -> bool:
        """
        Set the value of a key if it is still the expected one.

        Args:
            key: The key.
            expected: The value to replace; `None` for no value.
            value: The new value; `None` removes it.

        Returns:
            Whether it was set.
        """

    def next(self, counter: str) -> int:
        """
        Return the next number of a counter, from 1; never the same number twice.
        """


class Log(Protocol):
    """
    A log that hides the instance's secrets; each message is an event with named fields.
    """

    def debug(self, event: str, **fields: object) -> None:
        """
        Log an event for the developers of the connector.
        """

    def info(self, event: str, **fields: object) -> None:
        """
        Log an event that operators may want to read.
        """

    def warning(self, event: str, **fields: object) -> None:
        """
        Log an event that operators should read.
        """

    def error(self, event: str, **fields: object) -> None:
        """
        Log an event that operators must read.
        """


class Context(Protocol):
    """
    The context of one call of a connector.
    """

    @property
    def key(self) -> str:
        """
        The key of the export; empty for a call without an export.
        """

    @property
    def idempotency_key(self) -> UUID:
        """
        An id that is the same for every attempt of one export (UUIDv5 of the key).
        """

    @property
    def attempt(self) -> int:
        """
        The number of the attempt, from 1; 0 for a call that is not an attempt.
        """

    @property
    def now(self) -> datetime:
        """
        The time when this call began, in UTC.
        """

    @property
    def time_left(self) -> float:
        """
        Seconds until the deadline of the call, never below 0.
        """

    @property
    def accepted(self) -> Sequence[ExportResult]:
        """
        Earlier results of this instance for this order that the target accepted, oldest first.
        """

    @property
    def http(self) -> BoundClient:
        """
        The shared HTTP client, bound to this call: it keeps the deadline, records requests, and
        hides secrets.
        """

    @property
    def state(self) -> State:
        """
        The stored state of the instance.
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
        Record a request of a protocol other than HTTP, and its response, in the export's timeline.

        Call it before a request begins, and again with the response. From the first call on, the
        request counts as begun: the target may have accepted it.

        Args:
            request: The request; bytes that are not UTF-8 text are shown by their length.
            response: Its response, or `None` before the request begins.
        """
