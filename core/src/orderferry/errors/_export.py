"""
What an export fails with: the errors that connectors raise.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from attrs import field as attribute
from attrs import frozen

from orderferry.errors._root import OrderferryError

if TYPE_CHECKING:
    from orderferry.connectors import ExportResult


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


@frozen(kw_only=True)
class Problem:
    """
    One thing that is wrong with an order, for an operator to correct.

    Attributes:
        line_item_id: The line it is about, or `None` for the order's head.
        field: The field's name, as the target or the order names it.
        value: The value that was refused, as text.
        cause: Why it was refused.
        remedy: What to do.
        code: The target's own code of the fault.
    """

    cause: str
    line_item_id: str | None = None
    field: str | None = None
    value: str | None = attribute(default=None, converter=_as_text)
    remedy: str | None = None
    code: str | None = None

    def __str__(self) -> str:
        where = [f"line {self.line_item_id}"] if self.line_item_id is not None else []
        if self.field is not None:
            value = "" if self.value is None else f" {self.value!r}"
            where.append(f"{self.field}{value}")
        place = ", ".join(where)
        text = f"{place}: {self.cause}" if place else self.cause
        return f"{text}; {self.remedy}" if self.remedy else text


class ExportError(OrderferryError):
    """
    An export that failed. Connectors raise its subclasses.

    Attributes:
        problems: What is wrong, one `Problem` each.
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
    A failure that may pass; the target accepted nothing, and the export is tried again.
    """


class ThrottledError(TransientError):
    """
    The target asks to wait before anything more is sent.

    Attributes:
        retry_after: Seconds to wait, or `None` where the target did not say.
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
    The order cannot be sent as it is; found before anything left the process.
    """


class RejectedError(ExportError):
    """
    The target received the order, and rejected it.
    """


class UnknownOutcomeError(ExportError):
    """
    The target may have the order: it was sent, and no answer came back.
    """


class ConnectorError(ExportError):
    """
    The connector broke its contract: it raised something else, or returned what is no result.
    """
