"""
Tests that an order is sent once, that its outcome is reported correctly, and that it is found.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from attrs import evolve

from orderferry.connectors import Absent, CannotTell, Found
from orderferry.exports import RECEIVED, Export
from orderferry.testing.proxy._fault import Fault
from orderferry.testing.suite._fixtures import SuiteFixtures
from orderferry.testing.suite._guarantees import proves
from orderferry.testing.trials._bench import Bench
from orderferry.testing.trials._export_run import ExportRun, send_order
from orderferry.testing.trials._fault_injection import FolderFault
from orderferry.testing.trials._questions import ASKING_FAULTS, can_meet
from orderferry.testing.trials._trial import repeat_if_slow
from orderferry.testing.trials._trials import Trials
from orderferry.testing.trials._verdict import faults_of, ids_match

__all__ = ["ExportTests", "FindExportTests"]


def _id_of(fault: Fault | FolderFault) -> str:
    return fault.name.lower()


def _check_trials(trials: Trials, fault: Fault | FolderFault) -> None:
    """
    Fail with every objection to the trials of a fault.
    """
    records = trials.under(fault)
    if not records:
        pytest.skip("not offered: its settings accept no address for this fault")
    problems = [
        trial.describe(objection)
        for trial in records
        for objection in trials.objections(fault, trial)
    ]
    if problems:
        pytest.fail("\n\n".join(problems), pytrace=False)


def _send_twice(bench: Bench) -> tuple[Export, Export]:
    """
    Send an order twice under the same key; returns the export after each attempt.
    """
    run = send_order(bench)
    first = run.export
    if first.state not in RECEIVED:
        return first, first
    with bench.instance() as instance:
        run.exporter = instance.exporter
        return first, run.repeat()


def _send_newer_version(bench: Bench) -> Export:
    """
    Send an order and then a newer version of it; returns the export of the newer version.
    """
    order = bench.new_order()
    with bench.instance() as instance:
        ExportRun(bench, order, instance.exporter).attempt()
        newer = ExportRun(bench, evolve(order, version_id=2), instance.exporter, version="2")
        return newer.attempt().export


def _for_each(faults: Iterable[Fault | FolderFault]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fault", list(faults), ids=_id_of)


class ExportTests(SuiteFixtures):
    """
    Exports under faults: each fault at each request that a run without a fault makes.
    """

    @proves("taken-once")
    def test_an_order_is_taken_once(self, trials: Trials) -> None:
        """
        The export is accepted in one attempt, and the target's own id is recorded.
        """
        clean = trials.clean
        state, attempts = clean.end.state, clean.end.attempts
        assert state in RECEIVED, clean.describe("the order is not accepted without a fault")
        assert attempts == 1, clean.describe(f"the export took {attempts} attempts; expected 1")
        received = clean.received
        assert received, clean.describe("the target does not have the order")
        ids = {document.remote_id for document in received}
        assert len(ids) == len(received), clean.describe(
            "the target has the order more than once, with the same id"
        )
        parts = {document.shipment_id for document in received}
        assert len(parts) == len(received), clean.describe(
            "the target has the same part of the order more than once"
        )
        assert ids_match(clean.end, received), clean.describe(
            "the export did not record the target's id"
        )

    @proves("unreachable")
    @_for_each(faults_of("unreachable"))
    def test_an_unreachable_target_takes_nothing(self, trials: Trials, fault: Fault) -> None:
        """
        The export is retried, and accepted when the target is reachable again.
        """
        if fault is Fault.WRONG_CERTIFICATE and not trials.bench.http:
            pytest.skip("not offered: its protocol uses no certificates")
        _check_trials(trials, fault)

    @proves("slow")
    @_for_each(faults_of("slow"))
    def test_a_slow_answer_is_waited_for(self, trials: Trials, fault: Fault) -> None:
        """
        The export is accepted in the first attempt, although the response is slow.
        """
        _check_trials(trials, fault)

    @proves("cut-off")
    @_for_each(faults_of("cut-off"))
    def test_a_connection_that_fails_midway_is_told_honestly(
        self, trials: Trials, fault: Fault
    ) -> None:
        """
        The target has one copy of the order, wherever the connection fails.
        """
        _check_trials(trials, fault)

    @proves("lost-answer")
    @_for_each(faults_of("lost-answer"))
    def test_a_lost_answer_makes_no_second_copy(self, trials: Trials, fault: Fault) -> None:
        """
        The outcome is unknown if the response to the write is lost, and transient before that.
        """
        _check_trials(trials, fault)

    @proves("sign-in-refused")
    @_for_each(faults_of("sign-in-refused"))
    def test_a_refused_sign_in_is_no_refused_order(self, trials: Trials, fault: Fault) -> None:
        """
        A failed authentication is an authentication error at every request.
        """
        _check_trials(trials, fault)

    @proves("throttled")
    @_for_each(faults_of("throttled"))
    def test_a_target_that_asks_to_wait_is_waited_for(self, trials: Trials, fault: Fault) -> None:
        """
        The connector reports the time of `Retry-After`, which is given in seconds or as a date.
        """
        _check_trials(trials, fault)

    @proves("server-error")
    @_for_each(faults_of("server-error"))
    def test_a_failing_server_is_no_refusal(self, trials: Trials, fault: Fault) -> None:
        """
        The outcome is unknown if the server fails at the write, and transient before that.
        """
        _check_trials(trials, fault)

    @proves("refused-order")
    @_for_each(faults_of("refused-order"))
    def test_a_refused_order_waits_for_a_person(self, trials: Trials, fault: Fault) -> None:
        """
        A rejected order is accepted when an operator retries it after the fault.
        """
        _check_trials(trials, fault)

    @proves("false-success")
    @_for_each(faults_of("false-success"))
    def test_status_200_alone_is_no_success(self, trials: Trials, fault: Fault) -> None:
        """
        The export is accepted only if the response is the target's.
        """
        _check_trials(trials, fault)

    @proves("folder-gone")
    @_for_each(FolderFault)
    def test_a_missing_folder_takes_nothing(self, trials: Trials, fault: FolderFault) -> None:
        """
        The export is retried, and accepted when the folder exists again.
        """
        _check_trials(trials, fault)

    @proves("idempotent")
    def test_one_key_sent_twice_is_one_copy(self, trials: Trials, bench: Bench) -> None:
        """
        The second attempt is also accepted, with the same id.
        """
        first, second = repeat_if_slow(bench, lambda: _send_twice(bench))
        assert first.state in RECEIVED, f"the order is not accepted: {first.failure}"
        assert second.state in RECEIVED, f"the repeated order is not accepted: {second.failure}"
        received, copies = bench.received(first.key.order_id), trials.traffic.copies
        assert len(received) == copies, (
            f"the target has {len(received)} copies of an order that was sent twice with one "
            f"idempotency key; expected {copies}"
        )
        ids = sorted(document.remote_id for document in received)
        assert ids_match(second, received), (
            f"the repeated order has the ids {dict(second.remote_ids)}; the target has {ids}"
        )

    @proves("updates")
    def test_a_newer_version_changes_the_order(self, trials: Trials, bench: Bench) -> None:
        """
        The newer version is accepted, and the target has no additional order.
        """
        end = repeat_if_slow(bench, lambda: _send_newer_version(bench))
        assert end.state in RECEIVED, f"the newer version is not accepted: {end.failure}"
        ids = {document.remote_id for document in bench.received(end.key.order_id)}
        copies = trials.traffic.copies
        assert len(ids) == copies, (
            f"after a newer version the target has {len(ids)} orders, {sorted(ids)}; "
            f"expected {copies}"
        )
        assert ids <= set(end.remote_ids.values()), (
            f"the newer version has the ids {dict(end.remote_ids)}; the target has {sorted(ids)}"
        )


Answer = Found | Absent | CannotTell


def _find_two(bench: Bench) -> list[tuple[str, Answer]]:
    """
    Send two orders, and ask for each; returns the order ids and the results.
    """
    results: list[tuple[str, Answer]] = []
    with bench.instance() as instance:
        runs = [ExportRun(bench, bench.new_order(), instance.exporter) for _ in range(2)]
        for run in runs:
            run.attempt()
    for run in runs:
        with bench.instance() as instance:
            run.exporter = instance.exporter
            results.append((run.order.id, run.ask()))
    return results


def _find_similar(bench: Bench) -> tuple[str, list[tuple[str, Answer]]]:
    """
    Send an order, and ask for orders with similar ids that were not sent.
    """
    sent = bench.new_order("5")
    with bench.instance() as instance:
        ExportRun(bench, sent, instance.exporter).attempt()
        return sent.id, [
            (order_id, ExportRun(bench, bench.plan.order(order_id), instance.exporter).ask())
            for order_id in (bench.new_order().id, sent.id[:-1], f"{sent.id}5")
        ]


class FindExportTests(SuiteFixtures):
    """
    The results of `find_export`.
    """

    @proves("found")
    def test_what_was_taken_is_found(self, bench: Bench) -> None:
        """
        Each of two orders is found with its own id.
        """
        for order_id, result in repeat_if_slow(bench, lambda: _find_two(bench)):
            received = {document.remote_id for document in bench.received(order_id)}
            target = f"the target has {sorted(received)}"
            assert isinstance(result, Found), (
                f"find_export returned {result} for order {order_id}; {target}"
            )
            ids = dict(result.remote_ids)
            assert received <= set(ids.values()), (
                f"find_export found order {order_id} with the ids {ids}; {target}"
            )

    @proves("absent")
    def test_what_was_not_taken_is_absent(self, bench: Bench) -> None:
        """
        An order is absent, also if its id begins with that of another order, or another's with it.
        """
        sent, results = repeat_if_slow(bench, lambda: _find_similar(bench))
        for order_id, result in results:
            assert result == Absent(), (
                f"find_export returned {result} for order {order_id}, which was not sent; "
                f"expected Absent() (order {sent} was sent)"
            )

    @proves("cannot-ask")
    @pytest.mark.parametrize("fault", [*ASKING_FAULTS, *FolderFault], ids=_id_of)
    def test_nothing_is_absent_that_cannot_be_asked_for(
        self, trials: Trials, fault: Fault | FolderFault
    ) -> None:
        """
        An order that the target has is not reported as absent while the target cannot be asked.
        """
        if not can_meet(trials.bench, fault):
            pytest.skip("not offered: its target cannot have this fault")
        for question in trials.questions(fault):
            absent = isinstance(question.result, Absent)
            assert not absent, question.describe(
                "the order is reported as absent, but the target has it"
            )
            wrong = isinstance(question.result, Found) and not question.id_matches
            assert not wrong, question.describe(
                "the order is found with ids that are not the target's"
            )
