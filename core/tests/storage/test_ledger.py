"""
The ledger: adding, changing and reading exports.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from attrs import evolve
from sqlalchemy import func, select

from core.tests.databases import Database
from orderferry.connectors import ExportResult, ExportState, Properties
from orderferry.errors import ConflictError, Problem
from orderferry.exports import Export, Failure, Operation, Origin, SkipCause
from orderferry.orders import EntityError, HistoryEvent, Order, read_order
from orderferry.storage import Store
from orderferry.storage._tables import contents

from .conftest import NOW, MakeExport

LATER = NOW + timedelta(seconds=5)


def make_full_export(make_export: MakeExport) -> Export:
    """
    Make an export with a value in every field.
    """
    return make_export(
        shipment_id="S1",
        operation=Operation.EXPORT_INVOICES,
        generation=3,
        order=read_order('{"id": "W1", "ours": {"price": 0.10}, "shipments": []}'),
        properties=Properties(
            {
                "Plant": "1010",
                "Share": Decimal("0.10"),
                "On": True,
                "Several": ["a", 2, Decimal("1E+2")],
                "Day": date(2026, 11, 24),
                "When": NOW,
                "Deep": {"Count": 3, "$decimal": "no tag"},
            },
            {"sap": {"Plant": "2020"}, "wms": {}},
        ),
        origin=Origin(
            step="ExportInvoices",
            run="r9",
            position=4,
            stop_on_error=True,
            error_status="Held",
            deferred=True,
            user="user",
            cancelled=True,
            after_save=True,
            reason="the target is fixed",
            again=LATER,
        ),
        state=ExportState.RETRYING,
        results=(
            ExportResult({"order": "R1"}, message="made", shipment_id="S1", link="http://x/1"),
            ExportResult(
                state=ExportState.REJECTED,
                problems=[Problem(line_item_id="1", field="F", value="V", cause="c", remedy="r")],
            ),
        ),
        failure=Failure(
            type="TransientError",
            message="no answer",
            problems=(Problem(cause="slow", remedy="wait"),),
        ),
        attempts=2,
        due=LATER,
        requested=NOW,
        settles=LATER + timedelta(minutes=1),
        unsettled=True,
        reason="waits",
        skip=SkipCause.SUPERSEDED,
    )


def test_an_export_comes_back_as_it_went_in(store: Store, make_export: MakeExport) -> None:
    """
    Each field of an export is read with the value and the type that were written.
    """
    export = make_full_export(make_export)
    store.add([export])

    assert export == store.find(export.key.id)
    assert None is store.find(make_export().key.id)


def test_a_content_is_stored_once_without_errors_and_history(
    store: Store, make_export: MakeExport
) -> None:
    """
    Exports whose orders differ only in errors and history share one stored content.
    """
    order = Order(
        id="W1",
        errors=(EntityError(key="ExportOrder"),),
        history=(HistoryEvent(timestamp=NOW, category="x", message="y"),),
    )
    store.add([make_export(order=order, connector=name) for name in ("sap", "wms")])
    store.add([make_export(order=Order(id="W1"), connector="pim")])

    assert [Order(id="W1")] * 3 == [export.order for export in store.of_order("W1")]
    with store.engine.connect() as connection:
        assert 1 == connection.execute(select(func.count()).select_from(contents)).scalar_one()


def test_exports_of_an_order_are_read_in_the_order_of_their_creation(
    store: Store, make_export: MakeExport
) -> None:
    """
    Awaited and deferred exports are read in the sequence of their creation, not of their ids.
    """
    origins = (Origin(step="A", deferred=True), Origin(step="B"))
    exports = [make_export(connector=f"c{n}", origin=origins[n % 2]) for n in range(12)]
    for added in (exports[:5], exports[5:6], exports[6:]):
        store.add(added)
    store.add([make_export(order_id="W2")])

    assert tuple(exports) == store.of_order("W1")


def test_a_key_is_used_once_and_exports_are_added_together_or_not_at_all(
    store: Store, make_export: MakeExport
) -> None:
    """
    Adding a key that exists adds no export, is a conflict, and lets the transaction continue.
    """
    store.add([make_export()])
    with store.transaction() as batch:
        with pytest.raises(ConflictError, match=str(make_export().key.id)):
            batch.ledger.add([make_export(connector="new"), make_export()])
        batch.ledger.add([make_export(connector="other")])

    assert ["sap", "other"] == [export.key.connector for export in store.of_order("W1")]


def test_an_export_is_changed_only_if_it_still_is_as_it_was_read(
    store: Store, make_export: MakeExport
) -> None:
    """
    A change is a conflict where the state, the time of change or the attempts are other than read.
    """
    queued = make_export()
    store.add([queued])
    sending = queued.to(ExportState.SENDING, LATER, attempts=1)
    store.change(sending, was=queued)
    assert sending == store.find(queued.key.id)

    stale = (queued, evolve(sending, changed=NOW), evolve(sending, attempts=0))
    for was in stale:
        with pytest.raises(ConflictError, match="changed by another process"):
            store.change(evolve(sending, state=ExportState.ACCEPTED), was=was)
    with pytest.raises(ConflictError):
        store.change(make_export(connector="nowhere"), was=make_export(connector="nowhere"))
    assert sending == store.find(queued.key.id)


def test_one_of_sixteen_threads_adds_a_key(database: Database, make_export: MakeExport) -> None:
    """
    Where sixteen threads add the same exports, one succeeds, and the others get a conflict.
    """
    store = Store(database.engine)
    barrier = Barrier(16)

    def add(thread: int) -> list[bool]:
        succeeded = []
        for number in range(5):
            exports = [
                make_export(order_id=f"W{number}", connector=connector, reason=str(thread))
                for connector in ("sap", "wms")
            ]
            barrier.wait(60)
            try:
                store.add(exports)
                succeeded.append(True)
            except ConflictError:
                succeeded.append(False)
        return succeeded

    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(add, range(16)))

    assert [1] * 5 == [sum(successes) for successes in zip(*results, strict=True)]
    for number in range(5):
        (winner,) = {export.reason for export in store.of_order(f"W{number}")}
        assert winner is not None
        assert results[int(winner)][number]


def test_one_of_sixteen_threads_claims_an_export(
    database: Database, make_export: MakeExport
) -> None:
    """
    Where sixteen threads claim the same export, one succeeds, so that only one sends it.
    """
    store = Store(database.engine)
    export = make_export()
    store.add([export])
    barrier = Barrier(16)

    def claim(thread: int) -> str | None:
        reason = f"thread {thread}"
        barrier.wait(60)
        try:
            sending = export.to(ExportState.SENDING, LATER, attempts=1, reason=reason)
            store.change(sending, was=export)
        except ConflictError:
            return None
        return reason

    with ThreadPoolExecutor(16) as threads:
        (winner,) = filter(None, threads.map(claim, range(16)))

    stored = store.find(export.key.id)
    assert stored is not None
    assert winner == stored.reason


def test_lanes_are_woken_after_the_commit(database: Database, make_export: MakeExport) -> None:
    """
    A transaction that is rolled back wakes no lane, and neither does an awaited export.
    """
    deferred = make_export(origin=Origin(step="ExportOrder", deferred=True))
    woken: list[frozenset[str]] = []
    store = Store(database.engine, on_commit=woken.append)
    with pytest.raises(ConflictError), store.transaction() as batch:
        batch.ledger.add([deferred, deferred])
    assert [] == woken

    with store.transaction() as batch:
        batch.ledger.add([deferred, make_export(connector="wms")])
        assert [] == woken
    assert [frozenset({"sap/main"})] == woken
    with store.transaction() as batch:
        batch.ledger.find(deferred.key.id)
    assert 1 == len(woken)
