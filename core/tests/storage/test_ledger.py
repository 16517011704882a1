"""
The ledger: what is intended, and what became of it.
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


def whole(make_export: MakeExport) -> Export:
    """
    An export with something in every field.
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
            reason="the target is mended",
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
    Each field, with its type.
    """
    export = whole(make_export)
    store.add([export])

    assert export == store.find(export.key.id)
    assert None is store.find(make_export().key.id)


def test_what_an_export_sends_is_kept_without_what_is_ours(
    store: Store, make_export: MakeExport
) -> None:
    """
    Errors and history are not sent, and a content is kept once, however many send it.
    """
    order = Order(
        id="W1",
        errors=(EntityError(key="ExportOrder"),),
        history=(HistoryEvent(timestamp=NOW, category="x", message="y"),),
    )
    store.add([make_export(order=order, connector=name) for name in ("sap", "wms")])
    store.add([make_export(order=Order(id="W1"), connector="pim")])

    assert [Order(id="W1")] * 3 == [each.order for each in store.of_order("W1")]
    with store.engine.connect() as connection:
        assert 1 == connection.execute(select(func.count()).select_from(contents)).scalar_one()


def test_exports_of_an_order_come_in_the_order_in_which_they_were_made(
    store: Store, make_export: MakeExport
) -> None:
    """
    Awaited and deferred ones, whatever their ids.
    """
    origins = (Origin(step="A", deferred=True), Origin(step="B"))
    made = [make_export(connector=f"c{n}", origin=origins[n % 2]) for n in range(12)]
    for few in (made[:5], made[5:6], made[6:]):
        store.add(few)
    store.add([make_export(order_id="W2")])

    assert tuple(made) == store.of_order("W1")


def test_one_key_is_taken_once_and_all_or_none_are_written(
    store: Store, make_export: MakeExport
) -> None:
    """
    The transaction goes on after the refusal.
    """
    store.add([make_export()])
    with store.transaction() as batch:
        with pytest.raises(ConflictError, match=str(make_export().key.id)):
            batch.ledger.add([make_export(connector="new"), make_export()])
        batch.ledger.add([make_export(connector="other")])

    assert ["sap", "other"] == [each.key.connector for each in store.of_order("W1")]


def test_a_row_is_changed_only_by_who_knows_how_it_was(
    store: Store, make_export: MakeExport
) -> None:
    """
    State, time of change and attempts must be as they were read.
    """
    made = make_export()
    store.add([made])
    sending = made.to(ExportState.SENDING, LATER, attempts=1)
    store.change(sending, was=made)
    assert sending == store.find(made.key.id)

    stale = (made, evolve(sending, changed=NOW), evolve(sending, attempts=0))
    for was in stale:
        with pytest.raises(ConflictError, match="changed by another process"):
            store.change(evolve(sending, state=ExportState.ACCEPTED), was=was)
    with pytest.raises(ConflictError):
        store.change(make_export(connector="nowhere"), was=make_export(connector="nowhere"))
    assert sending == store.find(made.key.id)


def test_of_sixteen_that_add_the_same_key_one_does(
    database: Database, make_export: MakeExport
) -> None:
    """
    The others hear that it is there already, each time.
    """
    store = Store(database.engine)
    barrier = Barrier(16)

    def add(thread: int) -> list[bool]:
        mine = []
        for number in range(5):
            wanted = [make_export(order_id=f"W{number}", connector=c) for c in ("sap", "wms")]
            barrier.wait(60)
            try:
                store.add([evolve(each, reason=str(thread)) for each in wanted])
                mine.append(True)
            except ConflictError:
                mine.append(False)
        return mine

    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(add, range(16)))

    assert [1] * 5 == [sum(each) for each in zip(*results, strict=True)]
    for number in range(5):
        (winner,) = {each.reason for each in store.of_order(f"W{number}")}
        assert winner is not None
        assert results[int(winner)][number]


def test_of_sixteen_that_claim_the_same_export_one_does(
    database: Database, make_export: MakeExport
) -> None:
    """
    Two who send one export would send it twice.
    """
    store = Store(database.engine)
    made = make_export()
    store.add([made])
    barrier = Barrier(16)

    def claim(thread: int) -> str | None:
        reason = f"thread {thread}"
        barrier.wait(60)
        try:
            store.change(made.to(ExportState.SENDING, LATER, attempts=1, reason=reason), was=made)
        except ConflictError:
            return None
        return reason

    with ThreadPoolExecutor(16) as threads:
        (winner,) = filter(None, threads.map(claim, range(16)))

    found = store.find(made.key.id)
    assert found is not None
    assert winner == found.reason


def test_lanes_are_told_after_the_commit_and_only_then(
    database: Database, make_export: MakeExport
) -> None:
    """
    A transaction that is rolled back wakes nobody, nor does an export that is awaited.
    """
    deferred = make_export(origin=Origin(step="ExportOrder", deferred=True))
    told: list[frozenset[str]] = []
    store = Store(database.engine, on_commit=told.append)
    with pytest.raises(ConflictError), store.transaction() as batch:
        batch.ledger.add([deferred, deferred])
    assert [] == told

    with store.transaction() as batch:
        batch.ledger.add([deferred, make_export(connector="wms")])
        assert [] == told
    assert [frozenset({"sap/main"})] == told
    with store.transaction() as batch:
        batch.ledger.find(deferred.key.id)
    assert 1 == len(told)
