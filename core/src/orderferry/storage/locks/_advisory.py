"""
Advisory locks in PostgreSQL, for processes on any machine.
"""

from __future__ import annotations

import os
import select as polling
from hashlib import sha256
from threading import Lock as Mutex
from typing import TYPE_CHECKING, Any, Final, LiteralString

from sqlalchemy import BigInteger, Engine, cast, column, func, select, table

from orderferry.storage._engine import open_session
from orderferry.storage.locks._lock import Lock, call_in_forked_child

if TYPE_CHECKING:
    import psycopg

__all__ = ["AdvisoryLocks"]

_NAMESPACE: Final = b"orderferry lock "
_ACQUIRE: Final = "SELECT pg_try_advisory_lock(%s)"
_RELEASE: Final = "SELECT pg_advisory_unlock(%s)"

_locks = table(
    "pg_locks",
    *(column(name) for name in ("locktype", "granted", "database", "classid", "objid", "objsubid")),
)
_databases = table("pg_database", column("oid"), column("datname"))


class _Session:
    """
    A connection that holds locks, which are lost with it.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._mutex = Mutex()
        self._lost = False
        self._poll = polling.poll()
        self._poll.register(connection.fileno(), polling.POLLIN)

    def alive(self) -> bool:
        """
        Whether the session exists, unless its loss has not reached this machine yet.
        """
        import psycopg

        if not self._mutex.acquire(blocking=False):
            return not self._lost
        try:
            while not self._lost and self._poll.poll(0):
                self._connection.pgconn.consume_input()
        except psycopg.OperationalError:
            self._lose()
        finally:
            self._mutex.release()
        return not self._lost

    def call(self, statement: LiteralString, key: int) -> bool:
        """
        Call one of PostgreSQL's lock functions.

        Returns:
            The function's result; `False` if the session is lost.
        """
        import psycopg

        with self._mutex:
            if self._lost:
                return False
            try:
                row = self._connection.execute(statement, (key,)).fetchone()
            except psycopg.OperationalError:
                self._lose()
                return False
        return bool(row and row[0])

    def close(self) -> None:
        """
        Close the session, which releases all its locks.
        """
        with self._mutex:
            self._lose()

    def abandon(self) -> None:
        """
        Close a forked child's copy without a message to the server: the parent uses the session.
        """
        if not self._lost:
            self._lost = True
            os.close(self._connection.fileno())

    def _lose(self) -> None:
        self._lost = True
        self._connection.close()


class _AdvisoryLock:
    def __init__(self, locks: AdvisoryLocks, session: _Session, key: int) -> None:
        self._locks = locks
        self._session: _Session | None = session
        self._key = key

    def alive(self) -> bool:
        """
        Whether the lock is still held. It is lost if its session has ended.
        """
        session = self._session
        return session is not None and session.alive()

    def release(self) -> None:
        """
        Release the lock.
        """
        session, self._session = self._session, None
        if session is not None:
            self._locks.release(session, self._key)


class AdvisoryLocks:
    """
    Locks of one session of the database; the server releases them when that session ends.

    Where the session is lost, `alive` returns `False` for all its locks, and the next lock opens
    another session.

    Args:
        engine: A PostgreSQL database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._mutex = Mutex()
        self._session: _Session | None = None
        self._keys: set[int] = set()
        call_in_forked_child(self._abandon)

    def acquire(self, name: str) -> Lock | None:
        """
        Acquire a lock without waiting.

        Returns:
            The lock; `None` if it is held already, in this process or another.

        Raises:
            sqlalchemy.exc.DBAPIError: The database cannot be reached.
        """
        key = _key(name)
        with self._mutex:
            for _ in range(2):  # the first call detects a lost session, the second opens another
                session = self._open()
                if key in self._keys:
                    return None
                if session.call(_ACQUIRE, key):
                    self._keys.add(key)
                    return _AdvisoryLock(self, session, key)
                if session.alive():
                    return None
        return None

    def is_held(self, name: str) -> bool:
        """
        Whether a process holds the lock, which may be this one.

        Raises:
            sqlalchemy.exc.DBAPIError: The database cannot be reached.
        """
        number = _key(name) % 2**64
        this_database = select(_databases.c.oid).where(
            _databases.c.datname == func.current_database()
        )
        query = select(_locks.c.objid).where(
            _locks.c.locktype == "advisory",
            _locks.c.granted,
            _locks.c.database == this_database.scalar_subquery(),
            cast(_locks.c.classid, BigInteger) == number >> 32,
            cast(_locks.c.objid, BigInteger) == number % 2**32,
            _locks.c.objsubid == 1,
        )
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def close(self) -> None:
        """
        Release all locks, and close the session.
        """
        with self._mutex:
            session, self._session = self._session, None
            self._keys.clear()
        if session is not None:
            session.close()

    def release(self, session: _Session, key: int) -> None:
        """
        Release a lock; called by the lock itself.
        """
        with self._mutex:
            if session is self._session:
                self._keys.discard(key)
                session.call(_RELEASE, key)

    def _open(self) -> _Session:
        if self._session is None or not self._session.alive():
            self._session = None
            self._keys.clear()
            self._session = _Session(open_session(self._engine, "orderferry locks"))
        return self._session

    def _abandon(self) -> None:
        self._mutex = Mutex()
        session, self._session = self._session, None
        self._keys.clear()
        if session is not None:
            session.abandon()


def _key(name: str) -> int:
    digest = sha256(_NAMESPACE + name.encode()).digest()
    return int.from_bytes(digest[:8], signed=True)
