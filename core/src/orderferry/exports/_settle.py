"""
An unknown outcome, and asking the target about it.
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

    `find_export` looks for the order, and so says nothing of its cancellation, payments or
    invoices.
    """
    return export.key.operation is Operation.EXPORT_ORDER and exporter.offers("find_export")


def may_repeat(export: Export, exporter: Exporter) -> bool:
    """
    Whether an export whose worker has died may be sent again without asking.

    A connector is told that an order was saved at least once, so it may be told twice.
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
    Ask the target whether it has an export; whatever goes wrong means that it cannot be told.

    What an earlier export of the same is known to have sent says nothing of this one.

    Args:
        rows: All exports of the order to the instance, in the order made.
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
    who = f"{exporter.name} ({exporter.distribution} {exporter.version})"
    try:
        answer = exporter.find_export(export=sent, context=context)
    except ExportError as error:
        return CannotTell(f"{who} could not ask: {error}")
    except Exception as error:  # a vendor's code may raise anything
        context.log.error("find_export failed", error=type(error).__name__, exc_info=error)
        return CannotTell(f"find_export of {who} raised {type(error).__name__}: {error}")
    if isinstance(answer, Found):
        sender = _sender_of(answer, export, rows)
        if sender is not None:
            return CannotTell(f"what was found is what export {sender.key.id} sent")
        return answer
    if isinstance(answer, Absent | CannotTell):
        return answer
    return CannotTell(f"find_export of {who} answered with {type(answer).__name__}")


def _known(export: Export, rows: Iterable[Export]) -> Iterator[Export]:
    """
    The rows whose results a connector need not look for: not those of the export in question.
    """
    for row in rows:
        if row.key != export.key or export.state not in RECEIVED:
            yield row


def _sender_of(found: Found, export: Export, rows: Iterable[Export]) -> Export | None:
    """
    The other export of the same that sent what was found, or `None` where it is none's.
    """
    for row in rows:
        same = row.key.operation is export.key.operation and row.key.touches(export.key)
        ids = [part.remote_ids for part in row.accepted_parts]
        if same and row.key != export.key and found.remote_ids in ids:
            return row
    return None


def settle(
    export: Export, exporter: Exporter, *, ledger: Ledger, clock: Clock, seconds: float
) -> Export:
    """
    Settle an export of unknown outcome, if it can be done in the time.

    `Absent` counts only from `export.settles` on: until then the interrupted request may still
    arrive. Where the target cannot tell, and drops repeats, it is `retrying`.

    Args:
        export: The export, in state `unknown`.
        seconds: How long asking may go on.

    Returns:
        The export, recorded: accepted, acknowledged, rejected, retrying, or unknown still.
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
        if isinstance(answer, Absent) and _counts(export, clock):
            return _to_retry(export, ledger, clock, unsettled=False)
        if isinstance(answer, CannotTell) and exporter.capabilities.idempotent:
            return _to_retry(export, ledger, clock, unsettled=True)
        left = until - clock.monotonic()
        if left <= 0:
            break
        clock.wait(min(pause, left))
        pause = min(pause * 2, 2.0)
    return export


def _counts(export: Export, clock: Clock) -> bool:
    return export.settles is None or clock.now() >= export.settles


def settled_by(export: Export, found: Found, now: datetime) -> Export | None:
    """
    An export of unknown outcome that its target has found, as it is recorded then.

    Args:
        export: The export, in state `unknown`.
        found: What the target reports.
        now: When it was asked.

    Returns:
        The export: accepted, acknowledged or rejected; `None` where the answer has another state,
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
        failure = Failure(type=FailureKind.REJECTED, message="found at the target, refused")
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
