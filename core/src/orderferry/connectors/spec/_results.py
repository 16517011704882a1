"""
What a connector answers, beside the result of an export.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from attrs import field, frozen

from orderferry.connectors.spec._properties import Properties
from orderferry.export_result import ExportState, Problem, problem_tuple, read_only
from orderferry.orders import Order, Shipment

__all__ = [
    "Absent",
    "Acknowledgement",
    "CannotTell",
    "Document",
    "Finding",
    "FindingState",
    "Found",
    "PushedRequest",
    "SentExport",
    "ShippedLine",
]


class FindingState(StrEnum):
    """
    How far a finding of `check` is shown.
    """

    PROVEN = "proven"
    FAILED = "failed"
    NOT_PROVABLE = "not provable"


@frozen
class Found:
    """
    The target has the export already.

    Attributes:
        remote_ids: The target's own ids, by kind.
        state: What the target made of it: `ACCEPTED`, `ACKNOWLEDGED` or `REJECTED`.
    """

    remote_ids: Mapping[str, str] = field(converter=read_only, factory=dict)
    state: ExportState = ExportState.ACCEPTED


@frozen
class Absent:
    """
    The target answered, and does not have the export.
    """


@frozen
class CannotTell:
    """
    Whether the target has the export cannot be told.

    Attributes:
        reason: Why not, one sentence.
    """

    reason: str


@frozen
class Document:
    """
    What would be sent.

    Attributes:
        content: The very bytes of the body or file.
        media_type: Such as `application/json`.
        filename: The file's name at the target, where the protocol has one.
    """

    content: bytes
    media_type: str
    filename: str | None = None


@frozen
class Finding:
    """
    One point of `check`.

    Attributes:
        what: The point, such as `sign in` or `may create orders`.
        state: Proven, failed, or not provable.
        detail: What was seen, and what to do where it failed.
    """

    what: str
    state: FindingState
    detail: str = ""


@frozen
class ShippedLine:
    """
    A line that left the warehouse.

    Attributes:
        line_item_id: The order's line.
        quantity: How many left, in the line's unit.
        code: The article, where the target names it.
    """

    line_item_id: str
    quantity: Decimal
    code: str | None = None


def _lines(lines: Iterable[ShippedLine]) -> tuple[ShippedLine, ...]:
    return tuple(lines)


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(texts)


@frozen
class Acknowledgement:
    """
    What became of an export, told later by the other side.

    Attributes:
        export: The export's key (`context.key`), or a remote id.
        state: `ACKNOWLEDGED` or `REJECTED`.
        problems: What was refused.
        shipped: The lines that left.
        tracking: Tracking numbers.
        id: The acknowledgement's own id at the target, so that reading it twice counts once.
    """

    export: str
    state: ExportState
    problems: tuple[Problem, ...] = field(converter=problem_tuple, default=())
    shipped: tuple[ShippedLine, ...] = field(converter=_lines, default=())
    tracking: tuple[str, ...] = field(converter=_texts, default=())
    id: str | None = None


@frozen
class PushedRequest:
    """
    A request that the target sent to this host.

    Attributes:
        method: The HTTP method, in capitals.
        path: The path below the instance's own address, with its query.
        headers: Header fields by lower-case name.
        body: The body as it came, for the signature.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@frozen
class SentExport:
    """
    An export whose outcome is asked for (`find_export`).

    Attributes:
        key: The export's key, as in `context.key`.
        order: The order as it was sent.
        shipment: The shipment, where the export is one shipment's.
        properties: The step's further properties.
        requested: When its last request began, in UTC, or `None` where none began.
    """

    key: str
    order: Order
    shipment: Shipment | None
    properties: Properties
    requested: datetime | None = None
