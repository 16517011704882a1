"""
Tests that an order is sent, once, and comes to what is true.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from attrs import evolve

from orderferry.exports import TAKEN, Export
from orderferry.testing.proxy._fault import Fault
from orderferry.testing.suite._fixtures import Adopted
from orderferry.testing.suite._guarantees import proves
from orderferry.testing.trials._bench import Bench
from orderferry.testing.trials._export_run import Voyage, sent
from orderferry.testing.trials._fault_injection import FolderFault
from orderferry.testing.trials._trial import unhurried
from orderferry.testing.trials._trials import Trials
from orderferry.testing.trials._verdict import faults_of, ids_are_right

__all__ = ["SendingTests"]


def _named(fault: Fault | FolderFault) -> str:
    return fault.name.lower()


def _fails_honestly(trials: Trials, fault: Fault | FolderFault) -> None:
    found = trials.under(fault)
    if not found:
        pytest.skip("not offered: its settings take no address for this fault")
    wrong = [
        trial.told(objection) for trial in found for objection in trials.objections(fault, trial)
    ]
    if wrong:
        pytest.fail("\n\n".join(wrong), pytrace=False)


def _sent_twice(bench: Bench) -> tuple[Export, Export]:
    """
    An export, and what it comes to when it is sent once more under the same key.
    """
    voyage = sent(bench)
    once = voyage.export
    if once.state not in TAKEN:
        return once, once
    with bench.instance() as second:
        voyage.exporter = second.exporter
        return once, voyage.repeat()


def _changed(bench: Bench) -> Export:
    """
    The export of an order's newer version, after that of the first.
    """
    order = bench.new_order()
    with bench.instance() as instance:
        Voyage(bench, order, instance.exporter).attempt()
        newer = Voyage(bench, evolve(order, version_id=2), instance.exporter, version="2")
        return newer.attempt().export


def _each(faults: Iterable[Fault | FolderFault]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fault", list(faults), ids=_named)


class SendingTests(Adopted):
    """
    Orders under faults: each fault at each request that a clean run makes.
    """

    @proves("taken-once")
    def test_an_order_is_taken_once(self, trials: Trials) -> None:
        """
        The export is accepted in one attempt, and the target's own id is recorded.
        """
        clean = trials.clean
        state, attempts = clean.end.state, clean.end.attempts
        assert state in TAKEN, clean.told("a good order is not accepted")
        assert attempts == 1, clean.told("a good order needs more than one attempt")
        assert clean.has, clean.told("the target does not have the order, under its own id")
        ids = {each.remote_id for each in clean.has}
        assert len(ids) == len(clean.has), clean.told("the target has it more than once")
        parts = {each.shipment_id for each in clean.has}
        assert len(parts) == len(clean.has), clean.told("the target has a part more than once")
        assert ids_are_right(clean.end, clean.has), clean.told("the target's id is not recorded")

    @proves("unreachable")
    @_each(faults_of("unreachable"))
    def test_an_unreachable_target_takes_nothing(self, trials: Trials, fault: Fault) -> None:
        """
        The export is tried again, and accepted when the target is back.
        """
        if fault is Fault.WRONG_CERTIFICATE and not trials.bench.http:
            pytest.skip("not offered: its protocol knows no certificates")
        _fails_honestly(trials, fault)

    @proves("slow")
    @_each(faults_of("slow"))
    def test_a_slow_answer_is_waited_for(self, trials: Trials, fault: Fault) -> None:
        """
        It is accepted in the first attempt.
        """
        _fails_honestly(trials, fault)

    @proves("cut-off")
    @_each(faults_of("cut-off"))
    def test_a_connection_that_fails_midway_is_told_honestly(
        self, trials: Trials, fault: Fault
    ) -> None:
        """
        Wherever it fails, no second copy is made.
        """
        _fails_honestly(trials, fault)

    @proves("lost-answer")
    @_each(faults_of("lost-answer"))
    def test_a_lost_answer_makes_no_second_copy(self, trials: Trials, fault: Fault) -> None:
        """
        At the write it is unknown what became of the order, before it nothing was taken.
        """
        _fails_honestly(trials, fault)

    @proves("sign-in-refused")
    @_each(faults_of("sign-in-refused"))
    def test_a_refused_sign_in_is_no_refused_order(self, trials: Trials, fault: Fault) -> None:
        """
        It is an authentication error, whatever request met it.
        """
        _fails_honestly(trials, fault)

    @proves("throttled")
    @_each(faults_of("throttled"))
    def test_a_target_that_asks_to_wait_is_waited_for(self, trials: Trials, fault: Fault) -> None:
        """
        `Retry-After` is read as seconds and as a date.
        """
        _fails_honestly(trials, fault)

    @proves("server-error")
    @_each(faults_of("server-error"))
    def test_a_failing_server_is_no_refusal(self, trials: Trials, fault: Fault) -> None:
        """
        At the write the order may have been taken, before it nothing was.
        """
        _fails_honestly(trials, fault)

    @proves("refused-order")
    @_each(faults_of("refused-order"))
    def test_a_refused_order_waits_for_a_person(self, trials: Trials, fault: Fault) -> None:
        """
        When a person has it tried again, it is accepted.
        """
        _fails_honestly(trials, fault)

    @proves("false-success")
    @_each(faults_of("false-success"))
    def test_status_200_alone_is_no_success(self, trials: Trials, fault: Fault) -> None:
        """
        Success is an answer from the target.
        """
        _fails_honestly(trials, fault)

    @proves("folder-gone")
    @_each(FolderFault)
    def test_a_missing_folder_takes_nothing(self, trials: Trials, fault: FolderFault) -> None:
        """
        The export is tried again, and accepted when the folder is back.
        """
        _fails_honestly(trials, fault)

    @proves("idempotent")
    def test_one_key_sent_twice_is_one_copy(self, trials: Trials, bench: Bench) -> None:
        """
        The second sending is accepted too, under the same id.
        """
        once, again = unhurried(bench, lambda: _sent_twice(bench))
        assert once.state in TAKEN, f"a good order is not accepted: {once.failure}"
        assert again.state in TAKEN, f"the repeat is not accepted: {again.failure}"
        has = bench.taken(once.key.order_id)
        assert len(has) == trials.learned.copies, f"the target has the order {len(has)} times"
        assert ids_are_right(again, has), f"the repeat has other ids: {dict(again.remote_ids)}"

    @proves("updates")
    def test_a_newer_version_changes_the_order(self, trials: Trials, bench: Bench) -> None:
        """
        It is accepted, and the target has no order more.
        """
        end = unhurried(bench, lambda: _changed(bench))
        assert end.state in TAKEN, f"the newer version is not accepted: {end.failure}"
        ids = {each.remote_id for each in bench.taken(end.key.order_id)}
        assert len(ids) == trials.learned.copies, f"the target has the order as {sorted(ids)}"
        assert ids <= set(end.remote_ids.values()), f"the newer version is {dict(end.remote_ids)}"
