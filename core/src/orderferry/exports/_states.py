"""
The states of an export: the one table that code, tests and documentation read.
"""

from __future__ import annotations

from attrs import frozen

from orderferry.connectors import ExportState

__all__ = ["FAILED", "PENDING", "TAKEN", "TRANSITIONS", "Transition", "is_allowed"]

_Q, _S, _A, _K, _R, _T, _U, _D, _X = (
    ExportState.QUEUED,
    ExportState.SENDING,
    ExportState.ACCEPTED,
    ExportState.ACKNOWLEDGED,
    ExportState.REJECTED,
    ExportState.RETRYING,
    ExportState.UNKNOWN,
    ExportState.DEAD,
    ExportState.SKIPPED,
)

PENDING = frozenset({_Q, _S, _T, _U})
"""Not finished: these hold back later exports of the same order to the same instance."""

TAKEN = frozenset({_A, _K})
"""The other side has it."""

FAILED = frozenset({_R, _D, _U})
"""Ended badly: `ErrorStatus` and `StopOnError` act."""


@frozen
class Transition:
    """
    One step that an export's state may take, and when it does.
    """

    source: ExportState
    target: ExportState
    when: str


TRANSITIONS = (
    Transition(_Q, _S, "claimed, or called inside the transition"),
    Transition(_Q, _X, "cancelled, superseded, accepted already, or a person cancels it"),
    Transition(_S, _A, "the other side took it"),
    Transition(_S, _K, "the other side took it and confirmed it at once"),
    Transition(_S, _R, "the other side, or the connector, said that the data is wrong"),
    Transition(_S, _T, "failed in a way that may pass, or given back unsent"),
    Transition(_S, _U, "no answer came back, and nothing can tell"),
    Transition(_S, _D, "attempts are used up, or the connector broke its contract unsent"),
    Transition(_S, _Q, "given back unsent: as before the claim"),
    Transition(_S, _X, "as from queued, before a request began"),
    Transition(_T, _S, "its time has come"),
    Transition(_T, _D, "attempts or deadline used up"),
    Transition(_T, _X, "as from queued"),
    Transition(_T, _U, "attempts or deadline used up, and an earlier outcome is not settled"),
    Transition(_A, _K, "the other side confirmed it later"),
    Transition(_A, _R, "the other side refused it later"),
    Transition(_U, _A, "find_export found it, or a person says so"),
    Transition(_U, _K, "find_export or an acknowledgement says that it is confirmed"),
    Transition(_U, _R, "find_export or an acknowledgement says that it was refused"),
    Transition(_U, _T, "find_export says absent, or a person says that it was not taken"),
    Transition(_U, _D, "absent, and StopOnError cancelled its workflow"),
    Transition(_U, _X, "a person gives it up"),
    Transition(_R, _Q, "a person retries, or the transition is repeated"),
    Transition(_D, _Q, "a person retries, or the transition is repeated"),
)

_ALLOWED = frozenset((each.source, each.target) for each in TRANSITIONS)


def is_allowed(source: ExportState, target: ExportState) -> bool:
    """
    Whether the table has a step from one state to the other.
    """
    return (source, target) in _ALLOWED
