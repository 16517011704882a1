"""
The trials of one bench; each is made once, and all tests of the suite read the same record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Final

from attrs import define, field

from orderferry.errors import LoadError
from orderferry.exports import RECEIVED
from orderferry.testing.proxy._fault import STALLING, BytePlace, Fault, Way
from orderferry.testing.trials._bench import Bench
from orderferry.testing.trials._fault_injection import FolderFault, break_folder, inject
from orderferry.testing.trials._questions import Question, ask_under
from orderferry.testing.trials._recorded_traffic import RecordedTraffic, Request, distinct_requests
from orderferry.testing.trials._trial import Case, Trial, make_trial, repeat_if_slow
from orderferry.testing.trials._verdict import RULES, objections

__all__ = ["Trials"]

CUTS: Final = (*(n / 16 for n in range(12)), *(0.75 + n / 60 for n in range(15)))
"""Where a connection is cut, as fractions of the bytes that a run without a fault carries each way.

Most are in the last quarter: the first part of a connection is greeting and authentication.
"""

STALLS: Final = (0.0, 0.75, 0.95)
"""Where a connection stalls: fewer places, because each stall takes the time of an attempt."""


@define(eq=False)
class Trials:
    """
    The trials of one bench, each made when it is first needed.

    Attributes:
        bench: The target and its proxy.
    """

    bench: Bench
    _clean: tuple[Trial, RecordedTraffic] | None = field(default=None, init=False)
    _trials: dict[Fault | FolderFault, tuple[Trial, ...]] = field(factory=dict, init=False)
    _questions: dict[Fault | FolderFault, tuple[Question, ...]] = field(factory=dict, init=False)

    @property
    def clean(self) -> Trial:
        """
        The trial without a fault.
        """
        return self._record()[0]

    @property
    def traffic(self) -> RecordedTraffic:
        """
        The traffic of the trial without a fault.

        Raises:
            AssertionError: The order of that trial was not accepted, so its traffic cannot be used.
        """
        trial, traffic = self._record()
        if trial.end.state not in RECEIVED:
            raise AssertionError(trial.describe("the order is not accepted without a fault"))
        return traffic

    def under(self, fault: Fault | FolderFault) -> tuple[Trial, ...]:
        """
        The trials of a fault, one for each of its places.
        """
        if fault not in self._trials:
            self.traffic  # noqa: B018 - raises if the order is not accepted even without a fault
            self._trials[fault] = tuple(self._try(fault, case) for case in self._cases(fault))
        return self._trials[fault]

    def questions(self, fault: Fault | FolderFault) -> tuple[Question, ...]:
        """
        The questions under a fault about an order that the target has.
        """
        if fault not in self._questions:
            self._questions[fault] = tuple(ask_under(self.bench, fault))
        return self._questions[fault]

    def objections(self, fault: Fault | FolderFault, trial: Trial) -> list[str]:
        """
        The objections to a trial of a fault, one sentence each.
        """
        copies, determines = self.traffic.copies, self.bench.determines_outcomes
        return list(objections(trial, RULES[fault], copies=copies, determines=determines))

    def _try(self, fault: Fault | FolderFault, case: Case) -> Trial:
        return repeat_if_slow(
            self.bench,
            lambda: make_trial(self.bench, case),
            lambda trial: trial.late or bool(self.objections(fault, trial)),
        )

    def _record(self) -> tuple[Trial, RecordedTraffic]:
        if self._clean is None:
            proxy = self.bench.proxy
            trial = repeat_if_slow(self.bench, lambda: make_trial(self.bench, Case()))
            up, down = (0, 0) if proxy is None else proxy.carried
            seen = () if proxy is None else proxy.seen
            key = trial.end.key
            traffic = RecordedTraffic(
                requests=distinct_requests(seen, key.order_id, str(key.id)),
                copies=len(trial.received),
                up=up,
                down=down,
                greets=self.bench.greets(),
            )
            self._clean = trial, traffic
        return self._clean

    def _cases(self, fault: Fault | FolderFault) -> Iterator[Case]:
        if isinstance(fault, FolderFault):
            folder = self.bench.folder
            if folder is not None:
                yield Case(fault=fault, inject=lambda *_: break_folder(folder, fault))
        elif fault.way is Way.REQUEST:
            for request in self.traffic.requests:
                yield self._at_request(fault, request)
        elif fault.way is Way.CONNECTION or fault is Fault.DELAY:
            yield from self._everywhere(fault)
        else:
            for place in self._byte_places(fault):
                yield self._at_byte(fault, place)

    def _everywhere(self, fault: Fault) -> Iterator[Case]:
        tls = fault is Fault.WRONG_CERTIFICATE
        if tls and not self._accepts_tls():
            return
        yield Case(
            fault=fault.sentence,
            inject=lambda *_: inject(self.bench, fault),
            position=self.traffic.first,
            stalls=fault in STALLING,
            tls=tls,
            counted=fault is not Fault.REFUSE,
        )

    def _accepts_tls(self) -> bool:
        """
        Whether the settings accept an HTTPS address of the target.
        """
        try:
            with self.bench.instance(tls=True):
                return self.bench.http
        except LoadError:
            return False

    def _at_request(self, fault: Fault, request: Request) -> Case:
        def inject_at_request(order_id: str, key: str) -> AbstractContextManager[None]:
            return inject(self.bench, fault, request.place(order_id, key))

        return Case(
            fault=fault.sentence,
            place=str(request),
            inject=inject_at_request,
            position=request.position,
            stalls=fault in STALLING,
        )

    def _byte_places(self, fault: Fault) -> Iterator[BytePlace]:
        traffic = self.traffic
        for fraction in STALLS if fault is Fault.STALL else CUTS:
            yield BytePlace("up", int(traffic.up * fraction))
            yield BytePlace("down", int(traffic.down * fraction))

    def _at_byte(self, fault: Fault, place: BytePlace) -> Case:
        inject_at_byte: Callable[..., AbstractContextManager[None]] = partial(
            lambda place, *_: inject(self.bench, fault, place), place
        )
        return Case(
            fault=fault.sentence,
            place=f"after {place.after} bytes {place.direction}",
            inject=inject_at_byte,
            position=None,
            start=place.after == 0 and self.traffic.greets,
            stalls=fault in STALLING,
        )
