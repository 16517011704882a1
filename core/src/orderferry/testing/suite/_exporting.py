"""
Tests that an order is sent once, that its outcome is true, and that the target's copy is found.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from attrs import evolve

from orderferry.connectors import Absent, CannotTell, Found
from orderferry.exports import RECEIVED, Export
from orderferry.testing.proxy._fault import Fault
from orderferry.testing.suite._fixtures import Adopted
from orderferry.testing.suite._guarantees import proves
from orderferry.testing.trials._bench import Bench
from orderferry.testing.trials._export_run import Voyage, sent
from orderferry.testing.trials._fault_injection import FolderFault
from orderferry.testing.trials._questions import ASKING_FAULTS, can_meet
from orderferry.testing.trials._trial import unhurried
from orderferry.testing.trials._trials import Trials
from orderferry.testing.trials._verdict import faults_of, ids_are_right

__all__ = ["AskingTests", "SendingTests"]


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
    if once.state not in RECEIVED:
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
        assert state in RECEIVED, clean.told("a good order is not accepted")
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
        assert once.state in RECEIVED, f"a good order is not accepted: {once.failure}"
        assert again.state in RECEIVED, f"the repeat is not accepted: {again.failure}"
        has = bench.taken(once.key.order_id)
        assert len(has) == trials.learned.copies, f"the target has the order {len(has)} times"
        assert ids_are_right(again, has), f"the repeat has other ids: {dict(again.remote_ids)}"

    @proves("updates")
    def test_a_newer_version_changes_the_order(self, trials: Trials, bench: Bench) -> None:
        """
        It is accepted, and the target has no order more.
        """
        end = unhurried(bench, lambda: _changed(bench))
        assert end.state in RECEIVED, f"the newer version is not accepted: {end.failure}"
        ids = {each.remote_id for each in bench.taken(end.key.order_id)}
        assert len(ids) == trials.learned.copies, f"the target has the order as {sorted(ids)}"
        assert ids <= set(end.remote_ids.values()), f"the newer version is {dict(end.remote_ids)}"


Answer = Found | Absent | CannotTell


def _asked_of_two(bench: Bench) -> list[tuple[str, Answer]]:
    """
    Two orders that were sent, and what was answered about each.
    """
    answers: list[tuple[str, Answer]] = []
    with bench.instance() as instance:
        voyages = [Voyage(bench, bench.new_order(), instance.exporter) for _ in range(2)]
        for voyage in voyages:
            voyage.attempt()
    for voyage in voyages:
        with bench.instance() as instance:
            voyage.exporter = instance.exporter
            answers.append((voyage.order.id, voyage.ask()))
    return answers


def _asked_of_similar(bench: Bench) -> tuple[str, list[tuple[str, Answer]]]:
    """
    An order that was sent, and what was answered about orders with similar ids that were not.
    """
    taken = bench.new_order("5")
    with bench.instance() as instance:
        Voyage(bench, taken, instance.exporter).attempt()
        return taken.id, [
            (order_id, Voyage(bench, bench.plan.order(order_id), instance.exporter).ask())
            for order_id in (bench.new_order().id, taken.id[:-1], f"{taken.id}5")
        ]


class AskingTests(Adopted):
    """
    What `find_export` answers.
    """

    @proves("found")
    def test_what_was_taken_is_found(self, bench: Bench) -> None:
        """
        Each of two orders under its own id, and the second is not taken for the first.
        """
        for order_id, answer in unhurried(bench, lambda: _asked_of_two(bench)):
            has = {each.remote_id for each in bench.taken(order_id)}
            assert isinstance(answer, Found), f"the target has {sorted(has)}, and: {answer}"
            ids = dict(answer.remote_ids)
            assert has <= set(ids.values()), f"the target has {sorted(has)}, and found is {ids}"

    @proves("absent")
    def test_what_was_not_taken_is_absent(self, bench: Bench) -> None:
        """
        Also where the target has orders whose ids begin with it, or it begins with theirs.
        """
        taken, answers = unhurried(bench, lambda: _asked_of_similar(bench))
        for order_id, answer in answers:
            told = f"{order_id} was not sent, {taken} was; the answer is {answer}"
            assert answer == Absent(), told

    @proves("cannot-ask")
    @pytest.mark.parametrize(
        "fault", [*ASKING_FAULTS, *FolderFault], ids=lambda fault: str(fault.name).lower()
    )
    def test_nothing_is_absent_that_cannot_be_asked_for(
        self, trials: Trials, fault: Fault | FolderFault
    ) -> None:
        """
        The order was taken, and the target cannot say so.
        """
        if not can_meet(trials.bench, fault):
            pytest.skip("not offered: its target is not open to this fault")
        for question in trials.asked(fault):
            absent = isinstance(question.answer, Absent)
            assert not absent, question.told("it is called absent, and the target has it")
            wrong = isinstance(question.answer, Found) and not question.right
            assert not wrong, question.told("it is found under ids that are not the target's")
