"""
The result of an export: its state, the target's ids, and what is wrong with the order.

An error of `orderferry.errors` may have results, and a result has problems, so both are below the
errors. Connectors and hosts import them as `orderferry.ExportResult`, `orderferry.ExportState` and
`orderferry.errors.Problem`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from attrs import field as attribute
from attrs import frozen

__all__ = ["ExportResult", "ExportState", "Problem", "problem_tuple", "read_only"]


class ExportState(StrEnum):
    """
    What is known of an export.
    """

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    RETRYING = "retrying"
    UNKNOWN = "unknown"
    DEAD = "dead"
    SKIPPED = "skipped"


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


@frozen(kw_only=True)
class Problem:
    """
    One thing that is wrong with an order, for an operator to correct.

    Attributes:
        line_item_id: The line it is about, or `None` for the order's head.
        field: The field's name, as the target or the order names it.
        value: The invalid value, as text.
        cause: Why the value is invalid.
        remedy: What to do.
        code: The target's own code for the problem.
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


def read_only(ids: Mapping[str, str]) -> Mapping[str, str]:
    """
    Copy ids into a read-only mapping.
    """
    return MappingProxyType(dict(ids))


def problem_tuple(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """
    Copy problems into a tuple.
    """
    return tuple(problems)


@frozen
class ExportResult:
    """
    The target's response to one export, or to one part of a split export.

    Attributes:
        remote_ids: The target's own ids, by kind: `{"order": "4711"}`.
        message: One sentence for people.
        state: `ACCEPTED`, `ACKNOWLEDGED` if the response is final already, or `REJECTED`.
        problems: Why the target rejected the order, for a rejected part.
        shipment_id: The shipment that this part is about, or `None` for the whole order.
        link: An address under which an operator finds the order at the target.
    """

    remote_ids: Mapping[str, str] = attribute(converter=read_only, factory=dict)
    message: str = ""
    state: ExportState = ExportState.ACCEPTED
    problems: tuple[Problem, ...] = attribute(converter=problem_tuple, default=())
    shipment_id: str | None = None
    link: str | None = None
