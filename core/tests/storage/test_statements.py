"""
Many rows in one statement mean what they mean one by one.
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
def test_any_values_come_back_as_they_went_in(
    database: Database, rows: list[dict[str, Any]]
) -> None:
    """
    In their order; what PostgreSQL cannot hold is marked, as everywhere.
    """
    with database.engine.begin() as connection:
        connection.execute(delete(documents))
        insert_many(connection, documents, rows)
        found = connection.execute(select(documents).order_by(documents.c.seq)).mappings().all()

    mark = "\N{REPLACEMENT CHARACTER}"
    told = [
        {k: v.replace("\0", mark) if isinstance(v, str) else v for k, v in row.items()}
        for row in rows
    ]
    assert told == [{name: row[name] for name in row if name != "seq"} for row in found]


def order(number: int, **given: object) -> dict[str, object]:
    """
    A row of an order.
    """
    return {
        "id": f"W{number:04}",
        "status": "New",
        "revision": 2**31 - 1 - number,
        "came_in": "d",
        "document": "{}",
        "saved": NOW + timedelta(seconds=number),
        **given,
    }


@pytest.fixture
def statements(database: Database) -> list[str]:
    """
    What is executed from now on.
    """
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "after_cursor_execute", note)
    return seen


def all_orders(engine: Engine) -> dict[str, dict[str, Any]]:
    """
    The stored rows by id.
    """
    with engine.connect() as connection:
        return {row["id"]: dict(row) for row in connection.execute(select(orders)).mappings()}


def test_hundreds_of_rows_take_a_few_statements(database: Database, statements: list[str]) -> None:
    """
    Inserted, and updated; rows that are not named stay as they are.
    """
    with database.engine.begin() as connection:
        insert_many(connection, orders, [order(n) for n in range(600)])
    inserted = [each for each in statements if each.startswith("INSERT")]
    assert 3 == len(inserted)
    changed = {n: {"id": f"W{n:04}", "status": None, "saved": NOW} for n in range(0, 600, 2)}
    with database.engine.begin() as connection:
        update_many(connection, orders, list(changed.values()))
    updated = [each for each in statements if each.startswith("UPDATE")]
    assert 2 == len(updated)

    found = all_orders(database.engine)
    blank = {"order_type": None, "market": None, "version": None}
    for number in range(600):
        expected = {**blank, **order(number), **changed.get(number, {})}
        assert expected == found[f"W{number:04}"]


def test_nothing_takes_no_statement(database: Database, statements: list[str]) -> None:
    """
    As when nothing came back.
    """
    with database.engine.begin() as connection:
        insert_many(connection, exports, [])
        update_many(connection, exports, [])
    assert [] == [each for each in statements if not each.startswith("BEGIN")]


@settings(
    max_examples=examples(20, 60), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(kept=st.sets(IDS, max_size=4), asked=st.lists(IDS, max_size=4))
def test_what_is_among_many_texts_is_found(
    database: Database, kept: set[str], asked: list[str]
) -> None:
    """
    Whatever is in them, and however often one is asked for.
    """
    place = orders.c.id
    with database.engine.begin() as connection:
        connection.execute(delete(orders))
        insert_many(connection, orders, [order(0, id=each) for each in sorted(kept)])
        query = select(place).where(among(connection.dialect.name, place))
        found = connection.execute(query, texts(asked)).scalars().all()

    assert sorted(kept & set(asked)) == sorted(found)
