"""
Whether a trial ended as the specification has it.
"""

from __future__ import annotations

from collections.abc import Iterator

from orderferry.connectors import ExportState, Received
from orderferry.exports import TAKEN, Export
from orderferry.testing._rules import Rule
from orderferry.testing._trial import Trial

__all__ = ["ids_are_right", "objections"]

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
    if after.state in TAKEN:
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
    elif rule.retry_after is not None and kind == "ThrottledError":
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
    if end.state in TAKEN:
        if has < copies:
            yield "the export ends accepted, and the target does not have the order"
        elif not ids_are_right(end, trial.has):
            yield "the export ends under ids that are not the target's"
    elif end.state is ExportState.UNKNOWN and not settles:
        return
    else:
        yield f"the fault has passed, and the export ends {end.state}: {end.failure}"
