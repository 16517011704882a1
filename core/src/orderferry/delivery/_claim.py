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
from orderferry.orders import read_kept
from orderferry.storage import OrderHead, Recorded

__all__ = ["Claimed", "Readable", "given_back"]


@frozen(kw_only=True)
class Claimed:
    """
    An export that a lane is to send, or to ask about.

    Attributes:
        export: The export, `sending` where it is to be sent, `unknown` where it is asked about.
        was: The export before it was claimed.
        accepted: Earlier accepted results of the instance for the order.
        rows: Where it is asked about, all exports of the order, without what they send.
        content: What it sends, where that is not read yet.
        head: Its order as it is stored, or `None` where there is none.
    """

    export: Export
    was: Export
    accepted: tuple[ExportResult, ...] = ()
    rows: tuple[Export, ...] = ()
    content: str | None = None
    head: OrderHead | None = None

    def whole(self) -> Export:
        """
        The export with the order that it sends.
        """
        if self.content is None:
            return self.export
        return self.export.with_order(read_kept(self.content))


def given_back(claimed: Claimed, now: datetime) -> Recorded:
    """
    A claim that was not begun: the export is as it was before, and the attempt does not count.
    """
    if claimed.export.state is ExportState.UNKNOWN:
        return Recorded(export=claimed.was, was=claimed.export)
    before = claimed.export.to(
        claimed.was.state,
        now,
        attempts=claimed.was.attempts,
        due=claimed.was.due,
        reason=claimed.was.reason,
    )
    return Recorded(export=before, was=claimed.export)


@frozen(kw_only=True)
class Readable:
    """
    The read that must succeed before an export with `RunAfterOrderIsSaved` is sent.

    Attributes:
        api: Asks the order API of the host: why the order of an export cannot be read there yet,
            or `None` where it can. Without one, what the claim has read counts: it reads on the
            lane's connection what others have committed.
        deadline: Seconds from an export's making after which its attempt fails.
        interval: Seconds between two reads.
    """

    api: Callable[[Export], str | None] | None = None
    deadline: float = 60.0
    interval: float = 1.0

    def reason(self, export: Export, head: OrderHead | None) -> str | None:
        """
        Why the order of an export cannot be read yet, or `None` where it can.

        Args:
            head: The order as the claim has read it.
        """
        if not export.origin.after_save or export.state is not ExportState.SENDING:
            return None
        return _missing(export, head) if self.api is None else self.api(export)

    def later(self, claimed: Claimed, reason: str, now: datetime) -> Recorded:
        """
        A claim whose order cannot be read: given back, or failed once its deadline has passed.
        """
        sending, was = claimed.export, claimed.was
        due = now + timedelta(seconds=self.interval)
        if now < was.since + timedelta(seconds=self.deadline):
            back = sending.to(was.state, now, attempts=was.attempts, due=due, reason=reason)
            return Recorded(export=back, was=sending)
        error = TransientError(f"{reason}; nothing was sent")
        failed = sending.to(
            ExportState.RETRYING, now, failure=Failure.of(error), due=due, reason=reason
        )
        return Recorded(export=failed, was=sending, began=now)


def _missing(export: Export, head: OrderHead | None) -> str | None:
    key = export.key
    text = f"order {key.order_id} is not available through the API at version {key.version}"
    if head is None:
        return text
    wanted = export.order.version_id
    if wanted is None:
        return None
    there = None if head.version is None else int(head.version)
    return None if there is not None and there >= int(wanted) else text
