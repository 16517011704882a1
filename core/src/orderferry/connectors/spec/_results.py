"""
Values that hooks return, other than the result of an export.
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
    The state of a finding of `check`.
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
        state: Its state at the target: `ACCEPTED`, `ACKNOWLEDGED` or `REJECTED`.
    """

    remote_ids: Mapping[str, str] = field(converter=read_only, factory=dict)
    state: ExportState = ExportState.ACCEPTED


@frozen
class Absent:
    """
    The target responded, and does not have the export.
    """


@frozen
class CannotTell:
    """
    Whether the target has the export cannot be determined.

    Attributes:
        reason: Why not, one sentence.
    """

    reason: str


@frozen
class Document:
    """
    A document as it would be sent.

    Attributes:
        content: The bytes of the body or file.
        media_type: Such as `application/json`.
        filename: The file's name at the target, if the protocol has one.
    """

    content: bytes
    media_type: str
    filename: str | None = None


@frozen
class Finding:
    """
    One finding of `check`.

    Attributes:
        what: What was checked, such as `sign in` or `may create orders`.
        state: Proven, failed, or not provable.
        detail: What the check found, and what to do if it failed.
    """

    what: str
    state: FindingState
    detail: str = ""


@frozen
class ShippedLine:
    """
    A line that was shipped.

    Attributes:
        line_item_id: The order's line.
        quantity: The shipped quantity, in the line's unit.
        code: The article, if the target names it.
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
    The outcome of an export, as the target reports it later.

    Attributes:
        export: The export's key (`context.key`), or a remote id.
        state: `ACKNOWLEDGED` or `REJECTED`.
        problems: Why the target rejected it.
        shipped: The lines that were shipped.
        tracking: Tracking numbers.
        id: The acknowledgement's own id at the target; two with the same id count once.
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
        body: The body as received, for the signature.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@frozen
class SentExport:
    """
    An export whose outcome is unknown (`find_export`).

    Attributes:
        key: The export's key, as in `context.key`.
        order: The order as it was sent.
        shipment: The shipment, or `None` for the whole order.
        properties: The step's further properties.
        requested: The time when its last request began, in UTC, or `None` if none began.
    """

    key: str
    order: Order
    shipment: Shipment | None
    properties: Properties
    requested: datetime | None = None
