"""
Errors of an export, which connectors raise.
"""

from __future__ import annotations

from collections.abc import Iterable

from orderferry.errors._root import OrderferryError
from orderferry.export_result import ExportResult, Problem


class ExportError(OrderferryError):
    """
    An export that failed. Connectors raise its subclasses.

    Attributes:
        problems: What is wrong with the order, one `Problem` each.
        accepted: The parts of a split order that the target had accepted before the failure. They
            are kept, and the next attempt has them in `context.accepted`.
    """

    def __init__(
        self,
        message: str,
        *,
        problems: Iterable[Problem] = (),
        accepted: Iterable[ExportResult] = (),
    ) -> None:
        super().__init__(message)
        self.problems = tuple(problems)
        self.accepted = tuple(accepted)


class TransientError(ExportError):
    """
    A temporary failure: the target accepted nothing, and the export is tried again.
    """


class ThrottledError(TransientError):
    """
    The target asks to wait before anything more is sent.

    Attributes:
        retry_after: Seconds to wait, or `None` if the target names no time.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        problems: Iterable[Problem] = (),
        accepted: Iterable[ExportResult] = (),
    ) -> None:
        super().__init__(message, problems=problems, accepted=accepted)
        self.retry_after = retry_after


class AuthenticationError(ExportError):
    """
    Authentication with the target failed: the lane is paused, and the attempt is not counted.
    """


class InvalidOrderError(ExportError):
    """
    The order is invalid, and was not sent.
    """


class RejectedError(ExportError):
    """
    The target received the order, and rejected it.
    """


class UnknownOutcomeError(ExportError):
    """
    The outcome is unknown: the order was sent, and no response was received.
    """


class ConnectorError(ExportError):
    """
    The connector broke its contract: it raised another exception, or returned an invalid result.
    """
