"""
The trials of one bench; each is made once, and every test looks at the same record.
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
from orderferry.testing.trials._fault_injection import FolderFault, inflicted, out_of_place
from orderferry.testing.trials._questions import Question, questions
from orderferry.testing.trials._recorded_traffic import Learned, Request, requests_of
from orderferry.testing.trials._trial import Case, Trial, make_trial, unhurried
from orderferry.testing.trials._verdict import RULES, objections

__all__ = ["Trials"]

CUTS: Final = (*(n / 16 for n in range(12)), *(0.75 + n / 60 for n in range(15)))
"""Where a connection is cut, as parts of what a clean run carries each way.

The last quarter has most of them: what comes first is greeting and signing in.
"""

STALLS: Final = (0.0, 0.75, 0.95)
"""Where it stalls: fewer, because each is waited for."""


@define(eq=False)
class Trials:
    """
    The trials of one bench, each made when it is first asked for.
    """

    bench: Bench
    _clean: tuple[Trial, Learned] | None = field(default=None, init=False)
    _made: dict[Fault | FolderFault, tuple[Trial, ...]] = field(factory=dict, init=False)
    _asked: dict[Fault | FolderFault, tuple[Question, ...]] = field(factory=dict, init=False)

    @property
    def clean(self) -> Trial:
        """
        A run without a fault.
        """
        return self._learn()[0]

    @property
    def learned(self) -> Learned:
        """
        What the clean run showed.

        Raises:
            AssertionError: It ended badly, so that nothing can be learnt from it.
        """
        trial, learned = self._learn()
        if trial.end.state not in RECEIVED:
            raise AssertionError(trial.told("without any fault, a good order is not accepted"))
        return learned

    def under(self, fault: Fault | FolderFault) -> tuple[Trial, ...]:
        """
        The trials of a fault, one for each place that it can be at.
        """
        if fault not in self._made:
            self.learned  # noqa: B018 - nothing is shown where a good order is not accepted
            self._made[fault] = tuple(self._try(fault, case) for case in self._cases(fault))
        return self._made[fault]

    def asked(self, fault: Fault | FolderFault) -> tuple[Question, ...]:
        """
        What was answered under a fault about an order that the target has.
        """
        if fault not in self._asked:
            self._asked[fault] = tuple(questions(self.bench, fault))
        return self._asked[fault]

    def objections(self, fault: Fault | FolderFault, trial: Trial) -> list[str]:
        """
        What is wrong with how a trial of a fault went, a sentence each.
        """
        copies, settles = self.learned.copies, self.bench.settles
        return list(objections(trial, RULES[fault], copies=copies, settles=settles))

    def _try(self, fault: Fault | FolderFault, case: Case) -> Trial:
        return unhurried(
            self.bench,
            lambda: make_trial(self.bench, case),
            lambda trial: trial.late or bool(self.objections(fault, trial)),
        )

    def _learn(self) -> tuple[Trial, Learned]:
        if self._clean is None:
            proxy = self.bench.proxy
            trial = unhurried(self.bench, lambda: make_trial(self.bench, Case()))
            up, down = (0, 0) if proxy is None else proxy.carried
            seen = () if proxy is None else proxy.seen
            key = trial.end.key
            learned = Learned(
                requests=requests_of(seen, key.order_id, str(key.id)),
                copies=len(trial.has),
                up=up,
                down=down,
                greets=self.bench.greets(),
            )
            self._clean = trial, learned
        return self._clean

    def _cases(self, fault: Fault | FolderFault) -> Iterator[Case]:
        if isinstance(fault, FolderFault):
            folder = self.bench.folder
            if folder is not None:
                yield Case(fault=fault, inflict=lambda *_: out_of_place(folder, fault))
        elif fault.way is Way.REQUEST:
            for request in self.learned.requests:
                yield self._at_request(fault, request)
        elif fault.way is Way.CONNECTION or fault is Fault.DELAY:
            yield from self._everywhere(fault)
        else:
            for place in self._byte_places(fault):
                yield self._at_byte(fault, place)

    def _everywhere(self, fault: Fault) -> Iterator[Case]:
        tls = fault is Fault.WRONG_CERTIFICATE
        if tls and not self._takes_tls():
            return
        yield Case(
            fault=fault.sentence,
            inflict=lambda *_: inflicted(self.bench, fault),
            position=self.learned.first,
            stalls=fault in STALLING,
            tls=tls,
            counted=fault is not Fault.REFUSE,
        )

    def _takes_tls(self) -> bool:
        """
        Whether the target's address may be one with TLS.
        """
        try:
            with self.bench.instance(tls=True):
                return self.bench.http
        except LoadError:
            return False

    def _at_request(self, fault: Fault, request: Request) -> Case:
        def inflict(order_id: str, key: str) -> AbstractContextManager[None]:
            return inflicted(self.bench, fault, request.place(order_id, key))

        return Case(
            fault=fault.sentence,
            where=str(request),
            inflict=inflict,
            position=request.position,
            stalls=fault in STALLING,
        )

    def _byte_places(self, fault: Fault) -> Iterator[BytePlace]:
        learned = self.learned
        for part in STALLS if fault is Fault.STALL else CUTS:
            yield BytePlace("up", int(learned.up * part))
            yield BytePlace("down", int(learned.down * part))

    def _at_byte(self, fault: Fault, place: BytePlace) -> Case:
        inflict: Callable[..., AbstractContextManager[None]] = partial(
            lambda place, *_: inflicted(self.bench, fault, place), place
        )
        return Case(
            fault=fault.sentence,
            where=f"after {place.after} bytes {place.direction}",
            inflict=inflict,
            position=None,
            start=place.after == 0 and self.learned.greets,
            stalls=fault in STALLING,
        )
