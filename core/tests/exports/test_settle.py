"""
Exports of unknown outcome: whether the target can be asked, and what its answer leads to.
"""

from __future__ import annotations

from typing import Any, cast

import pytest
from attrs import evolve, field, frozen

from orderferry.connectors import Capabilities, Exporter, ExportResult, ExportState, Found
from orderferry.exports import RECEIVED, Export, Failure, Operation, can_ask, may_repeat, settled_by

from .conftest import NOW, MakeExport


@frozen
class Declared:
    """
    An exporter's declarations; it cannot be called.
    """

    hooks: frozenset[str] = frozenset({"find_export"})
    capabilities: Capabilities = field(factory=Capabilities)

    def offers(self, hook: str) -> bool:
        """
        Whether the connector implements a hook.
        """
        return hook in self.hooks


def exporter(**declarations: Any) -> Exporter:
    """
    Make an exporter with these declarations.
    """
    return cast("Exporter", Declared(**declarations))


@pytest.mark.parametrize("operation", Operation)
def test_a_target_is_asked_about_orders_only(make_export: MakeExport, operation: Operation) -> None:
    """
    A target is not asked about payments or a cancellation, because it would find the order.
    """
    export = make_export(operation=operation)

    assert can_ask(export, exporter()) is (operation is Operation.EXPORT_ORDER)
    assert not can_ask(export, exporter(hooks=frozenset()))


@pytest.mark.parametrize("operation", Operation)
def test_an_operation_that_may_be_repeated_is_not_asked_about(
    make_export: MakeExport, operation: Operation
) -> None:
    """
    A notification of a saved order is repeated; other operations only where the target discards
    duplicates.
    """
    export = make_export(operation=operation)

    assert may_repeat(export, exporter()) is (operation is Operation.ORDER_SAVED)
    assert may_repeat(export, exporter(capabilities=Capabilities(idempotent=True)))


@pytest.fixture
def unknown(make_export: MakeExport) -> Export:
    """
    An export of unknown outcome, one part of which was accepted before.
    """
    return make_export(
        ExportState.UNKNOWN,
        attempts=1,
        failure=Failure(type="UnknownOutcomeError", message="the answer was lost"),
        results=(ExportResult({"order": "R1"}, shipment_id="S1"),),
        unsettled=True,
        due=NOW,
        duration_ms=12,
    )


@pytest.mark.parametrize("state", sorted(RECEIVED))
def test_an_export_that_the_target_has_is_settled_without_a_failure(
    unknown: Export, state: ExportState
) -> None:
    """
    An export that the target has is in the state that the target reports, and has not failed.
    """
    settled = settled_by(unknown, Found({"order": "F1"}, state), NOW)

    assert settled is not None
    assert state is settled.state
    assert settled.failure is None
    assert not settled.unsettled


def test_an_export_that_the_target_rejected_fails_with_the_rejection(unknown: Export) -> None:
    """
    An export that the target rejected fails with the rejection, in place of the lost answer.
    """
    settled = settled_by(unknown, Found({}, ExportState.REJECTED), NOW)

    assert settled is not None
    assert ExportState.REJECTED is settled.state
    assert Failure(type="RejectedError", message="found at the target, rejected") == settled.failure


def test_what_the_target_found_is_added_to_the_accepted_parts(unknown: Export) -> None:
    """
    The result that the target reports follows the parts that were accepted before.
    """
    settled = settled_by(unknown, Found({"order": "F1"}), NOW)

    assert settled is not None
    assert [{"order": "R1"}, {"order": "F1"}] == [part.remote_ids for part in settled.results]


def test_a_settled_export_is_not_due_and_has_no_duration(unknown: Export) -> None:
    """
    A settled export is not asked about again, and its last change was no attempt.
    """
    settled = settled_by(unknown, Found({"order": "F1"}), NOW)

    assert settled is not None
    assert settled.due is None
    assert settled.duration_ms is None


def test_a_settled_export_forgets_why_it_was_still_unknown(unknown: Export) -> None:
    """
    A settled export no longer says "absent, but it may still arrive".
    """
    asked = evolve(unknown, reason="absent, but it may still arrive")

    settled = settled_by(asked, Found({"order": "F1"}), NOW)

    assert settled is not None
    assert settled.reason is None


@pytest.mark.parametrize("state", [ExportState.QUEUED, ExportState.UNKNOWN, ExportState.DEAD])
def test_a_state_in_which_no_target_has_an_export_settles_nothing(
    unknown: Export, state: ExportState
) -> None:
    """
    A connector that finds an export in a state of the ledger's own settles nothing.
    """
    assert settled_by(unknown, Found({}, state), NOW) is None
