"""
What a connector's answer leads to: the second table of the specification's section 4.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from orderferry.connectors import ExportResult, ExportState
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
from orderferry.exports._export import Failure
from orderferry.exports._states import TAKEN

__all__ = ["Answer", "answer_to_error", "answer_to_result"]


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
        failure = Failure(type=RejectedError.__name__, message=message, problems=problems)
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
        if each.state not in TAKEN | {ExportState.REJECTED}:
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
