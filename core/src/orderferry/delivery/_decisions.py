"""
What a lane decides: functions of rows and time.
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
    "asking",
    "interrupted",
    "pause_after",
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
    A lane sends nothing until a time, and then one export to see.

    Attributes:
        until: When it tries one; `None` where a person resumes it.
    """

    cause: PauseCause
    reason: str
    until: datetime | None


def after_attempt(
    export: Export, flow: Flow, *, retry_after: float | None, now: datetime, backoff: Backoff
) -> Export:
    """
    An export after an attempt of a lane: when it is tried or asked about again, or that it is over.

    The deadline ends it with the first failure after it; one try is made when it comes. A failed
    sign-in is the lane's trouble, and ends no export.

    Args:
        export: The export with the state that the answer led to.
        retry_after: Seconds that the target asked to wait.
    """
    if export.state is ExportState.UNKNOWN:
        return evolve(export, due=now)
    if export.state is not ExportState.RETRYING:
        return export if export.due is None else evolve(export, due=None)
    signed_in = export.failure is None or export.failure.kind is not FailureKind.AUTHENTICATION
    ends = _ends(export, flow)
    if signed_in and now >= ends:
        state = ExportState.UNKNOWN if export.unsettled else ExportState.DEAD
        return export.to(state, now, due=None)
    if retry_after is not None:
        return evolve(export, due=now + timedelta(seconds=retry_after))
    due = now + timedelta(seconds=backoff.after(export.attempts))
    return evolve(export, due=min(due, ends) if now < ends else due)


def _ends(export: Export, flow: Flow) -> datetime:
    return export.since + timedelta(seconds=flow.deadline)


def after_unknown(
    export: Export, flow: Flow, *, asks: bool, idempotent: bool, now: datetime, backoff: Backoff
) -> Export:
    """
    An export whose outcome is unknown: asked about, sent again under the same key, or a person's.

    Args:
        asks: Whether the connector offers `find_export`.
        idempotent: Whether its target drops repeats of one key.
    """
    if asks:
        return evolve(export, due=now)
    ends = _ends(export, flow)
    if idempotent and now < ends:
        due = now + timedelta(seconds=backoff.after(export.attempts))
        return export.to(ExportState.RETRYING, now, due=min(due, ends))
    return evolve(export, due=None)


def interrupted(
    export: Export, *, asks: bool, idempotent: bool, free: datetime, flow: Flow, now: datetime
) -> Export:
    """
    An export that was found `sending` under a fence that is no longer alive.

    Its claim says when it might have been sent at the earliest: it may have waited for a thread.
    So its request is taken to have begun when the former owner could last send.

    Args:
        asks: Whether the connector offers `find_export`.
        idempotent: Whether its target drops repeats of one key.
        free: When the lease of the former owner has ended: nothing is asked or sent before.
    """
    failure = Failure(
        type=FailureKind.UNKNOWN_OUTCOME,
        message="the worker was interrupted while the export was under way; it may have been sent",
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


def asking(export: Export, flow: Flow, now: datetime) -> Export:
    """
    An export of unknown outcome while the target is asked about it: not due until that has ended.

    Else it would be asked about twice at once, and the older answer could undo the newer.
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
    An export of unknown outcome after the target was asked about it.

    It is asked again until its deadline, ever more seldom; then it stays `unknown`, for a person.
    Where its failure has cancelled the workflow already, it is not sent again.

    Args:
        repeats: The waits before it is sent again, where its target drops repeats of one key and
            so need not be able to tell.
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
        soon = min(_asked_next(export, flow, now), export.settles)
        return evolve(export, due=soon, reason="absent, but it may still arrive")
    if isinstance(answer, CannotTell) and repeats is not None and not export.origin.cancelled:
        export = evolve(export, reason=answer.reason)
        return after_unknown(export, flow, asks=False, idempotent=True, now=now, backoff=repeats)
    reason = (
        answer.reason
        if isinstance(answer, CannotTell)
        else f"find_export answered with the state {answer.state}, which is none of a found export"
    )
    over = now >= _ends(export, flow)
    return evolve(export, due=None if over else _asked_next(export, flow, now), reason=reason)


def _asked_next(export: Export, flow: Flow, now: datetime) -> datetime:
    """
    Half as long again as it has been unknown, from the first wait to the longest.
    """
    since = (now - export.changed).total_seconds()
    return now + timedelta(seconds=min(max(since / 2, flow.first), flow.most))


def pause_after(
    export: Export, flow: Flow, *, retry_after: float | None, failures: int, now: datetime
) -> Pause | None:
    """
    Whether an attempt pauses its lane.

    Args:
        export: The export with the attempt's failure.
        retry_after: Seconds that the target asked to wait.
        failures: Transient failures in a row, this one among them.
    """
    failure = export.failure
    if failure is None:
        return None
    cooled = now + timedelta(seconds=flow.cooldown)
    if failure.kind is FailureKind.AUTHENTICATION:
        return Pause(cause=PauseCause.AUTHENTICATION, reason=failure.message, until=cooled)
    if failure.kind is FailureKind.THROTTLED:
        until = cooled if retry_after is None else now + timedelta(seconds=retry_after)
        return Pause(cause=PauseCause.THROTTLED, reason=failure.message, until=until)
    if failure.kind is FailureKind.TRANSIENT and failures >= flow.breaker:
        reason = f"{failures} transient failures in a row, the last: {failure.message}"
        return Pause(cause=PauseCause.BREAKER, reason=reason, until=cooled)
    return None
