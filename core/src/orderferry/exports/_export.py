"""
The states of an export: the one table that code, tests and documentation read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Self

from attrs import field, frozen

from orderferry.connectors import ExportResult, ExportState, Properties
from orderferry.errors import ExportError, OrderferryError, Problem
from orderferry.exports._key import ExportKey
from orderferry.orders import Order, Shipment

__all__ = [
    "FAILED",
    "PENDING",
    "RECEIVED",
    "TRANSITIONS",
    "Export",
    "Failure",
    "FailureKind",
    "Origin",
    "SkipCause",
    "Transition",
    "is_allowed",
]

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
"""Not finished: an export in one of these holds back later ones of its order to its instance."""

RECEIVED = frozenset({_A, _K})
"""The target has received the order."""

FAILED = frozenset({_R, _D, _U})
"""The export has failed: `ErrorStatus` and `StopOnError` take effect."""


@frozen
class Transition:
    """
    A transition between two states of an export, and when it happens.
    """

    source: ExportState
    target: ExportState
    when: str


TRANSITIONS = (
    Transition(_Q, _S, "claimed, or called inside the transition"),
    Transition(_Q, _X, "order cancelled, superseded, accepted before, or cancelled by an operator"),
    Transition(_S, _A, "the target accepted it"),
    Transition(_S, _K, "the target accepted and acknowledged it at once"),
    Transition(_S, _R, "the target or the connector reported that the data is wrong"),
    Transition(_S, _T, "a temporary failure, or returned unsent"),
    Transition(_S, _U, "no response, and the outcome cannot be determined"),
    Transition(_S, _D, "attempts used up, or the connector broke its contract unsent"),
    Transition(_S, _Q, "returned unsent, if it was queued before the claim"),
    Transition(_S, _X, "for the reasons under queued, before a request began"),
    Transition(_T, _S, "it is due"),
    Transition(_T, _D, "attempts or deadline used up"),
    Transition(_T, _X, "for the reasons under queued"),
    Transition(_T, _U, "attempts or deadline used up, and an earlier outcome is unknown"),
    Transition(_A, _K, "the target acknowledged it later"),
    Transition(_A, _R, "the target rejected it later"),
    Transition(_U, _A, "find_export found it, or an operator recorded it as accepted"),
    Transition(_U, _K, "find_export or an acknowledgement reported it as acknowledged"),
    Transition(_U, _R, "find_export or an acknowledgement reported it as rejected"),
    Transition(_U, _T, "find_export did not find it, or an operator recorded it as not received"),
    Transition(_U, _D, "not received, and StopOnError cancelled its workflow"),
    Transition(_U, _X, "an operator gave it up"),
    Transition(_R, _Q, "an operator retried it, or the transition was repeated"),
    Transition(_D, _Q, "an operator retried it, or the transition was repeated"),
)

_ALLOWED = frozenset((transition.source, transition.target) for transition in TRANSITIONS)


def is_allowed(source: ExportState, target: ExportState) -> bool:
    """
    Whether the table has a transition from one state to the other.
    """
    return (source, target) in _ALLOWED


class SkipCause(StrEnum):
    """
    Why an export was not sent at all.
    """

    ORDER_CANCELLED = "order cancelled"
    SUPERSEDED = "superseded"
    ACCEPTED = "accepted already"
    WORKFLOW = "workflow cancelled"
    OPERATOR = "by a person"


class FailureKind(StrEnum):
    """
    Why an export may fail; the values are the names of the classes in `orderferry.errors`.
    """

    TRANSIENT = "TransientError"
    THROTTLED = "ThrottledError"
    AUTHENTICATION = "AuthenticationError"
    INVALID_ORDER = "InvalidOrderError"
    REJECTED = "RejectedError"
    UNKNOWN_OUTCOME = "UnknownOutcomeError"
    CONNECTOR = "ConnectorError"
    OTHER = "ExportError"


_KINDS = {kind.value: kind for kind in FailureKind}


@frozen(kw_only=True)
class Failure:
    """
    Why an export failed, as it is recorded and shown.

    Attributes:
        type: The error's class, by its name in `orderferry.errors`.
        message: One sentence.
        problems: What is wrong with the order, one each.
    """

    type: str = field(converter=str)
    message: str
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, error: OrderferryError) -> Failure:
        """
        The record of an error, under the name of the public class that it is or extends.
        """
        classes = type(error).__mro__
        public = next(c for c in classes if c.__module__.startswith("orderferry.errors"))
        problems = error.problems if isinstance(error, ExportError) else ()
        return cls(type=public.__name__, message=str(error), problems=problems)

    @property
    def kind(self) -> FailureKind | None:
        """
        The kind of the failure, or `None` if it is not one of an export.
        """
        return _KINDS.get(self.type)

    def __str__(self) -> str:
        return "; ".join((self.message, *(str(problem) for problem in self.problems)))


@frozen(kw_only=True)
class Origin:
    """
    The step and the run that created an export, and what its failure leads to.

    Attributes:
        step: The key of the step.
        run: The id of the workflow's run.
        position: The step's place in that run, from 0.
        stop_on_error: Whether its failure cancels the workflow.
        error_status: The status that its failure sets.
        deferred: Whether it runs after the order is saved.
        user: The user who started the run.
        cancelled: Whether its failure has cancelled the workflow.
        after_save: Whether the order must be readable before anything is sent.
        reason: Why an operator created or retried it.
        again: When an operator or a repeated transition retried it.
    """

    step: str
    run: str = ""
    position: int = 0
    stop_on_error: bool = False
    error_status: str | None = None
    deferred: bool = False
    user: str | None = None
    cancelled: bool = False
    after_save: bool = False
    reason: str | None = None
    again: datetime | None = None


@frozen(kw_only=True, slots=False)
class Export:
    """
    One order, or one shipment of it, that is sent to one instance, and its outcome.

    Attributes:
        key: Order, shipment, instance, operation, status, version and generation.
        order: The order as every attempt sends it.
        properties: The properties of the step that created it, as the connector gets them.
        origin: The step and the run that created it, and what its failure leads to.
        created: When it was created, in UTC.
        changed: When its state last changed, in UTC.
        state: What is known of its outcome.
        results: What the target reported; more than one for a split order.
        failure: Why the last attempt failed, or `None`.
        attempts: How many attempts counted.
        due: When the next attempt may begin.
        requested: When its last request began.
        settles: From when an `Absent` counts: the interrupted request can no longer arrive.
        unsettled: Whether an attempt's outcome is unknown, and has not been determined.
        reason: Why it was skipped, waits, or was created again.
        skip: The cause, if it was skipped.
        duration_ms: How long the last attempt took.
    """

    key: ExportKey
    order: Order
    properties: Properties
    origin: Origin
    created: datetime
    changed: datetime
    state: ExportState = ExportState.QUEUED
    results: tuple[ExportResult, ...] = ()
    failure: Failure | None = None
    attempts: int = 0
    due: datetime | None = None
    requested: datetime | None = None
    settles: datetime | None = None
    unsettled: bool = False
    reason: str | None = None
    skip: SkipCause | None = None
    duration_ms: int | None = field(default=None, eq=False)

    @property
    def since(self) -> datetime:
        """
        When it was created, or last queued again; its deadline counts from then.
        """
        return self.origin.again or self.created

    @property
    def shipment(self) -> Shipment | None:
        """
        The shipment that is exported, or `None` for the whole order.
        """
        if self.key.shipment_id is None:
            return None
        return self.order.shipment(self.key.shipment_id)

    @property
    def accepted_parts(self) -> tuple[ExportResult, ...]:
        """
        The results of the parts that the target accepted.
        """
        return tuple(result for result in self.results if result.state in RECEIVED)

    @property
    def remote_ids(self) -> Mapping[str, str]:
        """
        The target's ids; for a split order each kind with its part: `order[S1]`.
        """
        if len(self.results) < 2:
            return dict(self.results[0].remote_ids) if self.results else {}
        return {
            f"{kind}[{result.shipment_id or number}]": value
            for number, result in enumerate(self.results, 1)
            for kind, value in result.remote_ids.items()
        }

    def to(self, state: ExportState, now: datetime, **changes: object) -> Self:
        """
        The export in another state.

        Raises:
            RuntimeError: The table of states has no such transition: a bug in orderferry.
        """
        if not is_allowed(self.state, state):
            raise RuntimeError(f"export {self.key} cannot go from {self.state} to {state}")
        return self._evolve(state=state, changed=now, **changes)

    def with_order(self, order: Order) -> Self:
        """
        The export with another copy of its order: the whole of it, or less.
        """
        return self._evolve(order=order)

    def _evolve(self, **changes: object) -> Self:
        """
        Do what `attrs.evolve` does, in a third of its time.
        """
        export = object.__new__(type(self))
        vars(export).update(vars(self), **changes)
        return export
