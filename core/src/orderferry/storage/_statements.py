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

_MAX_ROWS = 256
"""The greatest number of rows of one statement, so that its parameter is within every limit."""

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
    for chunk in _chunks(rows):
        statement = _insert_statement(connection.dialect.name, table, tuple(rows[0]))
        connection.execute(statement, {"rows": _text(connection.dialect, table, chunk)})


def update_many(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """
    Update rows of a table by their `id`.

    Args:
        rows: Values by column, `id` first; all rows have the same columns.
    """
    for chunk in _chunks(rows):
        statement = _update_statement(connection.dialect.name, table, tuple(rows[0]))
        connection.execute(statement, {"rows": _text(connection.dialect, table, chunk)})


def among(dialect: str, value: ColumnElement[str]) -> ColumnElement[bool]:
    """
    Return the condition that a text is one of the parameter `texts`, whose value `texts` returns.

    The statement is the same for any number of texts, so that it is prepared once.
    """
    parameter = bindparam("texts", type_=Text)
    if dialect == "postgresql":
        elements = func.json_array_elements_text(cast(parameter, JSON))
    else:
        elements = func.json_each(parameter)
    return value.in_(select(elements.table_valued("value", name="among").c.value))


def texts(values: Iterable[str]) -> dict[str, str]:
    """
    Return the parameter of `among`.
    """
    return {"texts": _encode(sorted(set(values))).decode()}


def _chunks(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for start in range(0, len(rows), _MAX_ROWS):
        yield rows[start : start + _MAX_ROWS]


@cache
def _insert_statement(dialect: str, table: Table, names: tuple[str, ...]) -> Insert:
    columns, ordinal = _columns(dialect, table, names)
    return insert(table).from_select(names, select(*columns.values()).order_by(ordinal))


@cache
def _update_statement(dialect: str, table: Table, names: tuple[str, ...]) -> Update:
    columns, _ = _columns(dialect, table, names)
    same_row = table.c.id == columns.pop("id")
    return update(table).where(same_row).values(columns)


def _columns(
    dialect: str, table: Table, names: tuple[str, ...]
) -> tuple[dict[str, ColumnElement[Any]], ColumnElement[Any]]:
    """
    Return the columns of the parameter `rows` by name, and the column of each row's ordinal.
    """
    parameter = bindparam("rows", type_=Text)
    if dialect == "postgresql":
        typed = [column(name, table.c[name].type) for name in names]
        function = func.json_to_recordset(cast(parameter, JSON))
        records = function.table_valued(*typed, column("ordinal", Integer)).render_derived(
            name="records", with_types=True
        )
        return {name: records.c[name] for name in names}, records.c.ordinal
    elements = func.json_each(parameter).table_valued("key", "value", name="elements")
    columns: dict[str, ColumnElement[Any]] = {
        name: func.json_extract(elements.c.value, f"$.{name}", type_=table.c[name].type)
        for name in names
    }
    return columns, elements.c.key


def _text(dialect: Dialect, table: Table, rows: Sequence[dict[str, Any]]) -> str:
    processors = _processors(dialect, table, tuple(rows[0]))
    bound = [{**row, "ordinal": ordinal} for ordinal, row in enumerate(rows)]
    for name, process in processors:
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
    Return how columns convert their values for the database; `None` is not converted.
    """
    processors = []
    for name in names:
        column_type = table.c[name].type
        process = column_type.dialect_impl(dialect).bind_processor(dialect)
        if isinstance(column_type, TypeDecorator):  # without the conversion of the type it wraps
            process = partial(column_type.process_bind_param, dialect=dialect)
        if process is not None:
            processors.append((name, process))
    return tuple(processors)
