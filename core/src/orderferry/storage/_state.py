"""
The stored state of connectors, in the database.
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
from orderferry.storage._tables import stored_state

__all__ = ["SqlState"]


class SqlState:
    """
    The stored state of an instance in the database, safe between threads, processes and machines.

    Each call is its own transaction: a number of a counter is used up even if the caller's
    transaction is rolled back.

    Args:
        engine: The database.
        instance: The instance that the state belongs to.
    """

    def __init__(self, engine: Engine, instance: InstanceName) -> None:
        self._engine = engine
        self._instance = instance

    def __repr__(self) -> str:
        return f"SqlState({self._instance})"

    def get(self, key: str) -> str | None:
        """
        Return the value of a key, or `None` if it has none.

        Raises:
            StateError: The database cannot be reached, or reports an error.
        """
        options = {"orderferry_reading": True}
        with (
            self._convert_errors(),
            self._engine.connect().execution_options(**options) as connection,
        ):
            return self._read(connection, key)

    def compare_and_set(self, key: str, expected: str | None, value: str | None) -> bool:
        """
        Set the value of a key if it still is the expected one.

        Args:
            expected: The expected value; `None` if the key must have none.
            value: The new value; `None` removes the key.

        Returns:
            Whether the value was as expected, and so was set.

        Raises:
            StateError: The database cannot be reached, or rejects the value.
        """
        with self._convert_errors(), self._engine.begin() as connection:
            if expected is None:
                if value is None:
                    return self._read(connection, key) is None
                return self._insert(connection, key, value)
            at = and_(self._at(key), stored_state.c.value == expected)
            if value is None:
                return connection.execute(delete(stored_state).where(at)).rowcount == 1
            return (
                connection.execute(update(stored_state).where(at).values(value=value)).rowcount == 1
            )

    def next(self, counter: str) -> int:
        """
        Return the next number of a counter, from 1; no number is returned twice.

        Raises:
            StateError: The database cannot be reached, or the key's value is not a number. No
                number was used up.
        """
        while True:
            with self._convert_errors(), self._engine.begin() as connection:
                last = self._read(connection, counter, locked=True)
                values = {} if last is None else {counter: last}
                number = MemoryState(values).next(counter)
                if last is not None:
                    statement = (
                        update(stored_state).where(self._at(counter)).values(value=str(number))
                    )
                    connection.execute(statement)
                    return number
                if self._insert(connection, counter, str(number)):
                    return number

    @contextmanager
    def _convert_errors(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            reason = getattr(error, "orig", error)
            raise StateError(
                f"cannot access the stored state of {self._instance}: {reason}"
            ) from error

    def _at(self, key: str) -> Any:  # noqa: ANN401 - a clause
        return and_(
            stored_state.c.connector == self._instance.connector,
            stored_state.c.connector_id == self._instance.id,
            stored_state.c.key == key,
        )

    def _read(self, connection: Connection, key: str, *, locked: bool = False) -> str | None:
        query = select(stored_state.c.value).where(self._at(key))
        value: str | None = connection.execute(
            query.with_for_update() if locked else query
        ).scalar_one_or_none()
        return value

    def _insert(self, connection: Connection, key: str, value: str) -> bool:
        values = {
            "connector": self._instance.connector,
            "connector_id": self._instance.id,
            "key": key,
            "value": value,
        }
        statement = insert_new(connection, stored_state).values(values)
        statement = statement.execution_options(preserve_rowcount=True)
        return connection.execute(statement).rowcount == 1
