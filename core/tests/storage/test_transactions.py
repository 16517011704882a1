"""
Transactions are written as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import OperationalError

from core.tests.databases import Database
from orderferry.connectors import Exchange, ExportResult, ExportState
from orderferry.exports import AddEvent, ClearErrors, OrderChange, SetError, SetStatus
from orderferry.orders import EntityError, HistoryEvent, Order
from orderferry.storage import Batch, ExportUpdate, RunRow, Store
from orderferry.storage._tables import metadata

from .conftest import NOW, MakeExport

Transaction = Callable[[Batch], None]


class FaultError(Exception):
    """
    An error in the middle of a transaction.
    """


def read_all(engine: Engine) -> dict[str, list[Any]]:
    """
    Read all rows of all tables.
    """
    with engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in metadata.sorted_tables
        }


@contextmanager
def fault_after(engine: Engine, number: int) -> Iterator[None]:
    """
    Raise `FaultError` after the statement of that number.
    """
    numbers = count(1)

    def fail(*_: object) -> None:
        if next(numbers) == number:
            raise FaultError

    event.listen(engine, "after_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", fail)


@contextmanager
def limit_pages(engine: Engine, pages: int) -> Iterator[None]:
    """
    Limit an SQLite file to that many pages, after which the disk counts as full.
    """

    def set_limit(connection: Any, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    engine.dispose()
    event.listen(engine, "connect", set_limit)
    try:
        yield
    finally:
        event.remove(engine, "connect", set_limit)
        engine.dispose()


EVENT = HistoryEvent(timestamp=NOW, category="Exported", message="sent")
CHANGES: tuple[OrderChange, ...] = (
    SetError(EntityError(key="ExportOrder", reference_id="sap/main", message="slow")),
    ClearErrors("ExportOrder", "wms/main", ("wms",)),
    AddEvent(EVENT),
    SetStatus("Held"),
)


@pytest.fixture
def transition(make_export: MakeExport) -> Transaction:
    """
    A transaction that writes to every table that a transition writes to.
    """

    def write(batch: Batch) -> None:
        row = RunRow(
            run="r2",
            order_id="W2",
            status="New",
            shipment_id=None,
            version="1",
            user=None,
            owner="me",
            visited=frozenset({"New"}),
        )
        batch.runs.begin(row)
        order = Order(id="W2", errors=(EntityError(key="A"),), history=(EVENT,))
        batch.orders.save(order, revision=0, came_in="d", now=NOW)
        batch.orders.save(Order(id="W1", status="Ship"), revision=1, came_in="e", now=NOW)
        batch.orders.apply("W2", CHANGES)
        batch.ledger.add([make_export(order_id="W2", connector=name) for name in ("sap", "wms")])
        batch.lanes.ensure([("wms/main", "wms", "main")])
        batch.ledger.change(make_export(reason="changed"), was=make_export())
        batch.runs.end("r2", "Success")

    return write


@pytest.fixture
def delivery(make_export: MakeExport) -> Transaction:
    """
    A transaction of a lane that records a result and claims an export.
    """

    def write(batch: Batch) -> None:
        fence, _ = batch.lanes.take_fence(
            "sap/main", owner="me", now=NOW, lease=timedelta(seconds=5)
        )
        row = batch.lanes.renew_lease("sap/main", fence=fence, owner="me", now=NOW)
        assert row is not None
        before = make_export()
        accepted = evolve(
            before, state=ExportState.ACCEPTED, results=(ExportResult({"order": "R1"}),)
        )
        exchange = Exchange(request="POST", response="201", began=NOW, seconds=0.5)
        change = ExportUpdate(export=accepted, was=before, began=NOW, exchanges=(exchange,))
        batch.lanes.record([change], {"W1": CHANGES}, fence=fence)
        batch.lanes.write([make_export(connector="wms", state=ExportState.SENDING)], fence=fence)
        batch.lanes.write_pause(
            evolve(row, cause="authentication", reason="401", until=NOW, failures=1)
        )

    return write


@pytest.fixture(params=["transition", "delivery"])
def transaction(request: pytest.FixtureRequest) -> Transaction:
    """
    Each of the two transactions.
    """
    transaction: Transaction = request.getfixturevalue(request.param)
    return transaction


@pytest.fixture
def seeded(store: Store, make_export: MakeExport) -> Store:
    """
    A store with an order, two exports and a lane.
    """
    with store.transaction() as batch:
        batch.orders.save(Order(id="W1", status="New"), revision=0, came_in="d", now=NOW)
        batch.ledger.add([make_export(), make_export(connector="wms")])
        batch.lanes.ensure([("sap/main", "sap", "main")])
    return store


def test_a_fault_after_any_statement_leaves_nothing(
    seeded: Store, transaction: Transaction
) -> None:
    """
    An error after any statement of a transaction rolls back the whole transaction.
    """
    before = read_all(seeded.engine)
    failed = 0
    for number in count(1):
        with fault_after(seeded.engine, number):
            try:
                with seeded.lane_transaction() as batch:
                    transaction(batch)
                break
            except FaultError:
                failed = number
        assert before == read_all(seeded.engine), f"after statement {number}"

    assert failed > 10
    assert before != read_all(seeded.engine)


def test_a_fault_of_the_caller_leaves_nothing(seeded: Store, transaction: Transaction) -> None:
    """
    An error of the caller after the last statement rolls back the whole transaction.
    """

    def fail(batch: Batch) -> None:
        transaction(batch)
        raise FaultError

    before = read_all(seeded.engine)
    with pytest.raises(FaultError), seeded.lane_transaction() as batch:
        fail(batch)
    assert before == read_all(seeded.engine)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_full_disk_leaves_nothing_half_written(
    database: Database, seeded: Store, transaction: Transaction, make_export: MakeExport
) -> None:
    """
    A full disk rolls back the whole transaction, whichever statement it stops.
    """
    before = read_all(seeded.engine)
    with database.engine.connect() as connection:
        pages: int = connection.execute(text("PRAGMA page_count")).scalar_one()
    big = Order(id="W9", market_id="x" * 30_000)
    errors: list[str] = []
    for limit in range(pages, pages + 100):
        try:
            with limit_pages(database.engine, limit), seeded.lane_transaction() as batch:
                batch.ledger.add([make_export(connector="pim", order=big)])
                transaction(batch)
                batch.orders.save(big, revision=0, came_in="d", now=NOW)
            break
        except OperationalError as error:
            errors.append(str(error.orig))
        assert before == read_all(seeded.engine)

    assert ["database or disk is full"] == sorted(set(errors))
    assert 5 < len(errors) < 100
    after = read_all(seeded.engine)
    assert after["orderferry_orders"] != before["orderferry_orders"]
    assert after["orderferry_exports"] != before["orderferry_exports"]
    with database.engine.connect() as connection:
        assert "ok" == connection.execute(text("PRAGMA integrity_check")).scalar_one()
