"""
Reading a database without loading what writes to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from attrs import define
from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, Select, func, select

__all__ = ["Reader", "Reading", "last", "read_only"]


@define(eq=False)
class Reading:
    """
    One transaction that reads.

    Attributes:
        connection: The transaction's connection.
        clock: The time, instead of the database's.
    """

    connection: Connection
    clock: Callable[[], datetime] | None = None

    def now(self) -> datetime:
        """
        The database's time, in UTC.
        """
        known = self.known_time()
        if known is not None:
            return known
        found: datetime = self.connection.execute(select(func.clock_timestamp())).scalar_one()
        return found.astimezone(UTC)

    def known_time(self) -> datetime | None:
        """
        The database's time, where nobody has to be asked for it.
        """
        if self.clock is not None:
            return self.clock()
        return datetime.now(UTC) if self.connection.dialect.name == "sqlite" else None


@define(eq=False)
class Reader:
    """
    A database that is only read: lists need no more; safe between threads.

    Attributes:
        engine: The database.
        clock: The time, instead of the database's.
    """

    engine: Engine
    clock: Callable[[], datetime] | None = None

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """
        A transaction that only reads, on a connection of its own.
        """
        with read_only(self.engine) as connection:
            yield Reading(connection, clock=self.clock)


@contextmanager
def read_only(engine: Engine) -> Iterator[Connection]:
    """
    A connection whose transaction only reads.

    It is committed: a rollback would have psycopg forget what the connection has prepared.
    """
    with engine.connect().execution_options(orderferry_reading=True) as connection:
        yield connection
        connection.commit()


def last(
    query: Select[Any], order: tuple[ColumnElement[Any], ...], limit: int | None, store: Reader
) -> list[RowMapping]:
    """
    The rows in an order; where there is a limit, the last of them.
    """
    with store.reading() as batch:
        if limit is None:
            return list(batch.connection.execute(query.order_by(*order)).mappings())
        backwards = query.order_by(*(column.desc() for column in order)).limit(limit)
        return list(batch.connection.execute(backwards).mappings())[::-1]
