"""
Manual actions on exports: functions of the export and the operator's decision.
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

_FAILED = (ExportState.REJECTED, ExportState.DEAD)
_UNFINISHED = (ExportState.QUEUED, ExportState.SENDING, ExportState.RETRYING)


def _require_text(act: Act, attribute: object, value: str) -> None:
    if not value.strip():
        raise UsageError("a manual action requires a non-empty reason and user")


@frozen(kw_only=True)
class Act:
    """
    The operator of a manual action, and the reason; both are written to the order's history.

    Attributes:
        user: The operator.
        reason: Why the operator acts.

    Raises:
        UsageError: The user or the reason is empty.
    """

    user: str = field(validator=_require_text)
    reason: str = field(validator=_require_text)

    def describe(self, what: str) -> str:
        """
        The action as a clause: `retried by ann: the target is fixed`.
        """
        return f"{what} by {self.user}: {self.reason}"


def reason_not_to_resend(export: Export) -> str | None:
    """
    Why an export is not sent again as it is: the target has received it, or may have.

    Returns:
        The reason, or `None` if the target cannot have received it.
    """
    ids = ", ".join(f"{kind} {value}" for kind, value in export.remote_ids.items())
    known = f" ({ids})" if ids else ""
    if export.state in RECEIVED or export.skip is SkipCause.ACCEPTED:
        return f"{export.key.reference} has order {export.key.order_id} already{known}"
    if export.accepted_parts:
        return f"{export.key.reference} has a part of order {export.key.order_id} already{known}"
    if export.unsettled or export.state is ExportState.UNKNOWN:
        return (
            f"{export.key.reference} may have order {export.key.order_id}: the outcome of export"
            f" {export.key.id} is unknown"
        )
    return None


def retry(export: Export, act: Act, now: datetime) -> Export:
    """
    Queue a rejected or dead export again, in the same row; its count of attempts continues.

    Raises:
        UsageError: The export is in another state, or the target may have received a part of it.
    """
    if export.state not in _FAILED:
        remedy = {
            ExportState.UNKNOWN: "resolve it with `orderferry exports resolve`",
            ExportState.ACCEPTED: _again(export),
            ExportState.ACKNOWLEDGED: _again(export),
            ExportState.SKIPPED: _again(export),
        }.get(export.state, "it needs no action")
        raise _error(export, f"only rejected and dead exports are retried; {remedy}")
    reason = reason_not_to_resend(export)
    if reason is not None:
        raise _error(export, f"{reason}, so it is not sent again as it is; {_again(export)}")
    return export.to(
        ExportState.QUEUED,
        now,
        origin=_origin(export, act, now),
        reason=act.describe("retried"),
        due=None,
    )


def record_not_received(export: Export, act: Act, now: datetime, *, resend: bool = False) -> Export:
    """
    Record that the target did not receive an export of unknown outcome, and send it again.

    An export whose failure has cancelled the workflow ends `dead` instead, so that nothing is sent
    after the workflow was cancelled.

    Args:
        resend: Send it even if its workflow was cancelled.

    Raises:
        UsageError: The outcome of the export is not unknown.
    """
    _require_unknown(export)
    if export.origin.cancelled and not resend:
        reason = act.describe("not received, and its workflow was cancelled; settled")
        return export.to(ExportState.DEAD, now, unsettled=False, due=None, reason=reason)
    return export.to(
        ExportState.RETRYING,
        now,
        origin=_origin(export, act, now),
        unsettled=False,
        due=now,
        reason=act.describe("not received; settled"),
    )


def record_accepted(
    export: Export, remote_ids: Mapping[str, str], act: Act, now: datetime
) -> Export:
    """
    Record that the target accepted an export of unknown outcome.

    Args:
        remote_ids: The target's ids by kind, at least one.

    Raises:
        UsageError: The outcome of the export is not unknown, or there is no id.
    """
    _require_unknown(export)
    if not remote_ids:
        raise UsageError("an accepted export needs the target's id (--remote-id KIND=VALUE)")
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
    Skip an export whose outcome cannot be determined.

    Raises:
        UsageError: The outcome of the export is not unknown.
    """
    _require_unknown(export)
    return _skip(export, act.describe("given up"), now)


def cancel(export: Export, act: Act, now: datetime) -> Export:
    """
    Skip an export that waits to be sent.

    Raises:
        UsageError: The export does not wait to be sent.
    """
    if export.state not in (ExportState.QUEUED, ExportState.RETRYING):
        remedy = "wait until its attempt has ended"
        if export.state is ExportState.UNKNOWN:
            remedy = "give it up with `orderferry exports resolve --give-up`"
        elif export.state is not ExportState.SENDING:
            remedy = "cancel the order at its target with `orderferry cancel`"
        raise _error(export, f"only queued and retrying exports are cancelled; {remedy}")
    return _skip(export, act.describe("cancelled"), now)


def export_again(last: Export, act: Act, now: datetime) -> Export:
    """
    Make a new export of what an earlier one sent, under the next generation of its key.

    Its failure does not stop the workflow that created the first, and still sets the error status.

    Args:
        last: The last generation.

    Raises:
        UsageError: The last generation is not finished, or can be retried as it is.
    """
    if last.state in _UNFINISHED:
        raise _error(last, "it is not finished; wait for it, or cancel it first")
    if last.state in _FAILED and reason_not_to_resend(last) is None:
        raise _error(
            last,
            "the target received nothing of it; retry it with"
            f" `orderferry exports retry {last.key.id}`",
        )
    return new_export(
        last.key.again(),
        last.order,
        origin=evolve(_origin(last, act, None), stop_on_error=False),
        now=now,
        properties=last.properties,
        reason=act.describe(f"export {last.key.id} created again"),
    )


def act_changes(before: Export | None, after: Export, act: Act) -> tuple[OrderChange, ...]:
    """
    What a manual action changes on the order: an event with the operator, and errors.

    Args:
        before: The export before; `None` if the action created it.
        after: The export as it is now.
    """
    reason = after.reason or act.describe("settled")
    event = evolve(
        event_of(after if before is None else before, after),
        category="Exported",
        message=f"{after.key.operation} to {after.key.reference} is {after.state}: {reason}",
        user=act.user,
        is_error=False,
        attempt=None,
        duration_ms=None,
    )
    if before is None:
        return (AddEvent(evolve(event, previous_state=None)),)
    changes = consequences([(before, after)])
    return (AddEvent(event), *(change for change in changes if not isinstance(change, AddEvent)))


def _origin(export: Export, act: Act, again: datetime | None) -> Origin:
    return evolve(
        export.origin,
        deferred=True,
        cancelled=False,
        user=act.user,
        reason=act.reason,
        again=again,
    )


def _skip(export: Export, reason: str, now: datetime) -> Export:
    return export.to(ExportState.SKIPPED, now, skip=SkipCause.OPERATOR, reason=reason, due=None)


def _require_unknown(export: Export) -> None:
    if export.state is not ExportState.UNKNOWN:
        raise _error(export, "only exports of unknown outcome can be resolved")


def _error(export: Export, reason: str) -> UsageError:
    return UsageError(f"export {export.key.id} is {export.state}: {reason}")


def _again(export: Export) -> str:
    key = export.key
    return (
        f"`orderferry export {key.order_id} --connector {key.connector}"
        f" --connector-id {key.connector_id}` exports it again"
    )
