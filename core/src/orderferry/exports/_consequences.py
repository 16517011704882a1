"""
What exports change on their order: history and errors, as pure functions of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from orderferry.connectors import ExportState
from orderferry.errors import ExporterNotFoundError
from orderferry.exports._changes import AddEvent, ClearErrors, OrderChange, SetError
from orderferry.exports._export import FAILED, RECEIVED, Export, Failure
from orderferry.exports._key import Operation
from orderferry.exports._ledger import Change
from orderferry.orders import EntityError, HistoryEvent, Severity

__all__ = ["clear_errors", "consequences", "event_of", "not_found_error", "not_found_event"]


def consequences(changes: Iterable[Change]) -> tuple[OrderChange, ...]:
    """
    What changes of exports lead to on the order: history, and errors set or cleared.

    Args:
        changes: The exports before and after each change of state, in order.
    """
    effects: list[OrderChange] = []
    for before, after in changes:
        if before.state is after.state:
            continue
        effects.append(AddEvent(event_of(before, after)))
        if after.key.operation is Operation.ORDER_SAVED:
            continue
        if after.state in RECEIVED:
            effects.append(clear_errors(after))
        elif after.state in FAILED or after.state is ExportState.RETRYING:
            effects.append(SetError(_error(after)))
    return tuple(effects)


def clear_errors(export: Export) -> ClearErrors:
    """
    Clear the errors that the success of an export removes from the order.
    """
    return ClearErrors(
        export.origin.step,
        export.key.reference,
        not_found=(export.key.connector, str(export.key.instance)),
    )


def not_found_error(step: str, error: ExporterNotFoundError, now: datetime) -> SetError:
    """
    The error on an order whose exporter was not found, which counts as a failed export.

    Args:
        step: The key of the step.
        now: When the exporter was looked for.
    """
    connector = error.connector
    return SetError(
        EntityError(
            key=step,
            reference_id=connector
            if error.connector_id is None
            else f"{connector}/{error.connector_id}",
            message=str(error),
            severity=Severity.ERROR,
            occurred=now,
            not_found=error.reason,
        )
    )


def not_found_event(
    error: ExporterNotFoundError, operation: Operation, now: datetime, user: str | None
) -> HistoryEvent:
    """
    The event in the order's history for an exporter that was not found.

    Args:
        operation: What the exporter would have been asked to do.
        now: When the exporter was looked for.
        user: The user who started the run.
    """
    return HistoryEvent(
        timestamp=now,
        category="Error",
        message=f"{operation} failed: {error}",
        user=user,
        is_error=True,
        connector=error.connector,
        connector_id=error.connector_id,
        operation=operation,
    )


def event_of(before: Export, after: Export) -> HistoryEvent:
    """
    The event in the order's history for a change of an export's state.
    """
    key = after.key
    return HistoryEvent(
        timestamp=after.changed,
        category="Error" if after.failure is not None else "Exported",
        message=_sentence(after),
        user=after.origin.user,
        is_error=after.failure is not None,
        export_id=key.id_text,
        connector=key.connector,
        connector_id=key.connector_id,
        shipment_id=key.shipment_id,
        operation=key.operation,
        attempt=after.attempts,
        duration_ms=after.duration_ms,
        remote_ids=after.remote_ids,
        state=after.state,
        previous_state=before.state,
    )


def _sentence(export: Export) -> str:
    ids = ", ".join(f"{kind} {value}" for kind, value in export.remote_ids.items())
    text = f"{export.key.operation} to {export.key.reference} is {export.state}"
    if ids:
        text += f" ({ids})"
    reason = export.failure or export.reason
    return f"{text}: {reason}" if reason else text


def _details(failure: Failure | None) -> str | None:
    if failure is None or not failure.problems:
        return None
    return "; ".join(str(problem) for problem in failure.problems)


def _error(export: Export) -> EntityError:
    failure = export.failure
    retrying = export.state is ExportState.RETRYING
    return EntityError(
        key=export.origin.step,
        reference_id=export.key.reference,
        message=_sentence(export) if failure is None else failure.message,
        details=_details(failure),
        severity=Severity.WARNING if retrying else Severity.ERROR,
        occurred=export.changed,
    )
