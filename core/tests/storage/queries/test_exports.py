"""
Lists of exports, their details and their progress.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from attrs import evolve

from orderferry.connectors import Exchange, ExportResult, ExportState
from orderferry.exports import Failure, Operation, Origin, SkipCause, consequences
from orderferry.orders import Order
from orderferry.storage import (
    AttemptRecord,
    DocumentRecord,
    ExportFilter,
    ExportProgress,
    ExportUpdate,
    Store,
    count_exports,
    export_details,
    list_exports,
    read_progress,
)

from ..conftest import NOW, MakeExport

LIMITS = {ExportState.QUEUED: 60.0, ExportState.UNKNOWN: 3600.0}


def test_exports_are_listed_without_their_contents(store: Store, make_export: MakeExport) -> None:
    """
    A listed export has all its values, except that its order has an id only.
    """
    export = make_export(
        order=Order(id="W1", customer_name="Name"),
        state=ExportState.SKIPPED,
        results=(ExportResult({"order": "R1"}),),
        failure=Failure(type="TransientError", message="away"),
        attempts=2,
        due=NOW,
        unsettled=True,
        reason="superseded",
        skip=SkipCause.SUPERSEDED,
    )
    store.add([export])

    (listed,) = list_exports(store, ExportFilter())

    assert evolve(export, order=Order(id="W1")) == listed


@pytest.mark.parametrize(
    ("conditions", "ids"),
    [
        ({}, "12345"),
        ({"order_id": "W1"}, "1"),
        ({"connector": "wms"}, "45"),
        ({"connector": "wms", "connector_id": "east"}, "5"),
        ({"operation": Operation.ORDER_SAVED}, "4"),
        ({"states": frozenset({ExportState.DEAD, ExportState.UNKNOWN})}, "23"),
        ({"since": NOW + timedelta(minutes=3)}, "345"),
        ({"limit": 2}, "45"),
        ({"overdue_at": NOW + timedelta(minutes=2), "age_limits": LIMITS}, "1"),
        ({"overdue_at": NOW + timedelta(hours=3), "age_limits": LIMITS}, "1345"),
        ({"overdue_at": NOW + timedelta(hours=3)}, ""),
    ],
)
def test_exports_are_listed_and_counted_by_a_filter(
    store: Store, make_export: MakeExport, conditions: dict[str, Any], ids: str
) -> None:
    """
    A filter selects exports in the order of their creation; a limit selects the last of them.
    """
    attributes: list[dict[str, Any]] = [
        {},
        {"state": ExportState.DEAD},
        {"state": ExportState.UNKNOWN},
        {"connector": "wms", "operation": Operation.ORDER_SAVED},
        {"connector": "wms", "connector_id": "east"},
    ]
    exports = [
        make_export(order_id=f"W{n}", changed=NOW + timedelta(minutes=n), **of_export)
        for n, of_export in enumerate(attributes, 1)
    ]
    exports[0] = evolve(exports[0], changed=NOW)
    store.add(exports)

    listed = list_exports(store, ExportFilter(**conditions))

    assert ids == "".join(export.key.order_id[1:] for export in listed)
    count = len(exports) if "limit" in conditions else len(ids)
    assert count == count_exports(store, ExportFilter(**conditions))


def test_details_of_an_export_have_its_attempts_documents_and_history(
    store: Store, make_export: MakeExport
) -> None:
    """
    The details of an export have no attempts, documents or events of other exports.
    """
    failure = Failure(type="TransientError", message="away")
    sending = make_export(state=ExportState.SENDING, attempts=1)
    other = make_export(state=ExportState.SENDING, attempts=1, order_id="W2")
    exchange = Exchange("POST /orders", None, NOW, 0.25, fault="timed out")
    with store.transaction() as batch:
        for export in (sending, other):
            batch.orders.save(Order(id=export.key.order_id), revision=0, came_in="-", now=NOW)
    store.add([sending, other])
    with store.lane_transaction() as batch:
        for export in (sending, other):
            failed = evolve(export.to(ExportState.RETRYING, NOW, failure=failure), duration_ms=260)
            change = ExportUpdate(export=failed, was=export, began=NOW, exchanges=(exchange,))
            changes = {export.key.order_id: consequences([(export, failed)])}
            batch.lanes.record([change], changes, fence=1)

    details = export_details(store, sending.key.id)

    assert details is not None
    assert ExportState.RETRYING is details.export.state
    assert details.predecessor is None
    attempt = AttemptRecord(
        number=1, began=NOW, duration_ms=260, state=ExportState.RETRYING, failure=failure
    )
    assert (attempt,) == details.attempts
    document = DocumentRecord(
        attempt=1,
        request="POST /orders",
        response=None,
        fault="timed out",
        began=NOW,
        duration_ms=250,
    )
    assert (document,) == details.documents
    assert ["retrying"] == [event.state for event in details.history]


def test_a_re_export_names_the_export_that_it_repeats(
    store: Store, make_export: MakeExport
) -> None:
    """
    The predecessor of a re-export is the export of the generation before it.
    """
    first = make_export(state=ExportState.ACCEPTED)
    second = make_export(generation=1, created=NOW + timedelta(minutes=1))
    store.add([first, second])

    details = export_details(store, second.key.id)

    assert details is not None
    assert first.key.id == details.predecessor


def test_an_export_that_does_not_exist_has_no_details(store: Store) -> None:
    """
    The details of an id without an export are `None`.
    """
    assert export_details(store, uuid4()) is None


def test_progress_is_read_by_id(store: Store, make_export: MakeExport) -> None:
    """
    The progress of exports is returned by their ids, without ids that have no export.
    """
    origin = Origin(step="ExportOrder", deferred=True)
    export = make_export(state=ExportState.RETRYING, attempts=2, due=NOW, origin=origin)
    store.add([export])

    progress = ExportProgress(
        id=export.key.id,
        state=ExportState.RETRYING,
        attempts=2,
        due=NOW,
        lane="sap/main",
        is_awaited=False,
        behind_unknown=False,
        behind_retrying=False,
    )
    assert {export.key.id: progress} == read_progress(store, [export.key.id, uuid4()])


def test_progress_says_whether_an_export_is_awaited(store: Store, make_export: MakeExport) -> None:
    """
    An export that its transition delivers, and no lane, is awaited.
    """
    store.owner = "a process"
    export = make_export()
    store.add([export])

    assert read_progress(store, [export.key.id])[export.key.id].is_awaited


def test_progress_says_what_holds_an_export_back(store: Store, make_export: MakeExport) -> None:
    """
    Only unknown and retrying exports are reported as holding back, and never for `OrderSaved`.
    """
    dead = make_export(state=ExportState.DEAD, version="1")
    free = make_export(version="2", state=ExportState.RETRYING)
    later = make_export(version="3", state=ExportState.UNKNOWN)
    last = make_export(version="4")
    notified = make_export(version="4", operation=Operation.ORDER_SAVED)
    exports = [dead, free, later, last, notified]
    store.add(exports)

    by_id = read_progress(store, [export.key.id for export in exports])

    in_order = [by_id[export.key.id] for export in exports]
    assert [False, False, False, True, False] == [progress.behind_unknown for progress in in_order]
    assert [False, False, True, True, False] == [progress.behind_retrying for progress in in_order]


def test_the_progress_of_thousands_of_exports_is_read(
    store: Store, make_export: MakeExport
) -> None:
    """
    More ids can be passed than one statement may have parameters.
    """
    exports = [make_export(order_id=f"W{number}") for number in range(1001)]
    store.add(exports)
    export_ids = {export.key.id for export in exports}

    assert export_ids == set(read_progress(store, export_ids))
