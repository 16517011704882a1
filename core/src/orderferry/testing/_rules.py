"""
What a connector may say under each fault: section 4 of the specification, fault by fault.

A connector knows only what it saw. Where no byte of the write had left, nothing was taken; where it
had, and no usable answer came, nobody knows, whatever the proxy did with the request.
"""

from __future__ import annotations

from typing import Final

from attrs import frozen

from orderferry.testing._fault import RETRY_AFTER, Fault
from orderferry.testing._folder import FolderFault
from orderferry.testing._learned import Position

__all__ = ["RULES", "Rule", "faults_of"]

_PASSES = frozenset({"TransientError", "ThrottledError"})
_WAIT = frozenset({"ThrottledError"})
_SIGN_IN = frozenset({"AuthenticationError"})
_REFUSED = frozenset({"RejectedError"})
_UNKNOWN = frozenset({"UnknownOutcomeError"})
_NOTHING: frozenset[str] = frozenset()


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
    before: frozenset[str]
    at: frozenset[str]
    retry_after: float | None = None
    may_succeed: bool = True

    def allowed(self, position: Position | None, *, start: bool) -> frozenset[str]:
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


def _lost(guarantee: str = "lost-answer", before: frozenset[str] = _NOTHING) -> Rule:
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
