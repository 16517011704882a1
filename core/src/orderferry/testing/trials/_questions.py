"""
The question whether the target has an export, asked under faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial

from attrs import frozen

from orderferry.connectors import Absent, CannotTell, Found
from orderferry.testing._pace import overdue
from orderferry.testing.proxy._fault import STALLING, Fault, Place, RequestPlace, Way
from orderferry.testing.trials._bench import Bench
from orderferry.testing.trials._export_run import Voyage, sent
from orderferry.testing.trials._fault_injection import FolderFault, inflicted, out_of_place
from orderferry.testing.trials._observation import Call
from orderferry.testing.trials._trial import unhurried

__all__ = ["ASKING_FAULTS", "Question", "can_meet", "questions"]

_LEFT_OUT = (Fault.DELAY, Fault.WRONG_CERTIFICATE, Fault.LOSE_ANSWER_STALLED)

ASKING_FAULTS = tuple(fault for fault in Fault if fault not in _LEFT_OUT)
"""The faults under which the target cannot be asked, those left out that a question sees alike."""


@frozen(kw_only=True)
class Question:
    """
    What was answered under a fault, about an order that the target has.

    Attributes:
        fault: The fault.
        where: The place, for people.
        answer: The answer, as the core takes it.
        right: Whether it is found under its right id.
        calls: What the connector said.
        seen: The requests, for people.
    """

    fault: str
    where: str
    answer: Found | Absent | CannotTell
    right: bool
    calls: tuple[Call, ...]
    seen: str

    def told(self, what: str) -> str:
        """
        An objection, with all that is needed to understand it.
        """
        return (
            f"{what}: {self.answer}\n  fault: {self.fault}, {self.where}\n  requests: {self.seen}"
        )


def can_meet(bench: Bench, fault: Fault | FolderFault) -> bool:
    """
    Whether a question can meet a fault at this target.
    """
    if isinstance(fault, FolderFault):
        return bench.folder is not None
    if bench.http:
        return fault is not Fault.STALL
    return bench.proxy is not None and fault.way is not Way.REQUEST


def questions(bench: Bench, fault: Fault | FolderFault) -> Iterator[Question]:
    """
    Ask about an order that the target has, under a fault at each place.

    Args:
        bench: Where the target is.
        fault: The fault.
    """
    voyage = unhurried(bench, partial(sent, bench))
    for place in _places(bench, voyage, fault):
        yield unhurried(bench, partial(_asked, bench, voyage, fault, place))


def _asked(
    bench: Bench, voyage: Voyage, fault: Fault | FolderFault, place: Place | None
) -> Question:
    proxy, pace = bench.proxy, bench.pace
    seconds = pace.stall_seconds if fault in STALLING else pace.attempt_seconds
    with bench.instance() as instance:
        voyage.exporter = instance.exporter
        if proxy is not None:
            proxy.clear()
        with _inflicted(bench, fault, place):
            with overdue(seconds + pace.margin_seconds, bench.release):
                answer = voyage.ask(seconds)
            bench.wait_at_rest()
            seen = () if proxy is None else proxy.seen
        has = {each.remote_id for each in bench.taken(voyage.order.id)}
    return Question(
        fault=fault.value if isinstance(fault, FolderFault) else fault.sentence,
        where="everywhere" if place is None else str(place),
        answer=answer,
        right=isinstance(answer, Found) and has <= set(answer.remote_ids.values()),
        calls=tuple(instance.watch.calls),
        seen=", ".join(f"{each.method} {each.path}" for each in seen) or "none were seen",
    )


def _places(bench: Bench, voyage: Voyage, fault: Fault | FolderFault) -> tuple[Place | None, ...]:
    """
    Where a fault can be met while the target is asked; the requests are learnt by asking.
    """
    proxy = bench.proxy
    if proxy is None or not isinstance(fault, Fault) or fault.way is not Way.REQUEST:
        return (None,)
    with bench.instance() as instance:
        voyage.exporter = instance.exporter
        proxy.clear()
        voyage.ask()
    places = tuple(dict.fromkeys(RequestPlace(each.method, each.path) for each in proxy.seen))
    return places[-1:] if fault in STALLING else places


def _inflicted(
    bench: Bench, fault: Fault | FolderFault, place: Place | None
) -> AbstractContextManager[None]:
    if isinstance(fault, Fault):
        return inflicted(bench, fault, place)
    return nullcontext() if bench.folder is None else out_of_place(bench.folder, fault)
