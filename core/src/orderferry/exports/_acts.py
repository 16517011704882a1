"""
What a person may decide about an export: functions of the row and the decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import evolve, field, frozen

from orderferry.connectors import ExportResult, ExportState
from orderferry.errors import UsageError
from orderferry.exports._changes import AddEvent, OrderChange
from orderferry.exports._consequences import consequences, event_of
from orderferry.exports._export import RECEIVED, Export, Origin, SkipCause
from orderferry.exports._intents import new_export

__all__ = [
    "Act",
    "act_changes",
    "cancel",
    "export_again",
    "give_up",
    "reason_not_to_resend",
    "record_accepted",
    "record_not_received",
    "retry",
]

_FINISHED_BADLY = (ExportState.REJECTED, ExportState.DEAD)
_UNFINISHED = (ExportState.QUEUED, ExportState.SENDING, ExportState.RETRYING)


def _given(act: Act, attribute: object, value: str) -> None:
    if not value.strip():
        raise UsageError("a person's act needs a reason and a user, and one of them is empty")


@frozen(kw_only=True)
class Act:
    """
    Who decides, and why; both stand in the order's history.

    Attributes:
        user: Who decides.
        reason: Why.

    Raises:
        UsageError: One of them is empty.
    """

    user: str = field(validator=_given)
    reason: str = field(validator=_given)

    def describe(self, what: str) -> str:
        """
        The act as a clause: `retried by ann: the target is mended`.
        """
        return f"{what} by {self.user}: {self.reason}"


def reason_not_to_resend(export: Export) -> str | None:
    """
    Why the target may already have what an export sends, or `None` where it cannot.
    """
    ids = ", ".join(f"{kind} {value}" for kind, value in export.remote_ids.items())
    known = f" ({ids})" if ids else ""
    if export.state in RECEIVED or export.skip is SkipCause.ACCEPTED:
        return f"{export.key.reference} has order {export.key.order_id} already{known}"
    if export.accepted_parts:
        return f"{export.key.reference} has a part of order {export.key.order_id} already{known}"
    if export.unsettled or export.state is ExportState.UNKNOWN:
        return (
            f"{export.key.reference} may have order {export.key.order_id}: nobody knows what became"
            f" of export {export.key.id}"
        )
    return None


def retry(export: Export, act: Act, now: datetime) -> Export:
    """
    A rejected or dead export, back in the queue: the same row, and its attempts go on counting.

    Raises:
        UsageError: It is in another state, or some of it may have been taken.
    """
    if export.state not in _FINISHED_BADLY:
        remedy = {
            ExportState.UNKNOWN: "settle it with `orderferry exports resolve`",
            ExportState.ACCEPTED: _again(export),
            ExportState.ACKNOWLEDGED: _again(export),
            ExportState.SKIPPED: _again(export),
        }.get(export.state, "it goes on by itself")
        raise _refused(export, f"only rejected and dead exports are retried; {remedy}")
    why = reason_not_to_resend(export)
    if why is not None:
        raise _refused(export, f"{why}, so it is not sent again as it is; {_again(export)}")
    return export.to(
        ExportState.QUEUED,
        now,
        origin=_by(export, act, now),
        reason=act.describe("retried"),
        due=None,
    )


def record_not_received(export: Export, act: Act, now: datetime, *, resend: bool = False) -> Export:
    """
    An export of unknown outcome that was not taken, as a person says: it is sent again.

    Where its failure has cancelled the workflow it ends `dead`, so that nothing is exported behind
    the workflow's back.

    Args:
        resend: The person wants it sent in any case.

    Raises:
        UsageError: Its outcome is not unknown.
    """
    _must_be_unknown(export)
    if export.origin.cancelled and not resend:
        reason = act.describe("not taken, and its workflow was cancelled; settled")
        return export.to(ExportState.DEAD, now, unsettled=False, due=None, reason=reason)
    return export.to(
        ExportState.RETRYING,
        now,
        origin=_by(export, act, now),
        unsettled=False,
        due=now,
        reason=act.describe("not taken; settled"),
    )


def record_accepted(
    export: Export, remote_ids: Mapping[str, str], act: Act, now: datetime
) -> Export:
    """
    An export of unknown outcome that was taken, as a person says.

    Args:
        remote_ids: The target's ids by kind, at least one.

    Raises:
        UsageError: Its outcome is not unknown, or there is no id.
    """
    _must_be_unknown(export)
    if not remote_ids:
        raise UsageError("an export that was taken has an id at the target: name it")
    result = ExportResult(
        remote_ids=remote_ids, message=act.describe("settled"), shipment_id=export.key.shipment_id
    )
    return export.to(
        ExportState.ACCEPTED,
        now,
        results=(*export.accepted_parts, result),
        failure=None,
        unsettled=False,
        due=None,
        reason=None,
    )


def give_up(export: Export, act: Act, now: datetime) -> Export:
    """
    An export of unknown outcome that nobody will settle.

    Raises:
        UsageError: Its outcome is not unknown.
    """
    _must_be_unknown(export)
    return _skipped(export, act.describe("given up"), now)


def cancel(export: Export, act: Act, now: datetime) -> Export:
    """
    An export that is not to be sent.

    Raises:
        UsageError: It is not waiting to be sent.
    """
    if export.state not in (ExportState.QUEUED, ExportState.RETRYING):
        remedy = "wait until its attempt has ended"
        if export.state is ExportState.UNKNOWN:
            remedy = "give it up with `orderferry exports resolve --give-up`"
        elif export.state is not ExportState.SENDING:
            remedy = "what the target has is cancelled there with `orderferry cancel`"
        raise _refused(export, f"only queued and retrying exports are cancelled; {remedy}")
    return _skipped(export, act.describe("cancelled"), now)


def export_again(last: Export, act: Act, now: datetime) -> Export:
    """
    A new export of what an earlier one sent, under the next generation of its key.

    Nothing of the workflow that made the first follows it, but the status that its failure sets.

    Args:
        last: The last generation.

    Raises:
        UsageError: It is not finished, or can be retried as it is.
    """
    if last.state in _UNFINISHED:
        raise _refused(last, "it is not finished; wait for it, or cancel it first")
    if last.state in _FINISHED_BADLY and reason_not_to_resend(last) is None:
        raise _refused(
            last, f"nothing of it was taken; `orderferry exports retry {last.key.id}` tries again"
        )
    return new_export(
        last.key.again(),
        last.order,
        origin=evolve(_by(last, act, None), stop_on_error=False),
        now=now,
        properties=last.properties,
        reason=act.describe(f"export {last.key.id} made again"),
    )


def act_changes(before: Export | None, after: Export, act: Act) -> tuple[OrderChange, ...]:
    """
    What an act means for the order: an event that names the person, and errors set or cleared.

    Args:
        before: The export before; `None` where the act made it.
        after: The export as it is now.
    """
    said = after.reason or act.describe("settled")
    event = evolve(
        event_of(after if before is None else before, after),
        category="Exported",
        message=f"{after.key.operation} to {after.key.reference} is {after.state}: {said}",
        user=act.user,
        is_error=False,
        attempt=None,
        duration_ms=None,
    )
    if before is None:
        return (AddEvent(evolve(event, previous_state=None)),)
    others = (each for each in consequences([(before, after)]) if not isinstance(each, AddEvent))
    return (AddEvent(event), *others)


def _by(export: Export, act: Act, again: datetime | None) -> Origin:
    return evolve(
        export.origin,
        deferred=True,
        cancelled=False,
        user=act.user,
        reason=act.reason,
        again=again,
    )


def _skipped(export: Export, reason: str, now: datetime) -> Export:
    return export.to(ExportState.SKIPPED, now, skip=SkipCause.OPERATOR, reason=reason, due=None)


def _must_be_unknown(export: Export) -> None:
    if export.state is not ExportState.UNKNOWN:
        raise _refused(export, "only exports of unknown outcome are settled by a person")


def _refused(export: Export, why: str) -> UsageError:
    return UsageError(f"export {export.key.id} is {export.state}: {why}")


def _again(export: Export) -> str:
    key = export.key
    return (
        f"`orderferry export {key.order_id} --connector {key.connector}"
        f" --connector-id {key.connector_id}` exports it again"
    )
