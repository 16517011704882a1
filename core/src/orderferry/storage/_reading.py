"""
Transactions that only read.

A separate module, so that a command that lists rows does not load what writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from attrs import define
from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, Select, func, select

__all__ = ["Reader", "Reading", "read_only", "select_last"]


@define(eq=False)
class Reading:
    """
    One transaction that reads.

    Attributes:
        connection: The transaction's connection.
        clock: Returns the current time, in place of the database's clock.
    """

    connection: Connection
    clock: Callable[[], datetime] | None = None

    def now(self) -> datetime:
        """
        Return the database's current time, in UTC.
        """
        local_time = self.local_time()
        if local_time is not None:
            return local_time
        time: datetime = self.connection.execute(select(func.clock_timestamp())).scalar_one()
        return time.astimezone(UTC)

    def local_time(self) -> datetime | None:
        """
        Return the current time if no query is needed for it, else `None`.
        """
        if self.clock is not None:
            return self.clock()
        return datetime.now(UTC) if self.connection.dialect.name == "sqlite" else None


@define(eq=False)
class Reader:
    """
    A database that is only read, as by commands that list rows. Threads may share it.

    Attributes:
        engine: The database.
        clock: Returns the current time, in place of the database's clock.
    """

    engine: Engine
    clock: Callable[[], datetime] | None = None

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """
        Open a transaction that only reads, on its own connection.
        """
        with read_only(self.engine) as connection:
            yield Reading(connection, clock=self.clock)


@contextmanager
def read_only(engine: Engine) -> Iterator[Connection]:
    """
    Open a connection whose transaction only reads.

    The transaction is committed, since psycopg drops a connection's prepared statements after a
    rollback.
    """
    with engine.connect().execution_options(orderferry_reading=True) as connection:
        yield connection
        connection.commit()


def select_last(
    query: Select[Any], order: tuple[ColumnElement[Any], ...], limit: int | None, store: Reader
) -> list[RowMapping]:
    """
    Return the rows of a query, sorted; with a limit, only the last ones.

    Args:
        order: The columns by which the rows are sorted.
        limit: The greatest number of rows, or `None` for all.
    """
    with store.reading() as batch:
        if limit is None:
            return list(batch.connection.execute(query.order_by(*order)).mappings())
        backwards = query.order_by(*(column.desc() for column in order)).limit(limit)
        return list(batch.connection.execute(backwards).mappings())[::-1]
