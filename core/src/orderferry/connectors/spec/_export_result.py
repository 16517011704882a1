"""
The result of an export.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from attrs import field, frozen

from orderferry.connectors.spec._export_state import ExportState
from orderferry.errors import Problem

__all__ = ["ExportResult", "problem_tuple", "read_only"]


def read_only(ids: Mapping[str, str]) -> Mapping[str, str]:
    """
    A copy of ids that nobody can change.
    """
    return MappingProxyType(dict(ids))


def problem_tuple(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """
    Problems as a value has them.
    """
    return tuple(problems)


@frozen
class ExportResult:
    """
    The other side's answer to one export, or to one part of a split export.

    Attributes:
        remote_ids: The target's own ids, by kind: `{"order": "4711"}`.
        message: One sentence for people.
        state: `ACCEPTED`, `ACKNOWLEDGED` where the answer is final already, or `REJECTED`.
        problems: What the target refused, for a rejected part.
        shipment_id: The shipment that this part is about, or `None` for the whole order.
        link: An address under which a person finds the order at the target.
    """

    remote_ids: Mapping[str, str] = field(converter=read_only, factory=dict)
    message: str = ""
    state: ExportState = ExportState.ACCEPTED
    problems: tuple[Problem, ...] = field(converter=problem_tuple, default=())
    shipment_id: str | None = None
    link: str | None = None
