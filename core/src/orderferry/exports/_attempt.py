"""
One attempt of one export, from intent to record: the only place where a connector is asked to act.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic

from attrs import frozen

from orderferry.connectors import Context, Exporter, ExportResult, ExportState, Timeline
from orderferry.errors import ConnectorError, ExportError, UnknownOutcomeError
from orderferry.exports._answers import Answer, answer_to_error, answer_to_result
from orderferry.exports._clock import Clock
from orderferry.exports._export import Export
from orderferry.exports._key import Operation
from orderferry.exports._ledger import Ledger
from orderferry.exports._states import TAKEN

__all__ = ["MARGIN_SECONDS", "Attempt", "attempt", "call_context"]

MARGIN_SECONDS = 1.0
"""How long after an interrupted request's own timeout the target may still be at work on it."""


@frozen(kw_only=True)
class Attempt:
    """
    What an attempt came to, and how.

    Attributes:
        export: The export as it is recorded now.
        answer: What the connector's answer led to.
        timeline: The requests and answers, secrets hidden.
    """

    export: Export
    answer: Answer
    timeline: Timeline


def attempt(
    export: Export, exporter: Exporter, *, ledger: Ledger, clock: Clock, seconds: float
) -> Attempt:
    """
    Make one attempt, and record what came of it.

    Args:
        export: The export, `queued` or `retrying`.
        exporter: The instance that it goes to.
        ledger: Where the intent stands, and the outcome is written.
        clock: The time.
        seconds: How long the attempt may take.

    Raises:
        ConflictError: Somebody else has the export; nothing was sent.
    """
    began = clock.now()
    sending = export.to(
        ExportState.SENDING, began, attempts=export.attempts + 1, due=None, reason=None
    )
    ledger.change(sending, was=export)
    timeline = Timeline(redactor=exporter.redactor, clock=clock.now)
    start = clock.monotonic()
    answer = _ask(sending, exporter, ledger, timeline, seconds)
    done = clock.now()
    ends = answer.state
    if export.unsettled and ends is ExportState.DEAD:
        ends = ExportState.UNKNOWN
    recorded = sending.to(
        ends,
        done,
        results=_merged(sending, answer),
        failure=answer.failure,
        attempts=sending.attempts if answer.counts else export.attempts,
        requested=timeline.last_began or sending.requested,
        unsettled=ends is ExportState.UNKNOWN or (export.unsettled and ends not in TAKEN),
        settles=(timeline.last_began or began) + timedelta(seconds=seconds + MARGIN_SECONDS),
        duration_ms=round((clock.monotonic() - start) * 1000),
    )
    ledger.change(recorded, was=sending)
    return Attempt(export=recorded, answer=answer, timeline=timeline)


def _merged(export: Export, answer: Answer) -> tuple[ExportResult, ...]:
    """
    Parts that an earlier attempt got accepted stay, unless this answer speaks of them too.
    """
    spoken = {result.shipment_id for result in answer.results}
    kept = tuple(part for part in export.accepted_parts if part.shipment_id not in spoken)
    return kept + answer.results


def _ask(
    export: Export, exporter: Exporter, ledger: Ledger, timeline: Timeline, seconds: float
) -> Answer:
    context = call_context(export, exporter, ledger, timeline, seconds, export.changed)
    try:
        raw = exporter.call(export.key.operation, context, **_arguments(export))
        if export.key.operation is Operation.ORDER_SAVED:
            return Answer(state=ExportState.ACCEPTED)
        return answer_to_result(raw)
    except ExportError as error:
        if type(error) in (ExportError, ConnectorError):
            return _broken(exporter, timeline, error)
        return answer_to_error(error)
    except Exception as error:  # whatever a vendor's code raises is an answer
        context.log.error("connector failed", error=type(error).__name__, exc_info=error)
        return _broken(exporter, timeline, error)


def _arguments(export: Export) -> dict[str, object]:
    if export.key.operation is Operation.ORDER_SAVED:
        return {"order": export.order}
    return {
        "order": export.order,
        "shipment": export.shipment,
        "properties": export.properties,
    }


def _broken(exporter: Exporter, timeline: Timeline, error: Exception) -> Answer:
    who = f"connector {exporter.name} ({exporter.distribution} {exporter.version})"
    said = (
        str(error) if isinstance(error, ExportError) else f"raised {type(error).__name__}: {error}"
    )
    if exporter.capabilities.records and not timeline.begun:
        return answer_to_error(ConnectorError(f"{who} {said}; nothing was sent"))
    return answer_to_error(UnknownOutcomeError(f"{who} {said}; the order may have been sent"))


def call_context(
    export: Export,
    exporter: Exporter,
    ledger: Ledger,
    timeline: Timeline,
    seconds: float,
    now: datetime,
) -> Context:
    """
    The context of a call about an export.

    Args:
        seconds: How long the call may take.
        now: When the call begins.
    """
    rows = ledger.of_order(export.key.order_id)
    earlier = (
        row
        for row in rows
        if row.key.instance == export.key.instance and row.state is not ExportState.SKIPPED
    )
    return exporter.context(
        key=str(export.key),
        idempotency_key=export.key.id,
        attempt=export.attempts,
        deadline=monotonic() + seconds,
        accepted=tuple(part for row in earlier for part in row.accepted_parts),
        timeline=timeline,
        now=now,
    )
