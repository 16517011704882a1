"""
Statements for many rows or texts, which mean the same as a statement for each.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, event, select

from core.tests.databases import Database
from core.tests.effort import examples
from orderferry.storage._statements import among, insert_many, texts, update_many
from orderferry.storage._tables import documents, exports, orders

from .conftest import NOW

HOSTILE = st.text(max_size=20) | st.sampled_from(
    ["", "'", '"', "\\", "\\u0000", "%s", ":x", "$.a", "[1]", "null", "true", "1.0", "\N{SNOWMAN}"]
)
IDS = st.sampled_from(["W1", "W2", "'", '"', "\\u0041", "A", "null", "1", "[]", "\N{SNOWMAN}"])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "export_id": st.uuids().map(str),
            "attempt": st.integers(0, 2**31 - 1),
            "request": HOSTILE,
            "response": st.none() | HOSTILE,
            "fault": st.none() | HOSTILE,
            "began": st.integers(0, 10**15).map(lambda n: NOW - timedelta(microseconds=n)),
            "duration_ms": st.none() | st.integers(0, 10**9),
        }
    ),
    max_size=5,
)


@settings(
    max_examples=examples(20, 60), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS)
def test_any_values_are_read_as_they_were_inserted(
    database: Database, rows: list[dict[str, Any]]
) -> None:
    """
    Rows keep their order and their values, with marks for what PostgreSQL cannot store.
    """
    with database.engine.begin() as connection:
        connection.execute(delete(documents))
        insert_many(connection, documents, rows)
        query = select(documents).order_by(documents.c.seq)
        stored = connection.execute(query).mappings().all()

    mark = "\N{REPLACEMENT CHARACTER}"
    expected = [
        {
            name: value.replace("\0", mark) if isinstance(value, str) else value
            for name, value in row.items()
        }
        for row in rows
    ]
    assert expected == [{name: row[name] for name in row if name != "seq"} for row in stored]


def order_row(number: int, **values: object) -> dict[str, object]:
    """
    Make a row of an order.
    """
    return {
        "id": f"W{number:04}",
        "status": "New",
        "revision": 2**31 - 1 - number,
        "came_in": "d",
        "document": "{}",
        "saved": NOW + timedelta(seconds=number),
        **values,
    }


@pytest.fixture
def statements(database: Database) -> list[str]:
    """
    The statements that are executed from now on.
    """
    executed: list[str] = []

    def record(_: object, __: object, statement: str, *___: object) -> None:
        executed.append(statement)

    event.listen(database.engine, "after_cursor_execute", record)
    return executed


def read_orders(engine: Engine) -> dict[str, dict[str, Any]]:
    """
    Read the rows of all orders, by id.
    """
    with engine.connect() as connection:
        return {row["id"]: dict(row) for row in connection.execute(select(orders)).mappings()}


def test_hundreds_of_rows_take_a_few_statements(database: Database, statements: list[str]) -> None:
    """
    Six hundred rows are inserted in three statements, and three hundred of them updated in two.
    """
    with database.engine.begin() as connection:
        insert_many(connection, orders, [order_row(n) for n in range(600)])
    assert 3 == sum(statement.startswith("INSERT") for statement in statements)
    changed = {n: {"id": f"W{n:04}", "status": None, "saved": NOW} for n in range(0, 600, 2)}
    with database.engine.begin() as connection:
        update_many(connection, orders, list(changed.values()))
    assert 2 == sum(statement.startswith("UPDATE") for statement in statements)

    rows = read_orders(database.engine)
    blank = {"order_type": None, "market": None, "version": None}
    for number in range(600):
        expected = {**blank, **order_row(number), **changed.get(number, {})}
        assert expected == rows[f"W{number:04}"]


def test_no_rows_take_no_statement(database: Database, statements: list[str]) -> None:
    """
    Inserting or updating no rows executes no statement.
    """
    with database.engine.begin() as connection:
        insert_many(connection, exports, [])
        update_many(connection, exports, [])
    assert [] == [statement for statement in statements if not statement.startswith("BEGIN")]


@settings(
    max_examples=examples(20, 60), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stored=st.sets(IDS, max_size=4), asked=st.lists(IDS, max_size=4))
def test_rows_are_found_by_any_set_of_texts(
    database: Database, stored: set[str], asked: list[str]
) -> None:
    """
    The condition `among` selects exactly the rows whose text was asked for, once or repeatedly.
    """
    with database.engine.begin() as connection:
        connection.execute(delete(orders))
        insert_many(connection, orders, [order_row(0, id=order_id) for order_id in sorted(stored)])
        query = select(orders.c.id).where(among(connection.dialect.name, orders.c.id))
        selected = connection.execute(query, texts(asked)).scalars().all()

    assert sorted(stored & set(asked)) == sorted(selected)
