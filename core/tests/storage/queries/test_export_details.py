"""
All that is known of one export.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from attrs import evolve

from orderferry.connectors import Exchange, ExportState
from orderferry.exports import Failure, consequences
from orderferry.orders import Order
from orderferry.storage import ExportUpdate, Store, export_details

from ..conftest import NOW, MakeExport


def test_an_export_is_shown_with_its_attempts_and_what_was_said(
    store: Store, make_export: MakeExport
) -> None:
    """
    Others' attempts, requests and events are not among them.
    """
    failure = Failure(type="TransientError", message="away")
    sending = make_export(state=ExportState.SENDING, attempts=1)
    other = make_export(state=ExportState.SENDING, attempts=1, order_id="W2")
    exchange = Exchange("POST /orders", None, NOW, 0.25, fault="timed out")
    with store.transaction() as batch:
        for each in (sending, other):
            batch.orders.save(Order(id=each.key.order_id), revision=0, came_in="-", now=NOW)
    store.add([sending, other])
    with store.lane_transaction() as lane:
        for each in (sending, other):
            failed = evolve(each.to(ExportState.RETRYING, NOW, failure=failure), duration_ms=260)
            recorded = ExportUpdate(export=failed, was=each, began=NOW, exchanges=(exchange,))
            changes = {each.key.order_id: consequences([(each, failed)])}
            lane.lanes.record([recorded], changes, fence=1)

    found = export_details(store, sending.key.id)

    assert found is not None
    assert (ExportState.RETRYING, None) == (found.export.state, found.predecessor)
    (attempt,) = found.attempts
    assert (1, NOW, 260, ExportState.RETRYING, failure) == (
        attempt.number,
        attempt.began,
        attempt.duration_ms,
        attempt.state,
        attempt.failure,
    )
    (document,) = found.documents
    assert (1, "POST /orders", None, "timed out", NOW, 250) == (
        document.attempt,
        document.request,
        document.response,
        document.fault,
        document.began,
        document.duration_ms,
    )
    assert ["retrying"] == [event.state for event in found.history]


def test_a_re_export_names_the_one_that_it_repeats(store: Store, make_export: MakeExport) -> None:
    """
    That is the generation before it.
    """
    first = make_export(state=ExportState.ACCEPTED)
    second = make_export(generation=1, created=NOW + timedelta(minutes=1))
    store.add([first, second])

    found = export_details(store, second.key.id)

    assert found is not None
    assert first.key.id == found.predecessor


def test_an_export_that_is_not_there_has_no_details(store: Store) -> None:
    """
    `None` says so.
    """
    assert export_details(store, uuid4()) is None
