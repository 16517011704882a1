"""
Wake-ups between processes: `NOTIFY` and `LISTEN` with the names of lanes that have new work.
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
"""The channel of `NOTIFY`; the payload is a lane's name."""

_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 5.0


def notify(database: Connection | Engine, lanes: Iterable[str]) -> None:
    """
    Wake lanes in all processes: when the connection's transaction commits, or at once with an
    engine.

    On SQLite it does nothing, since one process runs all lanes.

    Args:
        database: A connection in a transaction, or an engine.
        lanes: The names of the lanes.

    Raises:
        sqlalchemy.exc.DBAPIError: The database cannot be reached.
    """
    names = sorted(set(lanes))
    if database.dialect.name != "postgresql" or not names:
        return
    from sqlalchemy.dialects.postgresql import ARRAY

    lane = func.unnest(cast(literal(names, ARRAY(String)), ARRAY(String))).column_valued("lane")
    statement = select(func.pg_notify(CHANNEL, lane))
    if isinstance(database, Engine):
        with database.begin() as connection:
            connection.execute(statement)
    else:
        database.execute(statement)


class Listener:
    """
    A thread that receives wake-ups on its own connection, and reconnects after a loss.

    On SQLite it does nothing.

    Args:
        engine: The database.
        on_wake: Called in that thread with a lane's name, or with `None` each time that listening
            has begun: earlier wake-ups were missed, so any lane may have new work. It must neither
            block nor raise.
    """

    def __init__(self, engine: Engine, on_wake: Callable[[str | None], None]) -> None:
        self._engine = engine
        self._on_wake = on_wake
        self._thread: Thread | None = None
        self._stopped = True
        self._waking = -1

    def start(self) -> None:
        """
        Start the thread, and return at once.
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
        Stop the thread. Once this has returned, `on_wake` is not called any more.
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
        Listen until `stop` is called or the connection is lost.

        Returns:
            Whether listening had begun.
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
            self._receive(connection, stopping)
        except psycopg.OperationalError:
            return begun
        finally:
            connection.close()
        return begun

    def _receive(self, connection: psycopg.Connection[Any], stopping: int) -> None:
        poll = polling.poll()
        poll.register(stopping, polling.POLLIN)
        poll.register(connection.fileno(), polling.POLLIN)
        while not self._stopped:
            while (notification := connection.pgconn.notifies()) is not None:
                self._on_wake(notification.extra.decode())
            poll.poll()
            connection.pgconn.consume_input()


def _is_readable(descriptor: int, seconds: float) -> bool:
    poll = polling.poll()
    poll.register(descriptor, polling.POLLIN)
    return bool(poll.poll(seconds * 1000))
