"""
The verdict on a trial: what a connector may report under each fault, by section 4 of the
specification.
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

__all__ = ["RULES", "Rule", "faults_of", "ids_are_right", "objections"]

_PASSES = frozenset({FailureKind.TRANSIENT, FailureKind.THROTTLED})
_WAIT = frozenset({FailureKind.THROTTLED})
_SIGN_IN = frozenset({FailureKind.AUTHENTICATION})
_REFUSED = frozenset({FailureKind.REJECTED})
_UNKNOWN = frozenset({FailureKind.UNKNOWN_OUTCOME})
_NOTHING: frozenset[FailureKind] = frozenset()


@frozen
class Rule:
    """
    What may follow from a fault, beside success that is true.

    Attributes:
        guarantee: The guarantee that it is tried for.
        before: The errors that are honest where a request before the write met the fault.
        at: Those that are where the write met it.
        retry_after: Seconds that the target asks to wait.
        may_succeed: Whether the order may be taken all the same; not where nobody knows who takes
            it.
    """

    guarantee: str
    before: frozenset[FailureKind]
    at: frozenset[FailureKind]
    retry_after: float | None = None
    may_succeed: bool = True

    def allowed(self, position: Position | None, *, start: bool) -> frozenset[FailureKind]:
        """
        The errors that are honest at a place.

        Args:
            position: Where the place is; `None` where nobody can know.
            start: Whether it is at a connection's first byte.
        """
        if start or position is Position.BEFORE:
            return self.before
        if position is Position.AFTER:
            return _UNKNOWN
        return self.at if position is Position.AT else self.at | self.before


def _lost(guarantee: str = "lost-answer", before: frozenset[FailureKind] = _NOTHING) -> Rule:
    return Rule(guarantee, _PASSES | before, _UNKNOWN)


RULES: Final[dict[Fault | FolderFault, Rule]] = {
    Fault.REFUSE: Rule("unreachable", _PASSES, _PASSES),
    Fault.RESET: Rule("unreachable", _PASSES, _PASSES | _UNKNOWN),
    Fault.WRONG_CERTIFICATE: Rule(
        "unreachable", _PASSES | _SIGN_IN, _PASSES | _SIGN_IN, may_succeed=False
    ),
    Fault.DELAY: Rule("slow", _NOTHING, _NOTHING),
    Fault.CUT: Rule("cut-off", _PASSES, _PASSES | _UNKNOWN),
    Fault.DEAF: Rule("cut-off", _PASSES, _PASSES | _UNKNOWN),
    Fault.STALL: Rule("cut-off", _PASSES, _PASSES | _UNKNOWN),
    Fault.DROP_REQUEST: _lost(),
    Fault.STALL_REQUEST: _lost(),
    Fault.LOSE_ANSWER: _lost(),
    Fault.LOSE_ANSWER_STALLED: _lost(),
    Fault.TRUNCATED: _lost(),
    Fault.GARBAGE: _lost(),
    Fault.GARBAGE_BODY: _lost(before=_SIGN_IN),
    Fault.FLOOD: _lost(),
    Fault.STATUS_401: Rule("sign-in-refused", _SIGN_IN, _SIGN_IN),
    Fault.STATUS_403: Rule("sign-in-refused", _SIGN_IN | _REFUSED, _SIGN_IN | _REFUSED),
    Fault.STATUS_429: Rule("throttled", _PASSES, _PASSES),
    Fault.STATUS_429_SECONDS: Rule("throttled", _WAIT, _WAIT, RETRY_AFTER),
    Fault.STATUS_429_DATE: Rule("throttled", _WAIT, _WAIT, RETRY_AFTER),
    Fault.STATUS_503: Rule("throttled", _PASSES, _PASSES | _UNKNOWN),
    Fault.STATUS_503_SECONDS: Rule("throttled", _WAIT, _WAIT | _UNKNOWN, RETRY_AFTER),
    Fault.STATUS_503_DATE: Rule("throttled", _WAIT, _WAIT | _UNKNOWN, RETRY_AFTER),
    Fault.STATUS_500: _lost("server-error"),
    Fault.STATUS_502: _lost("server-error"),
    Fault.STATUS_500_AFTER: _lost("server-error"),
    Fault.STATUS_502_AFTER: _lost("server-error"),
    Fault.STATUS_409: Rule(
        "refused-order", _PASSES | _SIGN_IN | _REFUSED, _PASSES | _REFUSED | _UNKNOWN
    ),
    Fault.ECHO: Rule("refused-order", _PASSES | _SIGN_IN | _REFUSED, _REFUSED),
    Fault.OK_EMPTY: Rule("false-success", _PASSES | _SIGN_IN, _UNKNOWN),
    Fault.OK_ERROR: Rule(
        "false-success", _PASSES | _SIGN_IN | _REFUSED, _PASSES | _REFUSED | _UNKNOWN
    ),
    Fault.OK_HTML: Rule("false-success", _PASSES | _SIGN_IN, _SIGN_IN | _UNKNOWN),
    FolderFault.GONE: Rule("folder-gone", _PASSES | _SIGN_IN, _PASSES | _SIGN_IN),
    FolderFault.A_FILE: Rule("folder-gone", _PASSES | _SIGN_IN, _PASSES | _SIGN_IN),
}
"""What may follow from each fault."""


def faults_of(guarantee: str) -> list[Fault]:
    """
    The faults of connections and requests that are tried for a guarantee.
    """
    return [
        fault
        for fault, rule in RULES.items()
        if rule.guarantee == guarantee and isinstance(fault, Fault)
    ]


PUNCTUAL = 0.2
"""How far a `retry_after` that is given as a date may be off: a fifth, and two seconds."""


def ids_are_right(export: Export, has: tuple[Received, ...]) -> bool:
    """
    Whether each id that the target gave is among those that are recorded.
    """
    return {each.remote_id for each in has} <= set(export.remote_ids.values())


def objections(trial: Trial, rule: Rule, *, copies: int, settles: bool) -> Iterator[str]:
    """
    What is wrong with how a trial went, a sentence each.

    Args:
        trial: The trial.
        rule: What is allowed under its fault.
        copies: How many documents one order is at this target.
        settles: Whether the connector declares what settles an unknown outcome.
    """
    yield from _of_the_attempt(trial, rule, copies)
    yield from _of_the_end(trial, copies, settles=settles)


def _of_the_attempt(trial: Trial, rule: Rule, copies: int) -> Iterator[str]:
    after = trial.attempt.export
    if after.state in RECEIVED:
        if not rule.may_succeed:
            yield "the connector has sent the order to somebody that it should not trust"
        if len(trial.had) < copies:
            yield "the export is called accepted, and the target has not taken the order"
        elif not ids_are_right(after, trial.had):
            yield "the export is called accepted under ids that are not the target's"
        return
    failure = after.failure
    kind = "nothing" if failure is None else failure.type
    if not trial.met:
        yield f"nothing was in the way, and the connector failed with {kind}"
        return
    allowed = rule.allowed(trial.case.position, start=trial.case.start)
    if kind not in allowed:
        due = " or ".join(sorted(allowed)) or "success"
        yield f"the connector failed with {kind} where {due} is due"
    elif after.state is ExportState.RETRYING and trial.had:
        yield f"{kind} says that nothing was taken, and the target has taken the order"
    elif rule.retry_after is not None and kind == FailureKind.THROTTLED:
        yield from _of_the_wait(trial, rule.retry_after)


def _of_the_wait(trial: Trial, asked: float) -> Iterator[str]:
    wait = trial.attempt.answer.retry_after
    most = asked * PUNCTUAL + 2
    # Who counts from a clock of its own sees a date the closer, the longer the answer was read.
    if wait is None or not -most - trial.took <= wait - asked <= most:
        yield f"the target asks for {asked:g} s, and the connector says {wait}"


def _of_the_end(trial: Trial, copies: int, *, settles: bool) -> Iterator[str]:
    end, has = trial.end, len(trial.has)
    if has > copies:
        yield f"the target has the order {has} times, and once is {copies}"
    if end.state in RECEIVED:
        if has < copies:
            yield "the export ends accepted, and the target does not have the order"
        elif not ids_are_right(end, trial.has):
            yield "the export ends under ids that are not the target's"
    elif end.state is ExportState.UNKNOWN and not settles:
        return
    else:
        yield f"the fault has passed, and the export ends {end.state}: {end.failure}"
