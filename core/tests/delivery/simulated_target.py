"""
A simulated target: what it takes is counted here, and nowhere else.
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
"""A connector that speaks to the target in its module."""

FIND = """
    @hookimpl
    def find_export(self, export, context):
        return TARGET.find(export)
"""
"""What a connector has more whose target can be asked."""


@define
class Time:
    """
    The time, which goes on when it is told to.
    """

    now: datetime = START

    def monotonic(self) -> float:
        """
        Seconds since the start.
        """
        return (self.now - START).total_seconds()

    def go_on(self, seconds: float) -> None:
        """
        So many seconds later.
        """
        self.now += timedelta(seconds=seconds)

    @property
    def clock(self) -> Clock:
        """
        A clock that tells it.
        """
        return Clock(now=lambda: self.now, monotonic=self.monotonic, wait=self.go_on)


class Answer(StrEnum):
    """
    What a target does with a request.
    """

    TAKES = "takes it, and says so"
    LOSES = "takes it; the answer is lost"
    LINGERS = "takes it later; no answer comes"
    VANISHES = "never gets it; no answer comes"
    BREAKS = "never gets it; the connector fails over the answer"
    IS_AWAY = "is away"
    THROTTLES = "asks to wait"
    LOCKS_OUT = "does not know the password"
    REFUSES = "refuses it"
    SPLITS = "takes a part of it, and refuses the other"
    IS_INVALID = "never gets it: the connector knows better"


@define(eq=False)
class Target:
    """
    What an instance talks to.

    Attributes:
        drops: Whether it drops repeats of one idempotency key.
        taken: How often it has taken an export, by its key.
        answer: What it does with the next request.
        delay: Seconds until it answers, or takes what lingers.
        tells: Whether it can tell what it has.
    """

    time: Time
    drops: bool = False
    taken: Counter[str] = field(factory=Counter)
    late: list[tuple[datetime, str]] = field(factory=list)
    answer: Answer = Answer.TAKES
    delay: float = 0.0
    tells: bool = True

    def behave(self, answer: Answer, delay: float) -> None:
        """
        Answer in this way from now on; some of those who are away cannot be asked either.
        """
        self.answer, self.delay = answer, delay
        self.tells = answer not in (Answer.IS_AWAY, Answer.BREAKS)

    def arrive(self) -> None:
        """
        Take what has lingered until now.
        """
        for each in [each for each in self.late if each[0] <= self.time.now]:
            self.late.remove(each)
            self._take(each[1])

    def is_certain(self, key: str) -> bool:
        """
        Whether nothing of an export is on its way any more.
        """
        return all(late != key for _, late in self.late)

    def export(self, context: Context) -> ExportResult | list[ExportResult] | None:
        """
        Answer a request. The connector notes those that are answered.
        """
        self.arrive()
        key, answer = context.key, self.answer
        if answer in (Answer.LINGERS, Answer.VANISHES):
            if answer is Answer.LINGERS:
                self.late.append((self.time.now + timedelta(seconds=self.delay), key))
            raise UnknownOutcomeError("no answer came")
        if answer in (Answer.TAKES, Answer.LOSES, Answer.SPLITS):
            self._take(key)
        known = self.drops and self.taken[key] > 0
        self.time.go_on(self.delay)
        context.record("an export", "an answer")
        return self._answered(key, Answer.TAKES if known and answer is Answer.REFUSES else answer)

    def _answered(self, key: str, answer: Answer) -> ExportResult | list[ExportResult] | None:
        match answer:
            case Answer.TAKES:
                return ExportResult({"order": f"R-{key}"})
            case Answer.SPLITS:
                refused = ExportResult(state=ExportState.REJECTED, shipment_id="S2")
                return [ExportResult({"order": f"R-{key}"}, shipment_id="S1"), refused]
            case Answer.BREAKS:
                return None
            case Answer.IS_AWAY:
                raise TransientError("it is away")
            case Answer.THROTTLES:
                raise ThrottledError("too many", retry_after=7.0)
            case Answer.LOCKS_OUT:
                raise AuthenticationError("wrong password")
            case Answer.REFUSES:
                raise RejectedError("it is wrong")
            case Answer.IS_INVALID:
                raise InvalidOrderError("it is wrong")
        raise UnknownOutcomeError("no answer came")

    def find(self, export: SentExport) -> Found | Absent | CannotTell:
        """
        Tell what has become of an export.
        """
        self.arrive()
        if not self.tells:
            return CannotTell("the search is down")
        if self.taken[export.key]:
            return Found({"order": f"R-{export.key}"})
        return Absent()

    def _take(self, key: str) -> None:
        if not (self.drops and self.taken[key]):
            self.taken[key] += 1
