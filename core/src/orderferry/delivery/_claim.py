"""
A claim of a lane: what it sends, how it is returned unsent, and whether its order can be read yet.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from attrs import frozen

from orderferry.connectors import ExportResult, ExportState
from orderferry.errors import TransientError
from orderferry.exports import Export, Failure
from orderferry.orders import read_stored
from orderferry.storage import ExportUpdate, OrderHead

__all__ = ["Claim", "OrderReadback", "return_unsent"]


@frozen(kw_only=True)
class Claim:
    """
    An export that a lane has to send, or to ask the target about.

    Attributes:
        export: The export: `sending` if it has to be sent, `unknown` if the target is asked.
        was: The export before it was claimed.
        accepted: Earlier accepted results of the instance for the order.
        rows: If the target is asked, all exports of the order, without what they send.
        content: The order that it sends, as JSON, if it is not parsed yet.
        head: The order's stored head, or `None` if the order is not stored.
    """

    export: Export
    was: Export
    accepted: tuple[ExportResult, ...] = ()
    rows: tuple[Export, ...] = ()
    content: str | None = None
    head: OrderHead | None = None

    def read_export(self) -> Export:
        """
        Return the export with the order that it sends.
        """
        if self.content is None:
            return self.export
        return self.export.with_order(read_stored(self.content))


def return_unsent(claim: Claim, now: datetime) -> ExportUpdate:
    """
    Undo a claim that no sender has begun: the export is as before, and no attempt is counted.
    """
    if claim.export.state is ExportState.UNKNOWN:
        return ExportUpdate(export=claim.was, was=claim.export)
    before = claim.export.to(
        claim.was.state,
        now,
        attempts=claim.was.attempts,
        due=claim.was.due,
        reason=claim.was.reason,
    )
    return ExportUpdate(export=before, was=claim.export)


@frozen(kw_only=True)
class OrderReadback:
    """
    Reads the order back before an export with `RunAfterOrderIsSaved` is sent.

    Attributes:
        api: Asks the order API of the host: returns why the order of an export cannot be read
            there yet, or `None` if it can. Without an API, the head that the claim has read
            counts: the lane's connection reads only what others have committed.
        deadline: Seconds since the export was created, after which the attempt fails.
        interval: Seconds between two reads.
    """

    api: Callable[[Export], str | None] | None = None
    deadline: float = 60.0
    interval: float = 1.0

    def check(self, export: Export, head: OrderHead | None) -> str | None:
        """
        Return why the order of an export cannot be read yet, or `None` if it can.

        Args:
            export: The export, with the order that it sends.
            head: The order's head as the claim has read it.
        """
        if not export.origin.after_save or export.state is not ExportState.SENDING:
            return None
        return _check_head(export, head) if self.api is None else self.api(export)

    def postpone(self, claim: Claim, reason: str, now: datetime) -> ExportUpdate:
        """
        Return a claim whose order cannot be read, or fail its attempt after the deadline.
        """
        sending, was = claim.export, claim.was
        due = now + timedelta(seconds=self.interval)
        if now < was.since + timedelta(seconds=self.deadline):
            before = sending.to(was.state, now, attempts=was.attempts, due=due, reason=reason)
            return ExportUpdate(export=before, was=sending)
        error = TransientError(f"{reason}; nothing was sent")
        failed = sending.to(
            ExportState.RETRYING, now, failure=Failure.of(error), due=due, reason=reason
        )
        return ExportUpdate(export=failed, was=sending, began=now)


def _check_head(export: Export, head: OrderHead | None) -> str | None:
    key = export.key
    text = f"order {key.order_id} is not available through the API at version {key.version}"
    if head is None:
        return text
    needed = export.order.version_id
    if needed is None:
        return None
    stored = None if head.version is None else int(head.version)
    return None if stored is not None and stored >= int(needed) else text
