"""
Asking the target, under a fault, whether it has an export.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial

from attrs import frozen

from orderferry.connectors import Absent, CannotTell, Found
from orderferry.testing._pace import watch_time
from orderferry.testing.proxy._fault import STALLING, Fault, Place, RequestPlace, Way
from orderferry.testing.trials._bench import Bench
from orderferry.testing.trials._export_run import ExportRun, send_order
from orderferry.testing.trials._fault_injection import FolderFault, break_folder, inject
from orderferry.testing.trials._observation import Call
from orderferry.testing.trials._trial import repeat_if_slow

__all__ = ["ASKING_FAULTS", "Question", "ask_under", "can_meet"]

_LEFT_OUT = (Fault.DELAY, Fault.WRONG_CERTIFICATE, Fault.LOSE_ANSWER_STALLED)

ASKING_FAULTS = tuple(fault for fault in Fault if fault not in _LEFT_OUT)
"""The faults under which the target cannot be asked, without those that a question meets alike."""


@frozen(kw_only=True)
class Question:
    """
    The result of `find_export` under a fault, for an order that the target has.

    Attributes:
        fault: The fault, as text.
        place: The place of the fault, as text.
        result: The result, as the core uses it.
        id_matches: Whether the order was found with its correct id.
        calls: The calls of the connector.
        requests: The requests, as text.
    """

    fault: str
    place: str
    result: Found | Absent | CannotTell
    id_matches: bool
    calls: tuple[Call, ...]
    requests: str

    def describe(self, problem: str) -> str:
        """
        A message about a problem, with everything that explains it.
        """
        return (
            f"{problem}\n  find_export returned {self.result}"
            f"\n  fault: {self.fault}; place: {self.place}\n  requests: {self.requests}"
        )


def can_meet(bench: Bench, fault: Fault | FolderFault) -> bool:
    """
    Whether a question to this target can meet a fault.
    """
    if isinstance(fault, FolderFault):
        return bench.folder is not None
    if bench.http:
        return fault is not Fault.STALL
    return bench.proxy is not None and fault.way is not Way.REQUEST


def ask_under(bench: Bench, fault: Fault | FolderFault) -> Iterator[Question]:
    """
    Ask for an order that the target has, under a fault at each place.

    Args:
        bench: The target and its proxy.
        fault: The fault.
    """
    run = repeat_if_slow(bench, partial(send_order, bench))
    for place in _places(bench, run, fault):
        yield repeat_if_slow(bench, partial(_ask, bench, run, fault, place))


def _ask(bench: Bench, run: ExportRun, fault: Fault | FolderFault, place: Place | None) -> Question:
    proxy, pace = bench.proxy, bench.pace
    seconds = pace.stall_seconds if fault in STALLING else pace.attempt_seconds
    with bench.instance() as instance:
        run.exporter = instance.exporter
        if proxy is not None:
            proxy.clear()
        with _inject(bench, fault, place):
            with watch_time(seconds + pace.margin_seconds, bench.release):
                result = run.ask(seconds)
            bench.wait_at_rest()
            seen = () if proxy is None else proxy.seen
        ids = {document.remote_id for document in bench.received(run.order.id)}
    return Question(
        fault=fault.value if isinstance(fault, FolderFault) else fault.sentence,
        place="everywhere" if place is None else str(place),
        result=result,
        id_matches=isinstance(result, Found) and ids <= set(result.remote_ids.values()),
        calls=tuple(instance.recorder.calls),
        requests=", ".join(f"{request.method} {request.path}" for request in seen) or "none seen",
    )


def _places(bench: Bench, run: ExportRun, fault: Fault | FolderFault) -> tuple[Place | None, ...]:
    """
    The places at which a question can meet a fault; a question without a fault shows the requests.
    """
    proxy = bench.proxy
    if proxy is None or not isinstance(fault, Fault) or fault.way is not Way.REQUEST:
        return (None,)
    with bench.instance() as instance:
        run.exporter = instance.exporter
        proxy.clear()
        run.ask()
    requests = (RequestPlace(request.method, request.path) for request in proxy.seen)
    places = tuple(dict.fromkeys(requests))
    return places[-1:] if fault in STALLING else places


def _inject(
    bench: Bench, fault: Fault | FolderFault, place: Place | None
) -> AbstractContextManager[None]:
    if isinstance(fault, Fault):
        return inject(bench, fault, place)
    return nullcontext() if bench.folder is None else break_folder(bench.folder, fault)
