"""
Tests that the connector tells truly whether the target has an order.
"""

from __future__ import annotations

import pytest

from orderferry.connectors import Absent, CannotTell, Found
from orderferry.testing.proxy._fault import Fault
from orderferry.testing.suite._fixtures import Adopted
from orderferry.testing.suite._guarantees import proves
from orderferry.testing.trials._bench import Bench
from orderferry.testing.trials._export_run import Voyage
from orderferry.testing.trials._fault_injection import FolderFault
from orderferry.testing.trials._questions import ASKING_FAULTS, can_meet
from orderferry.testing.trials._trial import unhurried
from orderferry.testing.trials._trials import Trials

__all__ = ["AskingTests"]

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
