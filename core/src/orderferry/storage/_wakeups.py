"""
Wake-ups between processes: which lanes have something new to do.
"""

from __future__ import annotations

import os
import select as polling
from collections.abc import Callable, Iterable
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Engine, String, cast, func, literal, select
from sqlalchemy.exc import DBAPIError

from orderferry.storage._engine import open_session

if TYPE_CHECKING:
    import psycopg

__all__ = ["CHANNEL", "Listener", "notify"]

CHANNEL: Final = "orderferry"
"""The channel of PostgreSQL; its payload is a lane's name."""

_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 5.0


def notify(database: Connection | Engine, lanes: Iterable[str]) -> None:
    """
    Wake lanes, wherever they run: when the connection's transaction commits, or at once.

    On SQLite it does nothing: all lanes run in one process there.
    """
    names = sorted(set(lanes))
    if database.dialect.name != "postgresql" or not names:
        return
    from sqlalchemy.dialects.postgresql import ARRAY

    each = func.unnest(cast(literal(names, ARRAY(String)), ARRAY(String))).column_valued("lane")
    statement = select(func.pg_notify(CHANNEL, each))
    if isinstance(database, Engine):
        with database.begin() as connection:
            connection.execute(statement)
    else:
        database.execute(statement)


class Listener:
    """
    A thread that hears wake-ups on a connection of its own, and connects again when it is lost.

    On SQLite it does nothing.

    Args:
        engine: The database.
        on_wake: Called in that thread with a lane's name, or with `None` whenever it has begun to
            listen: what was said before was missed, so any lane may have something to do. It must
            neither wait nor raise.
    """

    def __init__(self, engine: Engine, on_wake: Callable[[str | None], None]) -> None:
        self._engine = engine
        self._on_wake = on_wake
        self._thread: Thread | None = None
        self._stopped = True
        self._waking = -1

    def start(self) -> None:
        """
        Begin to listen; returns at once.
        """
        if self._engine.dialect.name != "postgresql" or self._thread is not None:
            return
        self._stopped = False
        reading, self._waking = os.pipe()
        self._thread = Thread(
            target=self._run, args=(reading,), name="orderferry-listener", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """
        End; once it returns, nothing is called any more.
        """
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._stopped = True
        os.close(self._waking)
        thread.join()

    def _run(self, stopping: int) -> None:
        pause = _FIRST_PAUSE
        try:
            while not self._stopped:
                if self._listen(stopping):
                    pause = _FIRST_PAUSE
                if _is_readable(stopping, pause):
                    return
                pause = min(2 * pause, _LONGEST_PAUSE)
        finally:
            os.close(stopping)

    def _listen(self, stopping: int) -> bool:
        """
        Listen until told to stop, or the connection is lost; whether it had begun at all.
        """
        import psycopg

        begun = False
        try:
            connection = open_session(self._engine, "orderferry listener")
        except (DBAPIError, psycopg.OperationalError):
            return begun
        try:
            connection.execute(f"LISTEN {CHANNEL}")
            begun = True
            self._on_wake(None)
            self._hear(connection, stopping)
        except psycopg.OperationalError:
            return begun
        finally:
            connection.close()
        return begun

    def _hear(self, connection: psycopg.Connection[Any], stopping: int) -> None:
        poll = polling.poll()
        poll.register(stopping, polling.POLLIN)
        poll.register(connection.fileno(), polling.POLLIN)
        while not self._stopped:
            while (heard := connection.pgconn.notifies()) is not None:
                self._on_wake(heard.extra.decode())
            poll.poll()
            connection.pgconn.consume_input()


def _is_readable(descriptor: int, seconds: float) -> bool:
    poll = polling.poll()
    poll.register(descriptor, polling.POLLIN)
    return bool(poll.poll(seconds * 1000))
