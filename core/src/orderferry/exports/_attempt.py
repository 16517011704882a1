"""
What a connector's answer leads to: the second table of the specification's section 4.
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
    What one attempt came to.

    Attributes:
        state: The state that it leads to.
        results: What the other side took or refused.
        failure: Why it failed.
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
    The answer that a hook returned.

    Args:
        raw: An `ExportResult`, or a sequence of them for a split order.

    Raises:
        ConnectorError: It is something else; nothing is known of the outcome then.
    """
    results = _results(raw)
    refused = [result for result in results if result.state is ExportState.REJECTED]
    if refused:
        named = [f"shipment {r.shipment_id}: " if r.shipment_id else "" for r in refused]
        message = "; ".join(
            f"{name}{result.message or 'refused'}"
            for name, result in zip(named, refused, strict=True)
        )
        problems = tuple(problem for result in refused for problem in result.problems)
        failure = Failure(type=FailureKind.REJECTED, message=message, problems=problems)
        return Answer(state=ExportState.REJECTED, results=results, failure=failure)
    if all(result.state is ExportState.ACKNOWLEDGED for result in results):
        return Answer(state=ExportState.ACKNOWLEDGED, results=results)
    return Answer(state=ExportState.ACCEPTED, results=results)


def _results(raw: object) -> tuple[ExportResult, ...]:
    if isinstance(raw, ExportResult):
        results: tuple[object, ...] = (raw,)
    elif isinstance(raw, Sequence) and not isinstance(raw, str | bytes) and raw:
        results = tuple(raw)
    else:
        raise ConnectorError(f"answered with {_shown(raw)} where an ExportResult is due")
    answers = []
    for each in results:
        if not isinstance(each, ExportResult):
            raise ConnectorError(f"answered with {_shown(each)} where an ExportResult is due")
        if each.state not in RECEIVED | {ExportState.REJECTED}:
            raise ConnectorError(f"answered with the state {each.state!r}, which is no answer")
        answers.append(each)
    return tuple(answers)


def _shown(value: object) -> str:
    return "None" if value is None else f"a value of type {type(value).__name__}"


def answer_to_error(error: ExportError) -> Answer:
    """
    The answer that a typed error stands for.
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
    What an attempt came to, and how.

    Attributes:
        export: The export as it is recorded now.
        answer: What the connector's answer led to.
        timeline: The requests and answers, secrets hidden.
    """

    export: Export
    answer: Answer
    timeline: Timeline


def begin_attempt(export: Export, now: datetime) -> Export:
    """
    An export whose next attempt is under way; that is written before anything is sent.
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
    Make one attempt that is written as begun; what it came to is the caller's to record.

    Args:
        sending: The export in state `sending`.
        exporter: The instance that it goes to.
        was: The export before it was begun.
        accepted: Earlier accepted results of the instance for the order.
        clock: The time.
        seconds: How long the attempt may take.
        alive: Whether the caller may still send; asked before each request.
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
    answer = _ask(sending, exporter, context, timeline)
    ends = answer.state
    if was.unsettled and ends is ExportState.DEAD:
        ends = ExportState.UNKNOWN
    recorded = sending.to(
        ends,
        clock.now(),
        results=_merged(sending, answer),
        failure=answer.failure,
        attempts=sending.attempts if answer.counts else was.attempts,
        requested=timeline.last_began or sending.requested,
        unsettled=ends is ExportState.UNKNOWN or (was.unsettled and ends not in RECEIVED),
        settles=_settles(timeline, exporter, was, began=began, seconds=seconds),
        duration_ms=round((clock.monotonic() - start) * 1000),
    )
    return Attempt(export=recorded, answer=answer, timeline=timeline)


def _settles(
    timeline: Timeline, exporter: Exporter, was: Export, *, began: datetime, seconds: float
) -> datetime:
    """
    From when a target that has nothing will not get it any more.

    Where not all requests are recorded, one may be under way until the attempt's time has ended;
    and an earlier attempt that nothing has settled may be, too.

    Args:
        began: When the attempt began.
        seconds: How long it may take, and any request of it that has no timeout of its own.
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
    Begin one attempt, make it, and record what came of it.

    Args:
        export: The export, `queued` or `retrying`.
        exporter: The instance that it goes to.
        ledger: Where the intent stands, and the outcome is written.
        clock: The time.
        seconds: How long the attempt may take.
        rows: All exports of the order, in the order made; read from the ledger where they are not
            given.

    Raises:
        ConflictError: Somebody else has the export; nothing was sent.
    """
    sending = begin_attempt(export, clock.now())
    ledger.change(sending, was=export)
    rows = ledger.of_order(export.key.order_id) if rows is None else rows
    made = make_attempt(
        sending,
        exporter,
        was=export,
        accepted=accepted_results(rows, export.key.instance),
        clock=clock,
        seconds=seconds,
    )
    details = AttemptDetails(began=sending.changed, exchanges=made.timeline.exchanges)
    ledger.change(made.export, was=sending, details=details)
    return made


def accepted_results(rows: Iterable[Export], instance: InstanceName) -> tuple[ExportResult, ...]:
    """
    What an instance has accepted of an order, oldest first.

    Args:
        rows: All exports of the order, in the order made.
    """
    return tuple(
        part
        for row in rows
        if row.results and row.key.instance == instance and row.state is not ExportState.SKIPPED
        for part in row.accepted_parts
    )


def _merged(export: Export, answer: Answer) -> tuple[ExportResult, ...]:
    """
    Parts that an earlier attempt got accepted stay, unless this answer speaks of them too.
    """
    spoken = {result.shipment_id for result in answer.results}
    kept = tuple(part for part in export.accepted_parts if part.shipment_id not in spoken)
    return kept + answer.results


def _ask(export: Export, exporter: Exporter, context: Context, timeline: Timeline) -> Answer:
    try:
        return _call_hook(export, exporter, context)
    except ExportError as error:
        if type(error) in (ExportError, ConnectorError):
            return _broken(exporter, timeline, error)
        return answer_to_error(error)
    except Exception as error:  # whatever a vendor's code raises is an answer
        context.log.error("connector failed", error=type(error).__name__, exc_info=error)
        return _broken(exporter, timeline, error)


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


def _broken(exporter: Exporter, timeline: Timeline, error: Exception) -> Answer:
    who = f"connector {exporter.name} ({exporter.distribution} {exporter.version})"
    said = (
        str(error) if isinstance(error, ExportError) else f"raised {type(error).__name__}: {error}"
    )
    if exporter.capabilities.records and not timeline.begun:
        return answer_to_error(ConnectorError(f"{who} {said}; nothing was sent"))
    return answer_to_error(UnknownOutcomeError(f"{who} {said}; the order may have been sent"))
