"""
Statements that each database needs in its own form: bulk inserts and updates, sets of texts, and
inserts that leave out existing rows.

Many rows or texts are one JSON parameter of one statement. A statement for each row would be a
message each on PostgreSQL; on SQLite each releases the interpreter's lock, and waits to get it back
behind all threads that send.

A dialect's module is imported where it is used, so that a process loads only that of its database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache, partial
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Dialect,
    Insert,
    Integer,
    Table,
    Text,
    TypeDecorator,
    Update,
    bindparam,
    cast,
    column,
    func,
    insert,
    select,
    update,
)

__all__ = ["among", "insert_many", "insert_new", "texts", "update_many"]

_MOST_ROWS = 256
"""Rows of one statement, so that no parameter outgrows what a database takes."""

_encode = msgspec.json.Encoder().encode


def insert_new(connection: Connection, table: Table) -> Insert:
    """
    Return an insert that leaves out each row whose key exists already.
    """
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table).on_conflict_do_nothing()


def insert_many(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """
    Insert rows, in this order.

    Args:
        rows: Values by column; all rows have the same columns.
    """
    for some in _portions(rows):
        statement = _inserting(connection.dialect.name, table, tuple(rows[0]))
        connection.execute(statement, {"rows": _text(connection.dialect, table, some)})


def update_many(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """
    Update rows of a table by their `id`.

    Args:
        rows: Values by column, `id` first; all rows have the same columns.
    """
    for some in _portions(rows):
        statement = _updating(connection.dialect.name, table, tuple(rows[0]))
        connection.execute(statement, {"rows": _text(connection.dialect, table, some)})


def among(dialect: str, place: ColumnElement[str]) -> ColumnElement[bool]:
    """
    Whether a text is one of those of the parameter `texts`, which `texts` makes.

    The statement is the same for any number of them.
    """
    given = bindparam("texts", type_=Text)
    if dialect == "postgresql":
        each = func.json_array_elements_text(cast(given, JSON)).table_valued("value", name="among")
    else:
        each = func.json_each(given).table_valued("value", name="among")
    return place.in_(select(each.c.value))


def texts(values: Iterable[str]) -> dict[str, str]:
    """
    The parameter of `among`.
    """
    return {"texts": _encode(sorted(set(values))).decode()}


def _portions(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for at in range(0, len(rows), _MOST_ROWS):
        yield rows[at : at + _MOST_ROWS]


@cache
def _inserting(dialect: str, table: Table, names: tuple[str, ...]) -> Insert:
    columns, place = _columns(dialect, table, names)
    return insert(table).from_select(names, select(*columns.values()).order_by(place))


@cache
def _updating(dialect: str, table: Table, names: tuple[str, ...]) -> Update:
    columns, _ = _columns(dialect, table, names)
    at = table.c.id == columns.pop("id")
    return update(table).where(at).values(columns)


def _columns(
    dialect: str, table: Table, names: tuple[str, ...]
) -> tuple[dict[str, ColumnElement[Any]], ColumnElement[Any]]:
    """
    The columns of the parameter `rows` by name, and each row's place in it.
    """
    given = bindparam("rows", type_=Text)
    if dialect == "postgresql":
        kinds = [column(name, table.c[name].type) for name in names]
        rows = func.json_to_recordset(cast(given, JSON)).table_valued(
            *kinds, column("place", Integer)
        )
        each = rows.render_derived(name="each", with_types=True)
        return {name: each.c[name] for name in names}, each.c.place
    each = func.json_each(given).table_valued("key", "value", name="each")
    columns: dict[str, ColumnElement[Any]] = {
        name: func.json_extract(each.c.value, f"$.{name}", type_=table.c[name].type)
        for name in names
    }
    return columns, each.c.key


def _text(dialect: Dialect, table: Table, rows: Sequence[dict[str, Any]]) -> str:
    to_bind = _processors(dialect, table, tuple(rows[0]))
    bound = [{**row, "place": place} for place, row in enumerate(rows)]
    for name, process in to_bind:
        for row in bound:
            value = row[name]
            if value is not None:
                row[name] = process(value)
    return _encode(bound).decode()


@lru_cache(maxsize=64)
def _processors(
    dialect: Dialect, table: Table, names: tuple[str, ...]
) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """
    What columns do to their values on the way to the database; to what is not there, nothing.
    """
    found = []
    for name in names:
        kind = table.c[name].type
        process = kind.dialect_impl(dialect).bind_processor(dialect)
        if isinstance(kind, TypeDecorator):  # the type's own, without what is wrapped round it
            process = partial(kind.process_bind_param, dialect=dialect)
        if process is not None:
            found.append((name, process))
    return tuple(found)
