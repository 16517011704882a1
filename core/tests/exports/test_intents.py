"""
New exports, and repeated transitions.
"""

from datetime import timedelta

import pytest

from orderferry.connectors import ExportResult, ExportState, InstanceName, Properties
from orderferry.exports import (
    Operation,
    Origin,
    SkipCause,
    export_key,
    intend,
    new_export,
    version_of,
)
from orderferry.orders import Order, digest

from .conftest import NOW, MakeExport

SAP = InstanceName("sap", "main")


def test_a_key_has_the_status_and_the_version_of_its_order() -> None:
    """
    A key without a status and a version of its own has those of the order.
    """
    key = export_key(
        Order(id="W1", status="New", version_id=7), SAP, Operation.EXPORT_ORDER, shipment_id="S1"
    )

    assert "W1/S1/sap/main/export_order/New/7/0" == str(key)


def test_a_key_has_the_status_and_the_version_that_are_given() -> None:
    """
    A transition names the status that it enters, which the order that is sent need not have.
    """
    order = Order(id="W1", status="New", version_id=7)

    key = export_key(order, SAP, Operation.CANCEL_ORDER, status="Ship", version="8")

    assert "W1//sap/main/cancel_order/Ship/8/0" == str(key)


def test_the_version_of_an_order_without_one_is_a_digest() -> None:
    """
    The digest of an order's content stands for a version that the host does not keep.
    """
    order = Order(id="W1")

    assert digest(order) == version_of(order)
    assert digest(order) == export_key(order, SAP, Operation.EXPORT_ORDER).version


def test_the_key_of_an_order_without_a_status_has_none() -> None:
    """
    The status of a key is empty where the order has none.
    """
    assert not export_key(Order(id="W1", version_id=1), SAP, Operation.EXPORT_ORDER).status


def test_a_new_export_is_queued_and_has_no_attempt() -> None:
    """
    A new export is `queued` since it was made, and nothing has been attempted.
    """
    order = Order(id="W1", status="New", version_id=1)
    key = export_key(order, SAP, Operation.ORDER_SAVED)

    export = new_export(key, order, origin=Origin(step="order_saved"), now=NOW)

    assert ExportState.QUEUED is export.state
    assert NOW == export.created == export.changed
    assert 0 == export.attempts
    assert Properties() == export.properties
    assert export.reason is None


def test_a_first_intent_is_a_new_export(make_export: MakeExport) -> None:
    """
    An intent without an earlier export of its key is delivered as it is.
    """
    draft = make_export()

    intent = intend(draft, [make_export(version="0"), make_export(status="Ship")])

    assert draft == intent.export
    assert intent.was is None
    assert intent.begins is True


@pytest.mark.parametrize("state", [ExportState.REJECTED, ExportState.DEAD])
def test_a_failed_export_is_tried_again_in_the_same_row(
    make_export: MakeExport, state: ExportState
) -> None:
    """
    The attempts of a repeated export continue to count, and its deadline starts again.
    """
    row = make_export(state, attempts=3)
    later = NOW + timedelta(hours=1)

    intent = intend(make_export(created=later), [row])

    assert intent.begins
    assert row == intent.was
    assert ExportState.QUEUED is intent.export.state
    assert 3 == intent.export.attempts
    assert row.key == intent.export.key
    assert later == intent.export.since


@pytest.mark.parametrize(
    "fields", [{"results": (ExportResult({"order": "1"}),)}, {"unsettled": True}]
)
def test_an_export_that_was_received_in_part_is_not_sent_again(
    make_export: MakeExport, fields: dict[str, object]
) -> None:
    """
    An export with an accepted part, or of unknown outcome, is not tried again by a transition.
    """
    row = make_export(ExportState.REJECTED, **fields)

    intent = intend(make_export(), [row])

    assert row == intent.export
    assert intent.begins is False


def test_a_row_whose_workflow_was_cancelled_gets_the_next_generation(
    make_export: MakeExport,
) -> None:
    """
    An export that was skipped with its workflow is final, so the next generation is sent.
    """
    row = make_export(ExportState.SKIPPED, skip=SkipCause.WORKFLOW)

    intent = intend(make_export(), [row])

    assert 1 == intent.export.key.generation
    assert intent.was is None
    assert intent.begins is True


@pytest.mark.parametrize(
    "state",
    [
        ExportState.QUEUED,
        ExportState.SENDING,
        ExportState.ACCEPTED,
        ExportState.ACKNOWLEDGED,
        ExportState.RETRYING,
        ExportState.UNKNOWN,
        ExportState.SKIPPED,
    ],
)
def test_all_others_give_their_recorded_state(make_export: MakeExport, state: ExportState) -> None:
    """
    The outcome of an export that is accepted or in progress is its recorded state.
    """
    row = make_export(state)

    intent = intend(make_export(), [row])

    assert row == intent.export
    assert intent.begins is False
