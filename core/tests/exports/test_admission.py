"""
Whether an export may be sent now.
"""

import pytest

from orderferry.connectors import ExportResult, ExportState
from orderferry.exports import Export, Held, Operation, Skip, SkipCause, admission

from .conftest import NOW, MakeExport


def decide(
    export: Export, *before: Export, after: tuple[Export, ...] = (), **flags: bool
) -> Skip | Held | None:
    """
    The decision about an export among other rows of its order.
    """
    arguments = {"cancelled": False, "updates": False, **flags}
    return admission(export, (*before, export, *after), **arguments)


def cause(decision: Skip | Held | None) -> SkipCause | None:
    """
    The cause of a skip, or `None` where the export is not skipped.
    """
    return decision.cause if isinstance(decision, Skip) else None


def test_an_export_with_nothing_before_it_is_sent(make_export: MakeExport) -> None:
    """
    An export without earlier ones is sent.
    """
    assert decide(make_export()) is None


def test_a_cancelled_order_is_not_sent(make_export: MakeExport) -> None:
    """
    An export of a cancelled order is skipped, unless it is the cancellation itself.
    """
    cancel = make_export(operation=Operation.CANCEL_ORDER)

    assert SkipCause.ORDER_CANCELLED is cause(decide(make_export(), cancelled=True))
    assert decide(cancel, cancelled=True) is None


@pytest.mark.parametrize(
    ("state", "superseded"),
    [
        (ExportState.QUEUED, True),
        (ExportState.ACCEPTED, True),
        (ExportState.REJECTED, False),
        (ExportState.DEAD, False),
        (ExportState.SKIPPED, False),
    ],
)
def test_a_newer_version_supersedes_unless_it_failed(
    make_export: MakeExport, state: ExportState, superseded: bool
) -> None:
    """
    An export is superseded by one of a newer version that can still arrive.
    """
    newer = make_export(state, version="10")

    decision = decide(make_export(version="9"), after=(newer,))

    assert superseded == (cause(decision) is SkipCause.SUPERSEDED)


def test_an_older_version_never_supersedes(make_export: MakeExport) -> None:
    """
    Versions are compared as numbers: 9 is older than 10.
    """
    older = make_export(version="9")

    assert decide(make_export(version="10"), after=(older,)) is None


@pytest.mark.parametrize("other", [{"status": "Ship"}, {"shipment_id": "S1"}])
def test_another_status_or_shipment_does_not_supersede(
    make_export: MakeExport, other: dict[str, str]
) -> None:
    """
    Only the same export of a newer version supersedes an export.
    """
    newer = make_export(version="2", **other)

    assert decide(make_export(), after=(newer,)) is None


def test_an_order_that_the_instance_accepted_is_not_sent_again(make_export: MakeExport) -> None:
    """
    An order that the instance has accepted is skipped, with the recorded ids.
    """
    accepted = make_export(ExportState.ACCEPTED, results=(ExportResult({"order": "4711"}),))
    again = make_export(status="Completed")

    decision = decide(again, accepted)

    assert isinstance(decision, Skip)
    assert SkipCause.ACCEPTED is decision.cause
    assert {"order": "4711"} == decision.of(again, NOW).remote_ids


def test_an_instance_that_accepts_updates_gets_the_order_again(make_export: MakeExport) -> None:
    """
    An instance that declares `updates` gets an order again as a change.
    """
    accepted = make_export(ExportState.ACCEPTED)

    assert decide(make_export(status="Completed"), accepted, updates=True) is None


def test_a_re_export_is_sent(make_export: MakeExport) -> None:
    """
    A re-export is sent to an instance that has accepted the order.
    """
    accepted = make_export(ExportState.ACCEPTED)

    assert decide(make_export(generation=1), accepted) is None


def test_a_shipment_is_covered_by_the_whole_order_and_not_the_other_way(
    make_export: MakeExport,
) -> None:
    """
    An accepted order covers its shipments; an accepted shipment does not cover the order.
    """
    whole = make_export(ExportState.ACCEPTED)
    part = make_export(ExportState.ACCEPTED, shipment_id="S1")

    assert SkipCause.ACCEPTED is cause(decide(make_export(shipment_id="S2", status="Ship"), whole))
    assert decide(make_export(status="Ship"), part) is None


@pytest.mark.parametrize("state", list(ExportState))
def test_only_unfinished_exports_hold_back_later_ones(
    make_export: MakeExport, state: ExportState
) -> None:
    """
    Exports of one order to one instance leave in the order in which they were made.
    """
    before = make_export(state)
    pending = {
        ExportState.QUEUED,
        ExportState.SENDING,
        ExportState.RETRYING,
        ExportState.UNKNOWN,
    }

    decision = decide(make_export(status="Ship"), before, updates=True)

    assert (state in pending) == isinstance(decision, Held)


def test_exports_of_different_shipments_or_instances_do_not_wait(make_export: MakeExport) -> None:
    """
    An export waits only for those of the same part to the same instance.
    """
    first = make_export(shipment_id="S1")

    assert decide(make_export(shipment_id="S2"), first) is None
    assert decide(make_export(shipment_id="S1", connector_id="other"), first) is None
    assert isinstance(decide(make_export(status="Ship"), first), Held)


def test_order_saved_neither_holds_back_nor_waits(make_export: MakeExport) -> None:
    """
    A notification of a saved order is no export of the order.
    """
    notification = make_export(operation=Operation.ORDER_SAVED)

    assert decide(make_export(), notification) is None
    assert decide(notification, make_export(status="Ship")) is None


def test_an_export_that_may_have_been_received_is_not_skipped(make_export: MakeExport) -> None:
    """
    An export whose outcome is unknown is sent or asked about, and not skipped by a rule.
    """
    export = make_export(ExportState.RETRYING, unsettled=True)

    assert decide(export, after=(make_export(version="2"),), cancelled=True) is None
