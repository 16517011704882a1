"""
What instances remember, in the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, and_, delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from orderferry.connectors import InstanceName, MemoryState
from orderferry.errors import StateError
from orderferry.storage._statements import insert_new
from orderferry.storage._tables import memory

__all__ = ["SqlState"]


class SqlState:
    """
    The memory of an instance in the database, safe between threads, processes and machines.

    Each call is a transaction of its own: what it gave stays given, whatever the caller rolls back.

    Args:
        engine: The database.
        instance: Whose memory it is.
    """

    def __init__(self, engine: Engine, instance: InstanceName) -> None:
        self._engine = engine
        self._instance = instance

    def __repr__(self) -> str:
        return f"SqlState({self._instance})"

    def get(self, key: str) -> str | None:
        """
        The value, or `None` where there is none.

        Raises:
            StateError: The database does not answer.
        """
        options = {"orderferry_reading": True}
        with self._told(), self._engine.connect().execution_options(**options) as connection:
            return self._read(connection, key)

    def compare_and_set(self, key: str, expected: str | None, value: str | None) -> bool:
        """
        Set the value if it is still the expected one (`None`: there is none, or remove it).

        Returns:
            Whether it was set.

        Raises:
            StateError: The database does not answer, or refuses the value.
        """
        with self._told(), self._engine.begin() as connection:
            if expected is None:
                if value is None:
                    return self._read(connection, key) is None
                return self._insert(connection, key, value)
            at = and_(self._at(key), memory.c.value == expected)
            if value is None:
                return connection.execute(delete(memory).where(at)).rowcount == 1
            return connection.execute(update(memory).where(at).values(value=value)).rowcount == 1

    def next(self, counter: str) -> int:
        """
        The next number of a counter, from 1; never the same twice.

        Raises:
            StateError: The database does not answer, or the value of that name is no number; no
                number was used up.
        """
        while True:
            with self._told(), self._engine.begin() as connection:
                last = self._read(connection, counter, locked=True)
                known = {} if last is None else {counter: last}
                number = MemoryState(known).next(counter)
                if last is not None:
                    changed = update(memory).where(self._at(counter)).values(value=str(number))
                    connection.execute(changed)
                    return number
                if self._insert(connection, counter, str(number)):
                    return number

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise StateError(
                f"the memory of {self._instance} cannot be used: {getattr(error, 'orig', error)}"
            ) from error

    def _at(self, key: str) -> Any:  # noqa: ANN401 - a clause
        return and_(
            memory.c.connector == self._instance.connector,
            memory.c.connector_id == self._instance.id,
            memory.c.key == key,
        )

    def _read(self, connection: Connection, key: str, *, locked: bool = False) -> str | None:
        query = select(memory.c.value).where(self._at(key))
        found: str | None = connection.execute(
            query.with_for_update() if locked else query
        ).scalar_one_or_none()
        return found

    def _insert(self, connection: Connection, key: str, value: str) -> bool:
        values = {
            "connector": self._instance.connector,
            "connector_id": self._instance.id,
            "key": key,
            "value": value,
        }
        statement = insert_new(connection, memory).values(values)
        counted = statement.execution_options(preserve_rowcount=True)
        return connection.execute(counted).rowcount == 1
