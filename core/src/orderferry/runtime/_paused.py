"""
An export whose instance's lane is paused: nobody waits for it, and nothing is sent.
"""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from orderferry.connectors import ExportState
from orderferry.errors import TransientError
from orderferry.exports import Export, Failure, Ledger, begun

__all__ = ["refuse_paused"]


def refuse_paused(ledger: Ledger, export: Export, reason: str, now: datetime) -> Export:
    """
    Fail an awaited export at once, without an attempt.

    Args:
        ledger: Where it stands.
        export: The export, `queued`.
        reason: Why its lane is paused.

    Returns:
        The export: `dead` with StopOnError, else `retrying` in its lane.
    """
    failure = Failure.of(TransientError(f"the lane of {export.key.instance} is paused: {reason}"))
    sending = begun(export, now)
    ledger.change(sending, was=export)
    if export.origin.stop_on_error:
        ends = sending.to(ExportState.DEAD, now, failure=failure, attempts=export.attempts)
    else:
        origin = evolve(export.origin, deferred=True)
        ends = sending.to(
            ExportState.RETRYING,
            now,
            failure=failure,
            attempts=export.attempts,
            due=now,
            origin=origin,
        )
    ledger.change(ends, was=sending)
    return ends
