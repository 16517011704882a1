"""
A simulated target, the only place that counts what was received.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from attrs import define, field

from orderferry.connectors import (
    Absent,
    CannotTell,
    Context,
    ExportResult,
    ExportState,
    Found,
    SentExport,
)
from orderferry.errors import (
    AuthenticationError,
    InvalidOrderError,
    RejectedError,
    ThrottledError,
    TransientError,
    UnknownOutcomeError,
)
from orderferry.exports import Clock

__all__ = ["FIND", "SOURCE", "START", "Answer", "Target", "Time"]

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

SOURCE = """
from orderferry import Capabilities, Connector, hookimpl

TARGET = None


class Simulated(Connector):
    capabilities = Capabilities(idempotent=@DROPS@, updates=@DROPS@)

    def __init__(self, settings):
        pass

    @hookimpl
    def export_order(self, order, shipment, properties, context):
        return TARGET.export(context)
"""
"""A connector that calls the target in its module."""

FIND = """
    @hookimpl
    def find_export(self, export, context):
        return TARGET.find(export)
"""
"""The hook of a connector whose target can be asked."""


@define
class Time:
    """
    The simulated time, which the test advances.
    """

    now: datetime = START

    def monotonic(self) -> float:
        """
        Return the seconds since the start.
        """
        return (self.now - START).total_seconds()

    def advance(self, seconds: float) -> None:
        """
        Advance the time.
        """
        self.now += timedelta(seconds=seconds)

    @property
    def clock(self) -> Clock:
        """
        A clock with this time.
        """
        return Clock(now=lambda: self.now, monotonic=self.monotonic, wait=self.advance)


class Answer(StrEnum):
    """
    What a target does with a request.
    """

    ACCEPTS = "receives it, and responds"
    LOSES = "receives it; the response is lost"
    LINGERS = "receives it later; no response"
    VANISHES = "never receives it; no response"
    BREAKS = "never receives it; the connector fails over the response"
    IS_AWAY = "is unavailable"
    THROTTLES = "asks to wait"
    LOCKS_OUT = "authentication fails"
    REJECTS = "rejects it"
    SPLITS = "accepts one part of it, and rejects the other"
    IS_INVALID = "never receives it: the connector finds it invalid"


@define(eq=False)
class Target:
    """
    The target of an instance.

    Attributes:
        drops: Whether it discards duplicates of one idempotency key.
        received: How often it has received an export, by its key.
        late: Requests that arrive later: when, and their keys.
        answer: What it does with the next request.
        delay: Seconds until it responds, or receives a late request.
        tells: Whether it can answer questions.
    """

    time: Time
    drops: bool = False
    received: Counter[str] = field(factory=Counter)
    late: list[tuple[datetime, str]] = field(factory=list)
    answer: Answer = Answer.ACCEPTS
    delay: float = 0.0
    tells: bool = True

    def behave(self, answer: Answer, delay: float) -> None:
        """
        Respond in this way from now on; a target that is unavailable answers no questions either.
        """
        self.answer, self.delay = answer, delay
        self.tells = answer not in (Answer.IS_AWAY, Answer.BREAKS)

    def arrive(self) -> None:
        """
        Receive the late requests that have arrived by now.
        """
        for request in [request for request in self.late if request[0] <= self.time.now]:
            self.late.remove(request)
            self._receive(request[1])

    def is_certain(self, key: str) -> bool:
        """
        Return whether no request of an export is still on its way.
        """
        return all(late != key for _, late in self.late)

    def export(self, context: Context) -> ExportResult | list[ExportResult] | None:
        """
        Respond to a request. The connector records those that get a response.
        """
        self.arrive()
        key, answer = context.key, self.answer
        if answer in (Answer.LINGERS, Answer.VANISHES):
            if answer is Answer.LINGERS:
                self.late.append((self.time.now + timedelta(seconds=self.delay), key))
            raise UnknownOutcomeError("no response")
        if answer in (Answer.ACCEPTS, Answer.LOSES, Answer.SPLITS):
            self._receive(key)
        known = self.drops and self.received[key] > 0
        self.time.advance(self.delay)
        context.record("an export", "a response")
        return self._respond(key, Answer.ACCEPTS if known and answer is Answer.REJECTS else answer)

    def _respond(self, key: str, answer: Answer) -> ExportResult | list[ExportResult] | None:
        match answer:
            case Answer.ACCEPTS:
                return ExportResult({"order": f"R-{key}"})
            case Answer.SPLITS:
                rejected = ExportResult(state=ExportState.REJECTED, shipment_id="S2")
                return [ExportResult({"order": f"R-{key}"}, shipment_id="S1"), rejected]
            case Answer.BREAKS:
                return None
            case Answer.IS_AWAY:
                raise TransientError("unavailable")
            case Answer.THROTTLES:
                raise ThrottledError("too many", retry_after=7.0)
            case Answer.LOCKS_OUT:
                raise AuthenticationError("wrong password")
            case Answer.REJECTS:
                raise RejectedError("it is wrong")
            case Answer.IS_INVALID:
                raise InvalidOrderError("it is wrong")
        raise UnknownOutcomeError("no response")

    def find(self, export: SentExport) -> Found | Absent | CannotTell:
        """
        Return what has become of an export.
        """
        self.arrive()
        if not self.tells:
            return CannotTell("the search is down")
        if self.received[export.key]:
            return Found({"order": f"R-{export.key}"})
        return Absent()

    def _receive(self, key: str) -> None:
        if not (self.drops and self.received[key]):
            self.received[key] += 1
