"""
Tests of loading and previewing, and of the hooks that a connector may implement.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from orderferry.connectors import (
    Acknowledgement,
    Document,
    ExportResult,
    Finding,
    FindingState,
    Properties,
    PushedRequest,
)
from orderferry.errors import TransientError, UnknownOutcomeError
from orderferry.testing.proxy._fault import Fault
from orderferry.testing.suite._fixtures import Adopted
from orderferry.testing.suite._guarantees import proves
from orderferry.testing.trials._bench import Bench
from orderferry.testing.trials._child_process import BUILD, IMPORT, PREVIEW, alone
from orderferry.testing.trials._hooks import Answered, answered
from orderferry.testing.trials._trials import Trials

__all__ = ["LoadingTests", "OffersTests"]


def _is_result(answer: object) -> bool:
    results = [answer] if isinstance(answer, ExportResult) else answer
    if not isinstance(results, list | tuple):
        return False
    return bool(results) and all(isinstance(each, ExportResult) for each in results)


def _sends_honestly(bench: Bench, hook: str) -> None:
    """
    A result on a good target, a transient error from one that is away, and after a lost answer an
    unknown outcome.
    """
    good = answered(bench, hook)
    assert _is_result(good.answer), good.told("it is no ExportResult")
    if bench.proxy is None:
        return
    away = answered(bench, hook, Fault.REFUSE)
    if away.met:
        assert isinstance(away.error, TransientError), away.told("a transient error is due")
    if bench.http and good.write is not None:
        lost = answered(bench, hook, Fault.LOSE_ANSWER, good.write)
        true = isinstance(lost.error, UnknownOutcomeError) or _is_result(lost.answer)
        assert true, lost.told("its answer was lost, and an UnknownOutcomeError is due")


class OffersTests(Adopted):
    """
    Each hook on a good target and on one that is away.
    """

    @proves("check")
    def test_the_check_proves_something(self, bench: Bench) -> None:
        """
        Nothing fails on a good target, and nothing is left there.
        """
        good = answered(bench, "check")
        findings = _findings(good)
        states = {each.state for each in findings}
        assert FindingState.PROVEN in states, good.told("nothing is proven on a good target")
        assert FindingState.FAILED not in states, good.told("something failed on a good target")
        assert good.wrote == 0, good.told("the target has an order more")

    @proves("check")
    @pytest.mark.parametrize(
        "fault", [Fault.REFUSE, Fault.STATUS_401], ids=lambda f: f.name.lower()
    )
    def test_the_check_finds_what_is_wrong(self, bench: Bench, fault: Fault) -> None:
        """
        It fails as a finding, and raises nothing.
        """
        if bench.proxy is None or (fault is Fault.STATUS_401 and not bench.http):
            pytest.skip("not offered: its target is not open to this fault")
        bad = answered(bench, "check", fault)
        assert bad.met, bad.told("the check does not ask the target")
        states = {each.state for each in _findings(bad)}
        assert FindingState.FAILED in states, bad.told("nothing failed")
        proven = FindingState.PROVEN in states and fault is Fault.REFUSE
        assert not proven, bad.told("something is proven of a target that is away")

    @proves("cancel")
    def test_an_order_is_cancelled(self, bench: Bench) -> None:
        """
        The results of its export are given.
        """
        _sends_honestly(bench, "cancel_order")

    @proves("payments")
    def test_payments_are_sent(self, bench: Bench) -> None:
        """
        Those of the order.
        """
        _sends_honestly(bench, "export_payments")

    @proves("invoices")
    def test_invoices_are_sent(self, bench: Bench) -> None:
        """
        Those of the order.
        """
        _sends_honestly(bench, "export_invoices")

    @proves("order-saved")
    def test_a_saved_order_is_told(self, bench: Bench) -> None:
        """
        Nothing fails on a good target, and with its type on one that is away.
        """
        good = answered(bench, "order_saved")
        assert good.error is None, good.told("it fails on a good target")
        if bench.proxy is not None:
            away = answered(bench, "order_saved", Fault.REFUSE)
            assert away.typed, away.told("an error of its own kind is due")

    @proves("acknowledgements")
    def test_acknowledgements_are_read(self, bench: Bench) -> None:
        """
        An order was sent before.
        """
        good = answered(bench, "acknowledgements")
        _all_acknowledgements(good)
        if bench.proxy is not None:
            away = answered(bench, "acknowledgements", Fault.REFUSE)
            if away.met:
                assert isinstance(away.error, TransientError), away.told("a TransientError is due")

    @proves("receive")
    def test_what_nobody_signed_is_refused(self, bench: Bench) -> None:
        """
        With its type, or as nothing acknowledged.
        """
        request = PushedRequest(method="POST", path="/", headers={}, body=b"{}")
        good = answered(bench, "receive", arguments={"request": request})
        if good.error is None:
            _all_acknowledgements(good)
            assert not good.answer, good.told("it is taken for an acknowledgement")
        assert good.typed, good.told("an AuthenticationError is due")


def _findings(given: Answered) -> tuple[Finding, ...]:
    assert given.error is None, given.told("the check raises")
    found = given.answer
    assert isinstance(found, list | tuple), given.told("the check answers no findings")
    assert found, given.told("the check answers no findings")
    assert all(isinstance(each, Finding) for each in found), given.told("not all are findings")
    return tuple(found)


def _all_acknowledgements(given: Answered) -> None:
    assert given.error is None, given.told("it fails on a good target")
    found = given.answer
    assert isinstance(found, list | tuple), given.told("acknowledgements are due")
    assert all(isinstance(each, Acknowledgement) for each in found), given.told("another type")


_NOW = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)


class LoadingTests(Adopted):
    """
    Importing, building and previewing.
    """

    @pytest.fixture(scope="class")
    @classmethod
    def steps(cls, trials: Trials) -> Mapping[str, list[str]]:
        """
        What reached for the network in a process of its own, by step.
        """
        bench = trials.bench
        plan = bench.plan
        return alone(
            plan.connector,
            bench.settings(),
            bench.new_order(),
            plan.shipment_id,
            dict(plan.properties),
        )

    @proves("import-offline")
    def test_importing_needs_no_network(self, steps: Mapping[str, list[str]]) -> None:
        """
        In a process whose audit hook refuses it.
        """
        assert steps[IMPORT] == []

    @proves("build-offline")
    def test_building_an_instance_needs_no_network(self, steps: Mapping[str, list[str]]) -> None:
        """
        In the same process, with settings that lead to the target.
        """
        assert steps.get(BUILD, ["it was not imported"]) == []

    @proves("preview-offline")
    def test_a_preview_needs_no_network(self, steps: Mapping[str, list[str]]) -> None:
        """
        In the same process, whatever thread of it asks.
        """
        assert steps.get(PREVIEW, ["it was not built"]) == []

    @proves("preview")
    def test_a_preview_is_a_document(self, bench: Bench) -> None:
        """
        The same for one order at one time, and nothing is at the target.
        """
        order, before = bench.new_order(), bench.total()
        with bench.instance() as instance:
            first, second = (
                instance.exporter.preview_order(
                    order=order,
                    shipment=bench.shipment(order),
                    properties=Properties(bench.plan.properties),  # type: ignore[arg-type]
                    context=instance.exporter.preview_context(_NOW),
                )
                for _ in range(2)
            )
        assert isinstance(first, Document), f"the preview is {first!r}"
        assert first.content, "the preview is empty"
        assert first == second, "two previews of one order at one time differ"
        assert bench.total() == before, "the preview was sent"
