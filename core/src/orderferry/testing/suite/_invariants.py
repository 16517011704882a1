"""
Tests of what must be true for every export: no mutation, no leaks, deadlines, threads, newer hooks.
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
from orderferry.testing.suite._fixtures import SuiteFixtures
from orderferry.testing.suite._guarantees import proves
from orderferry.testing.trials._bench import Bench
from orderferry.testing.trials._concurrency import send_concurrently
from orderferry.testing.trials._export_run import ExportRun, send_order
from orderferry.testing.trials._fault_injection import FolderFault
from orderferry.testing.trials._hooks import call_hook, with_newer_hooks
from orderferry.testing.trials._questions import ASKING_FAULTS, can_meet
from orderferry.testing.trials._trial import Trial, repeat_if_slow
from orderferry.testing.trials._trials import Trials
from orderferry.testing.trials._verdict import RULES

__all__ = ["InvariantTests"]

ROUNDS = 4

_LEAKY = (Fault.ECHO, Fault.STATUS_401, Fault.STATUS_500, Fault.GARBAGE_BODY, Fault.LOSE_ANSWER)


def _applicable(
    bench: Bench, faults: tuple[Fault, ...] = tuple(Fault)
) -> list[Fault | FolderFault]:
    """
    The faults that apply to a target, out of some.
    """
    applicable: list[Fault | FolderFault] = []
    for fault, rule in RULES.items():
        needs = {"cut-off": "bytes", "folder-gone": "folder"}.get(rule.guarantee, "http")
        needs = "network" if rule.guarantee in ("unreachable", "slow") else needs
        if needs in bench.abilities and (fault in faults or isinstance(fault, FolderFault)):
            applicable.append(fault)
    return applicable


def _count_left_open(bench: Bench) -> int:
    """
    How many more files and connections are open after several exports than after the first.
    """
    with bench.instance() as instance:
        ExportRun(bench, bench.new_order(), instance.exporter).attempt()
        before = _wait_stable(_count_open, bench.pace.patience_seconds)
        for _ in range(ROUNDS):
            ExportRun(bench, bench.new_order(), instance.exporter).attempt()
        return _wait_stable(_count_open, bench.pace.patience_seconds, most=before) - before


def _trials_under(trials: Trials, faults: list[Fault | FolderFault]) -> Iterator[Trial]:
    """
    The trial without a fault, and those under some faults.
    """
    yield trials.clean
    for fault in faults:
        yield from trials.under(fault)


class InvariantTests(SuiteFixtures):
    """
    Properties that are true in every trial.
    """

    @proves("unmutated")
    def test_nothing_that_was_given_is_changed(self, trials: Trials) -> None:
        """
        Order, properties and settings are unchanged at every depth.
        """
        for trial in _trials_under(trials, _applicable(trials.bench, (*_LEAKY, Fault.REFUSE))):
            assert not trial.mutations, trial.describe(
                f"the connector changed its arguments: {'; '.join(trial.mutations[:10])}"
            )
        for hook in sorted({"check", "preview_order"} & trials.bench.abilities):
            mutations = call_hook(trials.bench, hook).mutations
            assert not mutations, f"{hook} changed its arguments: {'; '.join(mutations[:10])}"

    @proves("typed-errors")
    def test_every_failure_has_its_type(self, trials: Trials) -> None:
        """
        The connector raises only errors that state what is known of the outcome.
        """
        for trial in _trials_under(trials, _applicable(trials.bench)):
            for call in trial.calls:
                assert call.typed, trial.describe(
                    f"{call.hook} raised {call.error!r}; expected a subclass of ExportError"
                )
            state = trial.attempt.export.state
            assert state is not ExportState.DEAD, trial.describe(
                "the export is dead: the connector returned no valid result"
            )
        if "find_export" in trials.bench.abilities:
            for fault in (*ASKING_FAULTS, *FolderFault):
                for question in trials.questions(fault) if can_meet(trials.bench, fault) else ():
                    for call in question.calls:
                        assert call.typed, question.describe(
                            f"{call.hook} raised {call.error!r}; expected a subclass of ExportError"
                        )

    @proves("secrets")
    def test_no_secret_is_said(self, trials: Trials) -> None:
        """
        The connector exposes no secret, even where the core redacts it or the target repeats it.
        """
        byte_faults = (Fault.CUT, Fault.REFUSE)
        for trial in _trials_under(trials, _applicable(trials.bench, (*_LEAKY, *byte_faults))):
            leaks = sorted(set(_find_leaks(trial)))
            assert not leaks, trial.describe(f"a secret is in {', '.join(leaks)}")

    @proves("deadline")
    def test_an_attempt_ends_within_its_time(self, trials: Trials) -> None:
        """
        An attempt whose target stalls ends within its time.
        """
        stalls = tuple(STALLING - {Fault.STALL}) if trials.bench.http else (Fault.STALL,)
        for trial in _trials_under(trials, _applicable(trials.bench, stalls)):
            assert not trial.late, trial.describe(
                f"the attempt took {trial.took:.1f} s; its deadline was {trial.seconds:.2g} s"
            )

    @proves("threads")
    def test_threads_do_not_meet(self, trials: Trials, bench: Bench) -> None:
        """
        Sixteen threads send at the same time, twice, and each order gets its own id.
        """
        copies = trials.traffic.copies
        for run in send_concurrently(bench):
            received = [document.remote_id for document in bench.received(run.order.id)]
            ids = dict(run.export.remote_ids)
            facts = (
                f"order {run.order.id}, sent by one of 16 threads, has state {run.export.state}, "
                f"ids {ids} and error {run.export.failure}; the target has {received}"
            )
            assert run.accepted, f"{facts}; expected an accepted export"
            assert len(received) == copies, f"{facts}; expected {copies} at the target"
            assert set(received) <= set(ids.values()), f"{facts}; expected the target's ids"

    @proves("closed")
    def test_connections_and_files_are_closed(self, trials: Trials, bench: Bench) -> None:
        """
        The number of open files and connections does not grow with the number of exports, and none
        is open after the instance's client was closed.
        """
        trials.clean  # noqa: B018 - what is loaded once is loaded before anything is counted
        left = repeat_if_slow(bench, lambda: _count_left_open(bench))
        assert left <= 0, (
            f"{ROUNDS} successive exports left {left} files or connections open; expected 0"
        )
        assert bench.wait_closed(), "connections are still open after the HTTP client was closed"

    @proves("newer-hooks")
    def test_a_newer_core_is_served(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        An order is accepted if each hook has an additional argument, and one hook is new.
        """
        monkeypatch.setattr("orderferry.connectors.HOOK_API", (HOOK_API[0], HOOK_API[1] + 1))
        run = repeat_if_slow(bench, lambda: send_order(bench, with_newer_hooks))
        assert run.accepted, (
            f"with newer hooks the export ends as {run.export.state}: {run.export.failure}; "
            "expected accepted"
        )
        assert bench.received(run.order.id), (
            "with newer hooks the export is reported as accepted, but the target does not have the "
            "order"
        )


_OPEN_FILES: Final = Path("/proc/self/fd")


def _count_open() -> int:
    """
    The number of open files and sockets; 0 if the operating system does not provide it.
    """
    gc.collect()
    return len(list(_OPEN_FILES.iterdir())) if _OPEN_FILES.is_dir() else 0


def _wait_stable(count: Callable[[], int], seconds: float, most: int | None = None) -> int:
    """
    Wait until a count has come down: the target closes its side a moment after the connector.

    Args:
        count: Returns the count.
        seconds: The time limit.
        most: The count to wait for; `None` waits until two counts are equal.
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
"""The tokens that a target issues: members of its responses (RFC 6749, section 5.1), and header
fields, also those of a request that the target repeats (RFC 6265, section 4)."""

_TOKEN_START: Final = 12
"""The characters that identify a token, in case a message contains only the start of it."""


def _find_leaks(trial: Trial) -> Iterator[str]:
    """
    The places that contain a secret of the settings, or a token that the target issued.

    A token of the target is known if the timeline has it unredacted, which is a leak itself.
    """
    exchanges = trial.attempt.timeline.exchanges
    tokens = {token for exchange in exchanges for token in _tokens(exchange)}
    places = [("the text of connector or settings", trial.text), *trial.output.texts]
    for call in trial.calls:
        source = "result" if call.error is None else type(call.error).__name__
        places.append((f"the {source} of {call.hook}", call.text))
        places.append((f"what {call.hook} records", call.recorded))
    places += [("the recorded requests", _text(exchange)) for exchange in exchanges]
    for place, text in places:
        if trial.secrets.text(text) != text or any(
            token[:_TOKEN_START] in text for token in tokens
        ):
            yield place


def _tokens(exchange: Exchange) -> Iterator[str]:
    for pattern in _TOKENS:
        yield from pattern.findall(_text(exchange))


def _text(exchange: Exchange) -> str:
    return f"{exchange.request}\n{exchange.response}\n{exchange.fault}"
