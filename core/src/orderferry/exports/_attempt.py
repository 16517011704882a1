"""
One attempt: what a connector returns or raises, and the state that the export gets from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from time import monotonic

from attrs import frozen

from orderferry.connectors import (
    Context,
    Exporter,
    ExportResult,
    ExportState,
    InstanceName,
    Timeline,
)
from orderferry.errors import (
    AuthenticationError,
    ConnectorError,
    ExportError,
    InvalidOrderError,
    RejectedError,
    ThrottledError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry.exports._clock import Clock
from orderferry.exports._export import RECEIVED, Export, Failure, FailureKind
from orderferry.exports._key import Operation
from orderferry.exports._ledger import AttemptDetails, Ledger

__all__ = [
    "MARGIN_SECONDS",
    "Answer",
    "Attempt",
    "accepted_results",
    "answer_to_error",
    "answer_to_result",
    "attempt",
    "begin_attempt",
    "make_attempt",
]


@frozen(kw_only=True)
class Answer:
    """
    The outcome of one call of a connector.

    Attributes:
        state: The state that the export gets.
        results: What the target accepted or rejected.
        failure: Why the attempt failed.
        retry_after: Seconds that the target asked to wait.
        counts: Whether the attempt counts.
    """

    state: ExportState
    results: tuple[ExportResult, ...] = ()
    failure: Failure | None = None
    retry_after: float | None = None
    counts: bool = True


def answer_to_result(raw: object) -> Answer:
    """
    The answer for what a hook returned.

    Args:
        raw: An `ExportResult`, or a sequence of them for a split order.

    Raises:
        ConnectorError: The hook returned something else, and the outcome is unknown.
    """
    results = _read_results(raw)
    rejected = [result for result in results if result.state is ExportState.REJECTED]
    if rejected:
        prefixes = [f"shipment {r.shipment_id}: " if r.shipment_id else "" for r in rejected]
        message = "; ".join(
            f"{prefix}{result.message or 'rejected'}"
            for prefix, result in zip(prefixes, rejected, strict=True)
        )
        problems = tuple(problem for result in rejected for problem in result.problems)
        failure = Failure(type=FailureKind.REJECTED, message=message, problems=problems)
        return Answer(state=ExportState.REJECTED, results=results, failure=failure)
    if all(result.state is ExportState.ACKNOWLEDGED for result in results):
        return Answer(state=ExportState.ACKNOWLEDGED, results=results)
    return Answer(state=ExportState.ACCEPTED, results=results)


def _read_results(raw: object) -> tuple[ExportResult, ...]:
    if isinstance(raw, ExportResult):
        values: tuple[object, ...] = (raw,)
    elif isinstance(raw, Sequence) and not isinstance(raw, str | bytes) and raw:
        values = tuple(raw)
    else:
        raise ConnectorError(f"returned {_describe(raw)} instead of an ExportResult")
    results = []
    for value in values:
        if not isinstance(value, ExportResult):
            raise ConnectorError(f"returned {_describe(value)} instead of an ExportResult")
        if value.state not in RECEIVED | {ExportState.REJECTED}:
            raise ConnectorError(f"returned the state {value.state!r}, which no target can report")
        results.append(value)
    return tuple(results)


def _describe(value: object) -> str:
    return "None" if value is None else f"a value of type {type(value).__name__}"


def answer_to_error(error: ExportError) -> Answer:
    """
    The answer for an error that a hook raised.
    """
    failure, parts = Failure.of(error), error.accepted
    match error:
        case ThrottledError():
            state, wait, counts = ExportState.RETRYING, error.retry_after, True
        case TransientError():
            state, wait, counts = ExportState.RETRYING, None, True
        case AuthenticationError():
            state, wait, counts = ExportState.RETRYING, None, False
        case InvalidOrderError() | RejectedError():
            state, wait, counts = ExportState.REJECTED, None, True
        case UnknownOutcomeError():
            state, wait, counts = ExportState.UNKNOWN, None, True
        case _:
            state, wait, counts = ExportState.DEAD, None, True
    return Answer(state=state, results=parts, failure=failure, retry_after=wait, counts=counts)


MARGIN_SECONDS = 1.0
"""How long after an interrupted request's own timeout the target may still be at work on it."""


@frozen(kw_only=True)
class Attempt:
    """
    A finished attempt.

    Attributes:
        export: The export after the attempt.
        answer: The outcome of the connector's call.
        timeline: The requests and responses, with secrets hidden.
    """

    export: Export
    answer: Answer
    timeline: Timeline


def begin_attempt(export: Export, now: datetime) -> Export:
    """
    Begin the next attempt of an export; the row is written before anything is sent.
    """
    return export.to(ExportState.SENDING, now, attempts=export.attempts + 1, due=None, reason=None)


def make_attempt(
    sending: Export,
    exporter: Exporter,
    *,
    was: Export,
    accepted: Sequence[ExportResult],
    clock: Clock,
    seconds: float,
    alive: Callable[[], bool] | None = None,
) -> Attempt:
    """
    Make one attempt whose beginning is written; the caller records its outcome.

    Args:
        sending: The export in state `sending`.
        exporter: The instance that it goes to.
        was: The export before the attempt began.
        accepted: Earlier accepted results of the instance for the order.
        clock: The time.
        seconds: How long the attempt may take.
        alive: Whether the caller may still send; called before each request.
    """
    timeline = Timeline(redactor=exporter.redactor, clock=clock.now)
    began, start = clock.now(), clock.monotonic()
    context = exporter.context(
        key=str(sending.key),
        idempotency_key=sending.key.id,
        attempt=sending.attempts,
        deadline=monotonic() + seconds,
        accepted=accepted,
        timeline=timeline,
        now=sending.changed,
        alive=alive,
    )
    answer = _call(sending, exporter, context, timeline)
    state = answer.state
    if was.unsettled and state is ExportState.DEAD:
        state = ExportState.UNKNOWN
    export = sending.to(
        state,
        clock.now(),
        results=_merge_results(sending, answer),
        failure=answer.failure,
        attempts=sending.attempts if answer.counts else was.attempts,
        requested=timeline.last_began or sending.requested,
        unsettled=state is ExportState.UNKNOWN or (was.unsettled and state not in RECEIVED),
        settles=_settle_time(timeline, exporter, was, began=began, seconds=seconds),
        duration_ms=round((clock.monotonic() - start) * 1000),
    )
    return Attempt(export=export, answer=answer, timeline=timeline)


def _settle_time(
    timeline: Timeline, exporter: Exporter, was: Export, *, began: datetime, seconds: float
) -> datetime:
    """
    From when an export that the target does not have can no longer arrive there.

    Where not all requests are recorded, a request may be in flight until the attempt's time is
    over; so may a request of an earlier attempt whose outcome is still unknown.

    Args:
        began: When the attempt began.
        seconds: How long the attempt, and a request without its own timeout, may take.
    """
    ends = timeline.last_ends(seconds)
    if ends is None or not exporter.capabilities.records:
        ends = max(ends or began, began + timedelta(seconds=seconds))
    settles = ends + timedelta(seconds=MARGIN_SECONDS)
    return max(settles, was.settles) if was.unsettled and was.settles is not None else settles


def attempt(
    export: Export,
    exporter: Exporter,
    *,
    ledger: Ledger,
    clock: Clock,
    seconds: float,
    rows: Sequence[Export] | None = None,
) -> Attempt:
    """
    Begin one attempt, make it, and record its outcome.

    Args:
        export: The export, `queued` or `retrying`.
        exporter: The instance that it goes to.
        ledger: Where the export is, and its outcome is written.
        clock: The time.
        seconds: How long the attempt may take.
        rows: All exports of the order, in the order in which they were made; by default they are
            read from the ledger.

    Raises:
        ConflictError: Another process has changed the export; nothing was sent.
    """
    sending = begin_attempt(export, clock.now())
    ledger.change(sending, was=export)
    rows = ledger.of_order(export.key.order_id) if rows is None else rows
    ended = make_attempt(
        sending,
        exporter,
        was=export,
        accepted=accepted_results(rows, export.key.instance),
        clock=clock,
        seconds=seconds,
    )
    details = AttemptDetails(began=sending.changed, exchanges=ended.timeline.exchanges)
    ledger.change(ended.export, was=sending, details=details)
    return ended


def accepted_results(rows: Iterable[Export], instance: InstanceName) -> tuple[ExportResult, ...]:
    """
    The results that an instance has accepted of an order, oldest first.

    Args:
        rows: All exports of the order, in the order in which they were made.
    """
    return tuple(
        part
        for row in rows
        if row.results and row.key.instance == instance and row.state is not ExportState.SKIPPED
        for part in row.accepted_parts
    )


def _merge_results(export: Export, answer: Answer) -> tuple[ExportResult, ...]:
    """
    Keep the parts that an earlier attempt got accepted, and that this answer does not name.
    """
    named = {result.shipment_id for result in answer.results}
    earlier = tuple(part for part in export.accepted_parts if part.shipment_id not in named)
    return earlier + answer.results


def _call(export: Export, exporter: Exporter, context: Context, timeline: Timeline) -> Answer:
    try:
        return _call_hook(export, exporter, context)
    except ExportError as error:
        if type(error) in (ExportError, ConnectorError):
            return _answer_to_fault(exporter, timeline, error)
        return answer_to_error(error)
    except Exception as error:  # a vendor's code may raise anything
        context.log.error("connector failed", error=type(error).__name__, exc_info=error)
        return _answer_to_fault(exporter, timeline, error)


def _call_hook(export: Export, exporter: Exporter, context: Context) -> Answer:
    order, shipment, properties = export.order, export.shipment, export.properties
    match export.key.operation:
        case Operation.EXPORT_ORDER:
            return answer_to_result(exporter.export_order(order, shipment, properties, context))
        case Operation.CANCEL_ORDER:
            return answer_to_result(exporter.cancel_order(order, shipment, properties, context))
        case Operation.ORDER_SAVED:
            exporter.order_saved(order, context)
            return Answer(state=ExportState.ACCEPTED)
        case operation:
            raise ConnectorError(f"was not called: no step makes a {operation} export")


def _answer_to_fault(exporter: Exporter, timeline: Timeline, error: Exception) -> Answer:
    """
    The answer for a connector that broke its contract.
    """
    name = f"connector {exporter.name} ({exporter.distribution} {exporter.version})"
    fault = (
        str(error) if isinstance(error, ExportError) else f"raised {type(error).__name__}: {error}"
    )
    if exporter.capabilities.records and not timeline.begun:
        return answer_to_error(ConnectorError(f"{name} {fault}; nothing was sent"))
    return answer_to_error(UnknownOutcomeError(f"{name} {fault}; the order may have been sent"))
