"""
Tests of what must hold in every export: no mutation, no leaks, deadlines, threads, newer hooks.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Final

import pytest

from orderferry.connectors import HOOK_API, Exchange, ExportState
from orderferry.testing._pace import ticks
from orderferry.testing.proxy._fault import STALLING, Fault
from orderferry.testing.suite._fixtures import Adopted
from orderferry.testing.suite._guarantees import proves
from orderferry.testing.trials._bench import Bench
from orderferry.testing.trials._concurrency import crowd
from orderferry.testing.trials._export_run import Voyage, sent
from orderferry.testing.trials._fault_injection import FolderFault
from orderferry.testing.trials._hooks import answered, newer
from orderferry.testing.trials._questions import ASKING_FAULTS, can_meet
from orderferry.testing.trials._trial import Trial, unhurried
from orderferry.testing.trials._trials import Trials
from orderferry.testing.trials._verdict import RULES

__all__ = ["ConductTests"]

ROUNDS = 4

_LEAKY = (Fault.ECHO, Fault.STATUS_401, Fault.STATUS_500, Fault.GARBAGE_BODY, Fault.LOSE_ANSWER)


def _faults(bench: Bench, wanted: tuple[Fault, ...] = tuple(Fault)) -> list[Fault | FolderFault]:
    """
    The faults that apply to a target.
    """
    found: list[Fault | FolderFault] = []
    for fault, rule in RULES.items():
        needs = {"cut-off": "bytes", "folder-gone": "folder"}.get(rule.guarantee, "http")
        needs = "network" if rule.guarantee in ("unreachable", "slow") else needs
        if needs in bench.abilities and (fault in wanted or isinstance(fault, FolderFault)):
            found.append(fault)
    return found


def _left_open(bench: Bench) -> int:
    """
    How many files and connections more are open after some exports than after the first.
    """
    with bench.instance() as instance:
        Voyage(bench, bench.new_order(), instance.exporter).attempt()
        before = settled(handles, bench.pace.patience_seconds)
        for _ in range(ROUNDS):
            Voyage(bench, bench.new_order(), instance.exporter).attempt()
        return settled(handles, bench.pace.patience_seconds, most=before) - before


def _trials(trials: Trials, faults: list[Fault | FolderFault]) -> Iterator[Trial]:
    yield trials.clean
    for fault in faults:
        yield from trials.under(fault)


class ConductTests(Adopted):
    """
    What holds in every trial.
    """

    @proves("unmutated")
    def test_nothing_that_was_given_is_changed(self, trials: Trials) -> None:
        """
        Order, properties and settings are to any depth what they were.
        """
        for trial in _trials(trials, _faults(trials.bench, (*_LEAKY, Fault.REFUSE))):
            assert not trial.changed, trial.told("; ".join(trial.changed[:10]))
        for hook in sorted({"check", "preview_order"} & trials.bench.abilities):
            changed = answered(trials.bench, hook).changed
            assert not changed, f"{hook}: {'; '.join(changed[:10])}"

    @proves("typed-errors")
    def test_every_failure_has_its_type(self, trials: Trials) -> None:
        """
        What a connector raises says what is known of the outcome.
        """
        for trial in _trials(trials, _faults(trials.bench)):
            for call in trial.calls:
                assert call.typed, trial.told(f"{call.hook} raised {call.error!r}")
            state = trial.attempt.export.state
            assert state is not ExportState.DEAD, trial.told("the connector gave no answer")
        if "find_export" in trials.bench.abilities:
            for fault in (*ASKING_FAULTS, *FolderFault):
                for question in trials.asked(fault) if can_meet(trials.bench, fault) else ():
                    for call in question.calls:
                        assert call.typed, question.told(f"{call.hook} raised {call.error!r}")

    @proves("secrets")
    def test_no_secret_is_said(self, trials: Trials) -> None:
        """
        Not even where the core would hide it, and not where the target repeats it.
        """
        byte_faults = (Fault.CUT, Fault.REFUSE)
        for trial in _trials(trials, _faults(trials.bench, (*_LEAKY, *byte_faults))):
            leaks = sorted(set(leaks_of(trial)))
            assert not leaks, trial.told(f"a secret is in {', '.join(leaks)}")

    @proves("deadline")
    def test_an_attempt_ends_within_its_time(self, trials: Trials) -> None:
        """
        Little time, where the target stalls.
        """
        stalls = tuple(STALLING - {Fault.STALL}) if trials.bench.http else (Fault.STALL,)
        for trial in _trials(trials, _faults(trials.bench, stalls)):
            told = f"{trial.took:.1f} s, where {trial.seconds:.2g} s were given"
            assert not trial.late, trial.told(told)

    @proves("threads")
    def test_threads_do_not_meet(self, trials: Trials, bench: Bench) -> None:
        """
        Sixteen at once, twice; the target is a little slow.
        """
        copies = trials.learned.copies
        for voyage, order_id in crowd(bench):
            has = bench.taken(order_id)
            ids = dict(voyage.export.remote_ids)
            told = f"order {order_id}: {voyage.export.state}, {ids}, {voyage.export.failure}; "
            told += f"the target has {[each.remote_id for each in has]}"
            assert voyage.accepted, told
            assert len(has) == copies, told
            assert {each.remote_id for each in has} <= set(ids.values()), told

    @proves("closed")
    def test_connections_and_files_are_closed(self, trials: Trials, bench: Bench) -> None:
        """
        Their number does not grow with the exports, and none is left when the instance is gone.
        """
        trials.clean  # noqa: B018 - whatever is loaded only once is loaded
        left = unhurried(bench, lambda: _left_open(bench))
        assert left <= 0, (
            f"{ROUNDS} exports one after the other left {left} files or connections open"
        )
        assert bench.closed(), "connections are open after the client was closed"

    @proves("newer-hooks")
    def test_a_newer_core_is_served(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        Each hook has an argument more, and there is a hook that nobody knows.
        """
        monkeypatch.setattr("orderferry.connectors.HOOK_API", (HOOK_API[0], HOOK_API[1] + 1))
        voyage = unhurried(bench, lambda: sent(bench, newer))
        assert voyage.accepted, f"the order is {voyage.export.state}: {voyage.export.failure}"
        assert bench.taken(voyage.order.id)


_OPEN: Final = Path("/proc/self/fd")


def handles() -> int:
    """
    How many files and sockets are open; 0 where the system does not tell.
    """
    gc.collect()
    return len(list(_OPEN.iterdir())) if _OPEN.is_dir() else 0


def settled(count: Callable[[], int], seconds: float, most: int | None = None) -> int:
    """
    A count, when it has come down: the target closes its side a moment later than the connector.

    Args:
        count: What is counted.
        seconds: How long it may take to come down.
        most: What is few enough; `None` waits until it stays as it is.
    """
    last = count()
    for pause in ticks(seconds):
        if most is not None and last <= most:
            break
        Event().wait(pause)
        now = count()
        if most is None and now == last:
            break
        last = now
    return last


_TOKENS: Final = (
    re.compile(r'"(?:access|refresh|id)_token"\s*:\s*"([^"]{8,})"'),
    re.compile(r"^[\w-]*cookie:\s*[^=;\s]+=([^;*\s]{16,})", re.IGNORECASE | re.MULTILINE),
    re.compile(r"^[\w-]*(?:session|token)[\w-]*:\s*([^;*\s]{16,})", re.IGNORECASE | re.MULTILINE),
)
"""What a target gives for signing in: members of its answers (RFC 6749, section 5.1), and header
fields, also those of a request that it repeats (RFC 6265, section 4)."""

_TELLING: Final = 12
"""So much of a token tells that it is one, where a message was cut in the midst of it."""


def leaks_of(trial: Trial) -> Iterator[str]:
    """
    The places in which a secret of the settings stands, or a token that the target gave.

    A token of the target is known where the timeline has it in clear, which is a leak itself.
    """
    exchanges = trial.attempt.timeline.exchanges
    tokens = {token for each in exchanges for token in _tokens(each)}
    places = [("the text of connector or settings", trial.shown), *trial.heard.texts]
    for call in trial.calls:
        what = "answer" if call.error is None else type(call.error).__name__
        places.append((f"the {what} of {call.hook}", call.shown))
        places.append((f"what {call.hook} records", call.recorded))
    places += [("the recorded requests", _text(each)) for each in exchanges]
    for where, text in places:
        if trial.secrets.text(text) != text or any(token[:_TELLING] in text for token in tokens):
            yield where


def _tokens(exchange: Exchange) -> Iterator[str]:
    for pattern in _TOKENS:
        yield from pattern.findall(_text(exchange))


def _text(exchange: Exchange) -> str:
    return f"{exchange.request}\n{exchange.response}\n{exchange.fault}"
