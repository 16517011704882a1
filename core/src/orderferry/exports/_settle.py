"""
Exports of unknown outcome, and the question to the target that determines it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from time import monotonic

from orderferry.connectors import (
    Absent,
    CannotTell,
    Exporter,
    ExportResult,
    ExportState,
    Found,
    SentExport,
    Timeline,
)
from orderferry.errors import ExportError
from orderferry.exports._attempt import accepted_results
from orderferry.exports._clock import Clock
from orderferry.exports._export import RECEIVED, Export, Failure, FailureKind
from orderferry.exports._key import Operation
from orderferry.exports._ledger import Ledger

__all__ = ["ask", "can_ask", "may_repeat", "settle", "settled_by"]


def can_ask(export: Export, exporter: Exporter) -> bool:
    """
    Whether the target can be asked about an export.

    `find_export` looks for the order, and cannot report on its cancellation, payments or invoices.
    """
    return export.key.operation is Operation.EXPORT_ORDER and exporter.offers("find_export")


def may_repeat(export: Export, exporter: Exporter) -> bool:
    """
    Whether an export whose worker has died may be sent again without a check.

    A connector is notified of a saved order at least once, so it may be notified twice.
    """
    return exporter.capabilities.idempotent or export.key.operation is Operation.ORDER_SAVED


def ask(
    export: Export,
    exporter: Exporter,
    *,
    rows: Sequence[Export],
    clock: Clock,
    seconds: float,
    alive: Callable[[], bool] | None = None,
) -> Found | Absent | CannotTell:
    """
    Ask the target whether it has an export; any failure of the question answers `CannotTell`.

    What another export of the order is recorded to have sent does not settle this one.

    Args:
        rows: All exports of the order to the instance, in the order in which they were made.
        seconds: How long the question may take.
        alive: Whether the caller may still ask.
    """
    context = exporter.context(
        key=str(export.key),
        idempotency_key=export.key.id,
        attempt=export.attempts,
        deadline=monotonic() + seconds,
        accepted=accepted_results(_known(export, rows), export.key.instance),
        timeline=Timeline(redactor=exporter.redactor, clock=clock.now),
        now=clock.now(),
        alive=alive,
    )
    sent = SentExport(
        key=str(export.key),
        order=export.order,
        shipment=export.shipment,
        properties=export.properties,
        requested=export.requested,
    )
    name = f"{exporter.name} ({exporter.distribution} {exporter.version})"
    try:
        answer = exporter.find_export(export=sent, context=context)
    except ExportError as error:
        return CannotTell(f"{name} could not ask the target: {error}")
    except Exception as error:  # a vendor's code may raise anything
        context.log.error("find_export failed", error=type(error).__name__, exc_info=error)
        return CannotTell(f"find_export of {name} raised {type(error).__name__}: {error}")
    if isinstance(answer, Found):
        sender = _sender_of(answer, export, rows)
        if sender is not None:
            return CannotTell(f"the order that was found belongs to export {sender.key.id}")
        return answer
    if isinstance(answer, Absent | CannotTell):
        return answer
    return CannotTell(f"find_export of {name} returned {type(answer).__name__}")


def _known(export: Export, rows: Iterable[Export]) -> Iterator[Export]:
    """
    The exports whose results the connector need not look for: all but the one in question.
    """
    for row in rows:
        if row.key != export.key or export.state not in RECEIVED:
            yield row


def _sender_of(answer: Found, export: Export, rows: Iterable[Export]) -> Export | None:
    """
    The other export that sent what was found, or `None` if no other did.
    """
    for row in rows:
        related = row.key.operation is export.key.operation and row.key.touches(export.key)
        ids = [part.remote_ids for part in row.accepted_parts]
        if related and row.key != export.key and answer.remote_ids in ids:
            return row
    return None


def settle(
    export: Export, exporter: Exporter, *, ledger: Ledger, clock: Clock, seconds: float
) -> Export:
    """
    Determine the outcome of an export, and record it, if that is possible in time.

    `Absent` counts only from `export.settles` on: until then the interrupted request may still
    arrive. Where the target cannot tell, and discards duplicates, the export is `retrying`.

    Args:
        export: The export, in state `unknown`.
        seconds: How long the target may be asked.

    Returns:
        The export as it is recorded: accepted, acknowledged, rejected, retrying or still unknown.
    """
    if not can_ask(export, exporter):
        if exporter.capabilities.idempotent:
            return _to_retry(export, ledger, clock, unsettled=True)
        return export
    rows = ledger.of_order(export.key.order_id)
    until = clock.monotonic() + seconds
    pause = 0.1
    while (left := until - clock.monotonic()) > 0:
        answer = ask(export, exporter, rows=rows, clock=clock, seconds=left)
        if isinstance(answer, Found):
            settled = settled_by(export, answer, clock.now())
            if settled is None:
                return export
            ledger.change(settled, was=export)
            return settled
        if isinstance(answer, Absent) and _absence_counts(export, clock):
            return _to_retry(export, ledger, clock, unsettled=False)
        if isinstance(answer, CannotTell) and exporter.capabilities.idempotent:
            return _to_retry(export, ledger, clock, unsettled=True)
        left = until - clock.monotonic()
        if left <= 0:
            break
        clock.wait(min(pause, left))
        pause = min(pause * 2, 2.0)
    return export


def _absence_counts(export: Export, clock: Clock) -> bool:
    return export.settles is None or clock.now() >= export.settles


def settled_by(export: Export, found: Found, now: datetime) -> Export | None:
    """
    An export of unknown outcome that its target has found, as it is recorded then.

    Args:
        export: The export, in state `unknown`.
        found: What the target reports.
        now: When it was asked.

    Returns:
        The export: accepted, acknowledged or rejected; `None` if the answer has another state,
        and so settles nothing.
    """
    if found.state not in RECEIVED | {ExportState.REJECTED}:
        return None
    result = ExportResult(
        remote_ids=found.remote_ids,
        message="found at the target",
        state=found.state,
        shipment_id=export.key.shipment_id,
    )
    failure = None
    if found.state is ExportState.REJECTED:
        failure = Failure(type=FailureKind.REJECTED, message="found at the target, rejected")
    return export.to(
        found.state,
        now,
        results=(*export.accepted_parts, result),
        failure=failure,
        unsettled=False,
        due=None,
        reason=None,
        duration_ms=None,
    )


def _to_retry(export: Export, ledger: Ledger, clock: Clock, *, unsettled: bool) -> Export:
    settled = export.to(ExportState.RETRYING, clock.now(), unsettled=unsettled, duration_ms=None)
    ledger.change(settled, was=export)
    return settled
