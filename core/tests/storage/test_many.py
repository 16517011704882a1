"""
Many rows in one statement mean what a statement for each would mean.
"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, select

from orderferry.storage import Store
from orderferry.storage._many import insert_many, update_many
from orderferry.storage._tables import documents, events, exports

from .conftest import NOW, MakeExport


def row_of(number: int, **given: Any) -> dict[str, Any]:
    """
    A document's row.
    """
    row = {
        "export_id": "e1",
        "attempt": number,
        "request": "POST\n\n{}",
        "response": None,
        "fault": None,
        "began": NOW + timedelta(seconds=number),
        "duration_ms": 1,
    }
    return {**row, **given}


def read(store: Store, table: Table, *names: str) -> list[tuple[Any, ...]]:
    """
    Columns of all rows in the order in which they were written.
    """
    columns = [table.c[name] for name in names]
    with store.reading() as batch:
        found = batch.connection.execute(select(*columns).order_by(table.c.seq))
        return [tuple(row) for row in found]


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 600])
def test_rows_are_inserted_in_their_order(store: Store, count: int) -> None:
    """
    However many there are.
    """
    texts = [f'{{"message": "event {number}"}}' for number in range(count)]
    with store.transaction() as batch:
        insert_many(
            batch.connection, events, [{"order_id": "W1", "document": text} for text in texts]
        )

    assert [("W1", text) for text in texts] == read(store, events, "order_id", "document")


@pytest.mark.parametrize(
    "told",
    [
        "Blåbærgrød 🫐 \N{LINE SEPARATOR}",
        "quotes \" ' and \\ and \\u0041",
        '{"json": [1, null, "text"]}',
        "1",
        "",
        " \t\r\n\x01\x7f",
    ],
)
def test_any_text_comes_back(store: Store, told: str) -> None:
    """
    JSON text and empty text are text too.
    """
    with store.transaction() as batch:
        insert_many(batch.connection, documents, [row_of(1, request=told, response=told)])

    assert [(told, told)] == read(store, documents, "request", "response")


@pytest.mark.parametrize(("told", "held"), [("a\x00b", "a\ufffdb"), ("half \ud800", "half ?")])
def test_text_that_no_database_holds_is_marked(store: Store, told: str, held: str) -> None:
    """
    As a statement for one row would do it.
    """
    with store.transaction() as batch:
        insert_many(batch.connection, documents, [row_of(1, response=told)])

    assert [(held,)] == read(store, documents, "response")


def test_times_and_what_is_not_there_come_back(store: Store) -> None:
    """
    To the microsecond.
    """
    rows = [row_of(1), row_of(2, response="201", duration_ms=None)]
    with store.transaction() as batch:
        insert_many(batch.connection, documents, rows)

    assert [(NOW + timedelta(seconds=1), None, 1), (NOW + timedelta(seconds=2), "201", None)] == (
        read(store, documents, "began", "response", "duration_ms")
    )


def test_each_row_is_updated_by_its_id_and_no_other(store: Store, make_export: MakeExport) -> None:
    """
    Also to nothing, and booleans.
    """
    made = [make_export(order_id=f"W{number}", reason="new", due=NOW) for number in range(300)]
    later = NOW + timedelta(hours=1)
    changed = [
        {"id": str(e.key.id), "due": None, "unsettled": True, "reason": f"{number}", "fence": 2**40}
        for number, e in enumerate(made[:-1])
    ]
    with store.transaction() as batch:
        batch.add(made)
        update_many(batch.connection, exports, changed)
        update_many(batch.connection, exports, [{"id": str(made[0].key.id), "due": later}])

    found = read(store, exports, "order_id", "due", "unsettled", "reason", "fence")
    assert [
        ("W0", later, True, "0", 2**40),
        *((f"W{number}", None, True, f"{number}", 2**40) for number in range(1, 299)),
        ("W299", NOW, False, "new", None),
    ] == found
