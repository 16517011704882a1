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
"""Not finished: these hold back later exports of the same order to the same instance."""

RECEIVED = frozenset({_A, _K})
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
        kind = next(k for k in type(error).__mro__ if k.__module__.startswith("orderferry.errors"))
        problems = error.problems if isinstance(error, ExportError) else ()
        return cls(type=kind.__name__, message=str(error), problems=problems)

    @property
    def kind(self) -> FailureKind | None:
        """
        The kind of the failure, or `None` where it is not one of an export.
        """
        return _KINDS.get(self.type)

    def __str__(self) -> str:
        return "; ".join((self.message, *(str(problem) for problem in self.problems)))


@frozen(kw_only=True)
class Origin:
    """
    What made an export, and what follows from its failure.

    Attributes:
        step: The key of the step.
        run: The id of the workflow's run.
        position: The step's place in that run, from 0.
        stop_on_error: Whether its failure cancels the workflow.
        error_status: The status that its failure sets.
        deferred: Whether it runs after the order is saved.
        user: Who started the run.
        cancelled: Its failure has cancelled the workflow already.
        after_save: The order must be readable before anything is sent.
        reason: Why a person had it made, or tried again.
        again: When a person, or a repeated transition, had it tried again.
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
    An intent, and all that became of it.

    Attributes:
        key: What it is: order, shipment, instance, operation, status, version, generation.
        order: The order as it is sent by every attempt.
        properties: The properties of the step that made it, as the connector gets them.
        origin: The step and the run that made it, and what its failure leads to.
        created: When it was made, in UTC.
        changed: When its state last changed, in UTC.
        state: What is known of it.
        results: What the target answered; more than one for a split order.
        failure: Why the last attempt failed, or `None`.
        attempts: How many attempts counted.
        due: When the next attempt may begin.
        requested: When its last request began.
        settles: From when an `Absent` counts: the interrupted request can no longer arrive.
        unsettled: An attempt's outcome is unknown, and nothing has settled it.
        reason: Why it was skipped, waits, or was made again.
        skip: The kind of reason, where it was skipped.
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
        When it was made, or last had to be tried anew: its deadline counts from then.
        """
        return self.origin.again or self.created

    @property
    def shipment(self) -> Shipment | None:
        """
        The shipment that it is about, or `None` for the whole order.
        """
        if self.key.shipment_id is None:
            return None
        return self.order.shipment(self.key.shipment_id)

    @property
    def accepted_parts(self) -> tuple[ExportResult, ...]:
        """
        The answers that took something.
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
            RuntimeError: The table of states has no such step: a fault of this program.
        """
        if not is_allowed(self.state, state):
            raise RuntimeError(f"export {self.key} cannot go from {self.state} to {state}")
        return self._but(state=state, changed=now, **changes)

    def with_order(self, order: Order) -> Self:
        """
        The export with another copy of its order: the whole of it, or less.
        """
        return self._but(order=order)

    def _but(self, **changes: object) -> Self:
        """
        As `attrs.evolve`, in a third of its time.
        """
        made = object.__new__(type(self))
        vars(made).update(vars(self), **changes)
        return made
