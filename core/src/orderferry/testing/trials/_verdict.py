"""
The verdict on a trial: the errors that a connector may raise under each fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from orderferry.connectors import ExportState, Received
from orderferry.exports import RECEIVED, Export, FailureKind
from orderferry.testing.proxy._fault import RETRY_AFTER, Fault
from orderferry.testing.trials._fault_injection import FolderFault
from orderferry.testing.trials._recorded_traffic import Position
from orderferry.testing.trials._trial import Trial

__all__ = ["RULES", "Rule", "faults_of", "ids_match", "objections"]

_TRANSIENT = frozenset({FailureKind.TRANSIENT, FailureKind.THROTTLED})
_WAIT = frozenset({FailureKind.THROTTLED})
_AUTH = frozenset({FailureKind.AUTHENTICATION})
_REJECTED = frozenset({FailureKind.REJECTED})
_UNKNOWN = frozenset({FailureKind.UNKNOWN_OUTCOME})
_NONE: frozenset[FailureKind] = frozenset()


@frozen
class Rule:
    """
    What a connector may report under a fault, apart from a success that is true.

    Attributes:
        guarantee: The guarantee that is tested with the fault.
        before: The errors that are correct if a request before the write met the fault.
        at: The errors that are correct if the write met the fault.
        retry_after: The seconds that the target asks to wait.
        may_succeed: Whether the order may be accepted; not if the server is not the target.
    """

    guarantee: str
    before: frozenset[FailureKind]
    at: frozenset[FailureKind]
    retry_after: float | None = None
    may_succeed: bool = True

    def allowed(self, position: Position | None, *, start: bool) -> frozenset[FailureKind]:
        """
        The errors that are correct at a place.

        Args:
            position: The position of the place; `None` if it is unknown.
            start: Whether the place is at the first byte of a connection.
        """
        if start or position is Position.BEFORE:
            return self.before
        if position is Position.AFTER:
            return _UNKNOWN
        return self.at if position is Position.AT else self.at | self.before


def _response_lost(guarantee: str = "lost-answer", before: frozenset[FailureKind] = _NONE) -> Rule:
    return Rule(guarantee, _TRANSIENT | before, _UNKNOWN)


RULES: Final[dict[Fault | FolderFault, Rule]] = {
    Fault.REFUSE: Rule("unreachable", _TRANSIENT, _TRANSIENT),
    Fault.RESET: Rule("unreachable", _TRANSIENT, _TRANSIENT | _UNKNOWN),
    Fault.WRONG_CERTIFICATE: Rule(
        "unreachable", _TRANSIENT | _AUTH, _TRANSIENT | _AUTH, may_succeed=False
    ),
    Fault.DELAY: Rule("slow", _NONE, _NONE),
    Fault.CUT: Rule("cut-off", _TRANSIENT, _TRANSIENT | _UNKNOWN),
    Fault.DEAF: Rule("cut-off", _TRANSIENT, _TRANSIENT | _UNKNOWN),
    Fault.STALL: Rule("cut-off", _TRANSIENT, _TRANSIENT | _UNKNOWN),
    Fault.DROP_REQUEST: _response_lost(),
    Fault.STALL_REQUEST: _response_lost(),
    Fault.LOSE_ANSWER: _response_lost(),
    Fault.LOSE_ANSWER_STALLED: _response_lost(),
    Fault.TRUNCATED: _response_lost(),
    Fault.GARBAGE: _response_lost(),
    Fault.GARBAGE_BODY: _response_lost(before=_AUTH),
    Fault.FLOOD: _response_lost(),
    Fault.STATUS_401: Rule("sign-in-refused", _AUTH, _AUTH),
    Fault.STATUS_403: Rule("sign-in-refused", _AUTH | _REJECTED, _AUTH | _REJECTED),
    Fault.STATUS_429: Rule("throttled", _TRANSIENT, _TRANSIENT),
    Fault.STATUS_429_SECONDS: Rule("throttled", _WAIT, _WAIT, RETRY_AFTER),
    Fault.STATUS_429_DATE: Rule("throttled", _WAIT, _WAIT, RETRY_AFTER),
    Fault.STATUS_503: Rule("throttled", _TRANSIENT, _TRANSIENT | _UNKNOWN),
    Fault.STATUS_503_SECONDS: Rule("throttled", _WAIT, _WAIT | _UNKNOWN, RETRY_AFTER),
    Fault.STATUS_503_DATE: Rule("throttled", _WAIT, _WAIT | _UNKNOWN, RETRY_AFTER),
    Fault.STATUS_500: _response_lost("server-error"),
    Fault.STATUS_502: _response_lost("server-error"),
    Fault.STATUS_500_AFTER: _response_lost("server-error"),
    Fault.STATUS_502_AFTER: _response_lost("server-error"),
    Fault.STATUS_409: Rule(
        "refused-order", _TRANSIENT | _AUTH | _REJECTED, _TRANSIENT | _REJECTED | _UNKNOWN
    ),
    Fault.ECHO: Rule("refused-order", _TRANSIENT | _AUTH | _REJECTED, _REJECTED),
    Fault.OK_EMPTY: Rule("false-success", _TRANSIENT | _AUTH, _UNKNOWN),
    Fault.OK_ERROR: Rule(
        "false-success", _TRANSIENT | _AUTH | _REJECTED, _TRANSIENT | _REJECTED | _UNKNOWN
    ),
    Fault.OK_HTML: Rule("false-success", _TRANSIENT | _AUTH, _AUTH | _UNKNOWN),
    FolderFault.GONE: Rule("folder-gone", _TRANSIENT | _AUTH, _TRANSIENT | _AUTH),
    FolderFault.A_FILE: Rule("folder-gone", _TRANSIENT | _AUTH, _TRANSIENT | _AUTH),
}
"""The rule of each fault."""


def faults_of(guarantee: str) -> list[Fault]:
    """
    The faults of connections and requests with which a guarantee is tested.
    """
    return [
        fault
        for fault, rule in RULES.items()
        if rule.guarantee == guarantee and isinstance(fault, Fault)
    ]


TOLERANCE = 0.2
"""The error of a `retry_after` that is given as a date: a fifth, and two seconds."""


def ids_match(export: Export, received: tuple[Received, ...]) -> bool:
    """
    Whether the export has recorded every id that the target issued.
    """
    return {document.remote_id for document in received} <= set(export.remote_ids.values())


def objections(trial: Trial, rule: Rule, *, copies: int, determines: bool) -> Iterator[str]:
    """
    The objections to a trial, one sentence each.

    Args:
        trial: The trial.
        rule: What is allowed under its fault.
        copies: The number of documents that the target makes of one order.
        determines: Whether the connector offers what is needed to determine an unknown outcome.
    """
    yield from _of_the_attempt(trial, rule, copies)
    yield from _of_the_end(trial, copies, determines=determines)


def _of_the_attempt(trial: Trial, rule: Rule, copies: int) -> Iterator[str]:
    export, received = trial.attempt.export, trial.received_by_attempt
    if export.state in RECEIVED:
        if not rule.may_succeed:
            yield "the connector sent the order to a server whose certificate is not trusted"
        if len(received) < copies:
            yield "the export is reported as accepted, but the target did not receive the order"
        elif not ids_match(export, received):
            yield "the export is reported as accepted with ids that are not the target's"
        return
    failure = export.failure
    error = "nothing" if failure is None else failure.type
    if not trial.met:
        yield f"the connector raised {error}, although the fault was not met"
        return
    allowed = rule.allowed(trial.case.position, start=trial.case.start)
    if error not in allowed:
        expected = " or ".join(sorted(allowed)) or "a success"
        yield f"the connector raised {error}; expected {expected}"
    elif export.state is ExportState.RETRYING and received:
        yield f"{error} states that nothing was received, but the target received the order"
    elif rule.retry_after is not None and error == "ThrottledError":
        yield from _of_the_wait(trial, rule.retry_after)


def _of_the_wait(trial: Trial, requested: float) -> Iterator[str]:
    wait = trial.attempt.answer.retry_after
    tolerance = requested * TOLERANCE + 2
    # By the connector's own clock, a date is the nearer, the longer it took to read the response.
    if wait is None or not -tolerance - trial.took <= wait - requested <= tolerance:
        shown = "no retry_after" if wait is None else f"a retry_after of {wait:g} s"
        yield f"the target asks to wait {requested:g} s, but the connector reported {shown}"


def _of_the_end(trial: Trial, copies: int, *, determines: bool) -> Iterator[str]:
    end, count = trial.end, len(trial.received)
    if count > copies:
        yield f"the target has {count} copies of the order; expected {copies}"
    if end.state in RECEIVED:
        if count < copies:
            yield "the export ends as accepted, but the target does not have the order"
        elif not ids_match(end, trial.received):
            yield "the export ends as accepted with ids that are not the target's"
    elif end.state is ExportState.UNKNOWN and not determines:
        return
    else:
        yield f"the fault has ended, but the export ends as {end.state}: {end.failure}"
