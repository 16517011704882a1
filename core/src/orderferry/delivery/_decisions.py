"""
Decisions of a lane: when an export is due again, and when the lane pauses.

All are functions of rows and times, without a database or a clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from attrs import evolve, frozen

from orderferry.connectors import Absent, CannotTell, ExportState, Found
from orderferry.delivery._flow import Flow
from orderferry.exports import MARGIN_SECONDS, Backoff, Export, Failure, FailureKind, settled_by

__all__ = [
    "Pause",
    "PauseCause",
    "after_asking",
    "after_attempt",
    "after_unknown",
    "begin_asking",
    "pause_after",
    "recover_interrupted",
]


class PauseCause(StrEnum):
    """
    Why a lane is paused.
    """

    PERSON = "person"
    AUTHENTICATION = "authentication"
    BREAKER = "breaker"
    THROTTLED = "throttled"


@frozen(kw_only=True)
class Pause:
    """
    A pause of a lane: it sends nothing until a time, and then tries one export.

    Attributes:
        cause: Why the lane is paused.
        reason: The message for operators.
        until: When the lane tries one export, in UTC; `None` if an operator has to resume it.
    """

    cause: PauseCause
    reason: str
    until: datetime | None


def after_attempt(
    export: Export, flow: Flow, *, retry_after: float | None, now: datetime, backoff: Backoff
) -> Export:
    """
    Return an export after an attempt of a lane, with the time of its next attempt.

    The first failure after the deadline ends the export; one attempt is made at the deadline.
    Failed authentication pauses the lane, and ends no export.

    Args:
        export: The export with the state that the attempt led to.
        flow: The lane's flow control.
        retry_after: Seconds that the target asked to wait.
        now: The time, in UTC.
        backoff: The waits between attempts.
    """
    if export.state is ExportState.UNKNOWN:
        return evolve(export, due=now)
    if export.state is not ExportState.RETRYING:
        return export if export.due is None else evolve(export, due=None)
    signed_in = export.failure is None or export.failure.kind is not FailureKind.AUTHENTICATION
    ends = _deadline(export, flow)
    if signed_in and now >= ends:
        state = ExportState.UNKNOWN if export.unsettled else ExportState.DEAD
        return export.to(state, now, due=None)
    if retry_after is not None:
        return evolve(export, due=now + timedelta(seconds=retry_after))
    due = now + timedelta(seconds=backoff.after(export.attempts))
    return evolve(export, due=min(due, ends) if now < ends else due)


def _deadline(export: Export, flow: Flow) -> datetime:
    return export.since + timedelta(seconds=flow.deadline)


def after_unknown(
    export: Export, flow: Flow, *, asks: bool, idempotent: bool, now: datetime, backoff: Backoff
) -> Export:
    """
    Return an export of unknown outcome with what happens next.

    The target is asked about it, it is sent again under the same key, or an operator decides.

    Args:
        export: The export, `unknown`.
        flow: The lane's flow control.
        asks: Whether the connector offers `find_export`.
        idempotent: Whether its target discards duplicates of one key.
        now: The time, in UTC.
        backoff: The waits between attempts.
    """
    if asks:
        return evolve(export, due=now)
    ends = _deadline(export, flow)
    if idempotent and now < ends:
        due = now + timedelta(seconds=backoff.after(export.attempts))
        return export.to(ExportState.RETRYING, now, due=min(due, ends))
    return evolve(export, due=None)


def recover_interrupted(
    export: Export, *, asks: bool, idempotent: bool, free: datetime, flow: Flow, now: datetime
) -> Export:
    """
    Return an export that the previous owner of a lane left `sending`.

    The export may have waited for a thread after it was claimed, so the claim's time is only the
    earliest at which it may have been sent. The request is assumed to have begun at the last time
    at which the previous owner could send.

    Args:
        export: The export, `sending`.
        asks: Whether the connector offers `find_export`.
        idempotent: Whether its target discards duplicates of one key.
        free: When the lease of the previous owner ends, in UTC; nothing is asked or sent before.
        flow: The lane's flow control.
        now: The time, in UTC.
    """
    failure = Failure(
        type=FailureKind.UNKNOWN_OUTCOME,
        message="the worker was interrupted while the export was in flight; it may have been sent",
    )
    free = max(free, now)
    unknown = export.to(
        ExportState.UNKNOWN,
        now,
        unsettled=True,
        failure=failure,
        due=free if asks else None,
        settles=free + timedelta(seconds=flow.timeout + MARGIN_SECONDS),
    )
    if asks or not idempotent:
        return unknown
    return unknown.to(ExportState.RETRYING, now, due=free)


def begin_asking(export: Export, flow: Flow, now: datetime) -> Export:
    """
    Return an export of unknown outcome that is not due while the target is asked about it.

    Otherwise the target could be asked twice at once, and the older answer replace the newer.
    """
    return evolve(export, due=now + timedelta(seconds=flow.timeout + MARGIN_SECONDS))


def after_asking(
    export: Export,
    answer: Found | Absent | CannotTell,
    flow: Flow,
    now: datetime,
    *,
    repeats: Backoff | None = None,
) -> Export:
    """
    Return an export of unknown outcome after the target was asked about it.

    The target is asked again at growing intervals until the export's deadline; then the export
    stays `unknown` until an operator decides. If its failure has already cancelled the workflow,
    it is not sent again.

    Args:
        export: The export, `unknown`.
        answer: The result of `find_export`.
        flow: The lane's flow control.
        now: The time, in UTC.
        repeats: The waits before it is sent again after `CannotTell`, if its target discards
            duplicates of one key; otherwise `None`.
    """
    if isinstance(answer, Found):
        settled = settled_by(export, answer, now)
        if settled is not None:
            return settled
    if isinstance(answer, Absent):
        if export.settles is None or now >= export.settles:
            state = ExportState.DEAD if export.origin.cancelled else ExportState.RETRYING
            due = None if export.origin.cancelled else now
            return export.to(state, now, unsettled=False, due=due, reason="absent at the target")
        soon = min(_next_question(export, flow, now), export.settles)
        return evolve(export, due=soon, reason="absent, but it may still arrive")
    if isinstance(answer, CannotTell) and repeats is not None and not export.origin.cancelled:
        export = evolve(export, reason=answer.reason)
        return after_unknown(export, flow, asks=False, idempotent=True, now=now, backoff=repeats)
    reason = (
        answer.reason
        if isinstance(answer, CannotTell)
        else f"find_export returned Found with the invalid state {answer.state}"
    )
    is_over = now >= _deadline(export, flow)
    return evolve(export, due=None if is_over else _next_question(export, flow, now), reason=reason)


def _next_question(export: Export, flow: Flow, now: datetime) -> datetime:
    """
    Return when the target is asked again: after half the time for which the outcome was unknown.

    The wait is at least the first and at most the longest wait of the flow control.
    """
    since = (now - export.changed).total_seconds()
    return now + timedelta(seconds=min(max(since / 2, flow.first), flow.most))


def pause_after(
    export: Export, flow: Flow, *, retry_after: float | None, failures: int, now: datetime
) -> Pause | None:
    """
    Return the pause that an attempt causes, or `None`.

    Args:
        export: The export with the attempt's failure.
        flow: The lane's flow control.
        retry_after: Seconds that the target asked to wait.
        failures: Transient failures in a row, including this one.
        now: The time, in UTC.
    """
    failure = export.failure
    if failure is None:
        return None
    end = now + timedelta(seconds=flow.cooldown)
    if failure.kind is FailureKind.AUTHENTICATION:
        return Pause(cause=PauseCause.AUTHENTICATION, reason=failure.message, until=end)
    if failure.kind is FailureKind.THROTTLED:
        until = end if retry_after is None else now + timedelta(seconds=retry_after)
        return Pause(cause=PauseCause.THROTTLED, reason=failure.message, until=until)
    if failure.kind is FailureKind.TRANSIENT and failures >= flow.breaker:
        reason = f"{failures} transient failures in a row; last: {failure.message}"
        return Pause(cause=PauseCause.BREAKER, reason=reason, until=end)
    return None
