"""
Every way to fail that hook API 1.0 knows.
"""

from __future__ import annotations

from collections.abc import Callable

from orderferry import ExportResult, Properties
from orderferry.errors import (
    AuthenticationError,
    ConnectorError,
    ExportError,
    InvalidOrderError,
    NetworkForbiddenError,
    Problem,
    RejectedError,
    StateError,
    ThrottledError,
    TransientError,
    UnknownOutcomeError,
)

__all__ = ["raise_asked_for"]

PROBLEM = Problem(
    cause="asked for", line_item_id="1", field="code", value="A", remedy="ask less", code="E1"
)
ACCEPTED = ExportResult({"part": "P1"}, shipment_id="S1")

FAILURES: dict[str, Callable[[], Exception]] = {
    "AuthenticationError": lambda: AuthenticationError("sign in", problems=[PROBLEM]),
    "ConnectorError": lambda: ConnectorError("broken"),
    "InvalidOrderError": lambda: InvalidOrderError("bad", problems=[PROBLEM]),
    "RejectedError": lambda: RejectedError("no", problems=[PROBLEM], accepted=[ACCEPTED]),
    "ThrottledError": lambda: ThrottledError("wait", retry_after=7.5),
    "TransientError": lambda: TransientError("later"),
    "UnknownOutcomeError": lambda: UnknownOutcomeError("who knows", accepted=[ACCEPTED]),
    "NetworkForbiddenError": lambda: NetworkForbiddenError("no network"),
    "StateError": lambda: StateError("no memory"),
}


def raise_asked_for(properties: Properties) -> None:
    """
    Raise what the step's property `fail` names.
    """
    failure = FAILURES.get(str(properties.get("fail")))
    if failure is None:
        return
    error = failure()
    if isinstance(error, ExportError):
        assert isinstance(error.problems, tuple)
        assert isinstance(error.accepted, tuple)
    raise error
