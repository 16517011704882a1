"""
Tests of loading and previewing, and of the optional hooks of a connector.
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
from orderferry.testing.suite._fixtures import SuiteFixtures
from orderferry.testing.suite._guarantees import proves
from orderferry.testing.trials._bench import Bench
from orderferry.testing.trials._child_process import (
    BUILD,
    IMPORT,
    PREVIEW,
    load_in_child_process,
)
from orderferry.testing.trials._hooks import HookCall, call_hook
from orderferry.testing.trials._trials import Trials

__all__ = ["LoadingTests", "OptionalHookTests"]

_NOW = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)


class LoadingTests(SuiteFixtures):
    """
    Importing, building and previewing without a network.
    """

    @pytest.fixture(scope="class")
    @classmethod
    def steps(cls, trials: Trials) -> Mapping[str, list[str]]:
        """
        The problems of each step in a child process without a network.
        """
        bench = trials.bench
        plan = bench.plan
        return load_in_child_process(
            plan.connector,
            bench.settings(),
            bench.new_order(),
            plan.shipment_id,
            dict(plan.properties),
        )

    @proves("import-offline")
    def test_importing_needs_no_network(self, steps: Mapping[str, list[str]]) -> None:
        """
        The connector is imported in a process whose audit hook blocks the network.
        """
        assert steps[IMPORT] == []

    @proves("build-offline")
    def test_building_an_instance_needs_no_network(self, steps: Mapping[str, list[str]]) -> None:
        """
        An instance with the target's settings is built in the same process.
        """
        assert steps.get(BUILD, ["the connector was not imported"]) == []

    @proves("preview-offline")
    def test_a_preview_needs_no_network(self, steps: Mapping[str, list[str]]) -> None:
        """
        A preview is rendered in the same process, in which no thread can use the network.
        """
        assert steps.get(PREVIEW, ["the instance was not built"]) == []

    @proves("preview")
    def test_a_preview_is_a_document(self, bench: Bench) -> None:
        """
        Two previews of one order at one time are equal, and the target receives nothing.
        """
        order, count = bench.new_order(), bench.received_count()
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
        assert isinstance(first, Document), f"preview_order returned {first!r}; expected a Document"
        assert first.content, "preview_order returned an empty document"
        assert first == second, (
            f"two previews of one order at one time differ: {first!r} and {second!r}"
        )
        created = bench.received_count() - count
        assert created == 0, f"the target received {created} documents from previews; expected 0"


class OptionalHookTests(SuiteFixtures):
    """
    Each optional hook, without a fault and with an unreachable target.
    """

    @proves("check")
    def test_the_check_proves_something(self, bench: Bench) -> None:
        """
        Without a fault the check proves something, nothing fails, and the target receives nothing.
        """
        call = call_hook(bench, "check")
        states = {finding.state for finding in _findings(call)}
        assert FindingState.PROVEN in states, call.describe("nothing is proven without a fault")
        assert FindingState.FAILED not in states, call.describe("a finding failed without a fault")
        assert call.created == 0, call.describe(
            f"the check created orders at the target ({call.created}); expected none"
        )

    @proves("check")
    @pytest.mark.parametrize(
        "fault", [Fault.REFUSE, Fault.STATUS_401], ids=lambda f: f.name.lower()
    )
    def test_the_check_finds_what_is_wrong(self, bench: Bench, fault: Fault) -> None:
        """
        Under a fault the check returns a failed finding, and raises nothing.
        """
        if bench.proxy is None or (fault is Fault.STATUS_401 and not bench.http):
            pytest.skip("not offered: its target cannot have this fault")
        call = call_hook(bench, "check", fault)
        assert call.met, call.describe("the check does not connect to the target")
        states = {finding.state for finding in _findings(call)}
        assert FindingState.FAILED in states, call.describe("no finding failed under the fault")
        proven = FindingState.PROVEN in states and fault is Fault.REFUSE
        assert not proven, call.describe("a finding is proven while the target is unreachable")

    @proves("cancel")
    def test_an_order_is_cancelled(self, bench: Bench) -> None:
        """
        An exported order is cancelled, with the results of its export.
        """
        _check_sending(bench, "cancel_order")

    @proves("payments")
    def test_payments_are_sent(self, bench: Bench) -> None:
        """
        The payments of an exported order are sent.
        """
        _check_sending(bench, "export_payments")

    @proves("invoices")
    def test_invoices_are_sent(self, bench: Bench) -> None:
        """
        The invoices of an exported order are sent.
        """
        _check_sending(bench, "export_invoices")

    @proves("order-saved")
    def test_a_saved_order_is_told(self, bench: Bench) -> None:
        """
        The hook raises nothing without a fault, and a typed error if the target is unreachable.
        """
        call = call_hook(bench, "order_saved")
        assert call.error is None, call.describe("the hook failed without a fault")
        if bench.proxy is not None:
            unreachable = call_hook(bench, "order_saved", Fault.REFUSE)
            assert unreachable.typed, unreachable.describe("expected a subclass of ExportError")

    @proves("acknowledgements")
    def test_acknowledgements_are_read(self, bench: Bench) -> None:
        """
        Acknowledgements are read after an order was exported.
        """
        call = call_hook(bench, "acknowledgements")
        _check_acknowledgements(call)
        if bench.proxy is not None:
            unreachable = call_hook(bench, "acknowledgements", Fault.REFUSE)
            if unreachable.met:
                assert isinstance(unreachable.error, TransientError), unreachable.describe(
                    "expected a TransientError"
                )

    @proves("receive")
    def test_what_nobody_signed_is_refused(self, bench: Bench) -> None:
        """
        A request without a signature is a typed error, or acknowledges nothing.
        """
        request = PushedRequest(method="POST", path="/", headers={}, body=b"{}")
        call = call_hook(bench, "receive", arguments={"request": request})
        if call.error is None:
            _check_acknowledgements(call)
            assert not call.result, call.describe(
                "a request without a signature is accepted as an acknowledgement"
            )
        assert call.typed, call.describe("expected an AuthenticationError")


def _check_sending(bench: Bench, hook: str) -> None:
    """
    Check a hook that sends: it returns a result without a fault, raises a transient error if the
    target is unreachable, and an unknown outcome if the response is lost.
    """
    call = call_hook(bench, hook)
    assert _is_result(call.result), call.describe("expected an ExportResult, or several")
    if bench.proxy is None:
        return
    unreachable = call_hook(bench, hook, Fault.REFUSE)
    if unreachable.met:
        assert isinstance(unreachable.error, TransientError), unreachable.describe(
            "expected a TransientError"
        )
    if bench.http and call.write is not None:
        lost = call_hook(bench, hook, Fault.LOSE_ANSWER, call.write)
        correct = isinstance(lost.error, UnknownOutcomeError) or _is_result(lost.result)
        assert correct, lost.describe("the response was lost; expected an UnknownOutcomeError")


def _is_result(value: object) -> bool:
    results = [value] if isinstance(value, ExportResult) else value
    if not isinstance(results, list | tuple):
        return False
    return bool(results) and all(isinstance(result, ExportResult) for result in results)


def _findings(call: HookCall) -> tuple[Finding, ...]:
    assert call.error is None, call.describe("the check raised an error; expected findings")
    findings = call.result
    assert isinstance(findings, list | tuple), call.describe("expected a list of findings")
    assert findings, call.describe("expected at least one finding")
    assert all(isinstance(finding, Finding) for finding in findings), call.describe(
        "expected findings only"
    )
    return tuple(findings)


def _check_acknowledgements(call: HookCall) -> None:
    assert call.error is None, call.describe("the hook failed without a fault")
    acknowledgements = call.result
    assert isinstance(acknowledgements, list | tuple), call.describe("expected acknowledgements")
    assert all(isinstance(item, Acknowledgement) for item in acknowledgements), call.describe(
        "expected acknowledgements only"
    )
