"""
The store: a database of orders and exports, and its transactions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from attrs import define, field
from sqlalchemy import Connection, delete, select

from orderferry.exports import AttemptDetails, Export, ExportKey
from orderferry.storage._due import Due, OrderHead
from orderferry.storage._lane_rows import Shards, lane_row
from orderferry.storage._lanes import Lanes
from orderferry.storage._ledger import SqlLedger
from orderferry.storage._orders import Orders, StoredOrder
from orderferry.storage._reading import Reader, Reading, read_only
from orderferry.storage._runs import Runs
from orderferry.storage._tables import documents
from orderferry.storage._wakeups import notify

__all__ = ["Batch", "Store", "delete_documents"]


@define(eq=False)
class Batch(Reading):
    """
    One transaction, which is written as a whole or not at all. Each of its parts reads and writes
    one subject.

    Attributes:
        connection: The transaction's connection.
        clock: Returns the current time, in place of the database's clock.
        owner: The id of the process that delivers awaited exports.
        shards: The lanes in which exports wait.
        touched: The names of lanes that have new work after the commit.
    """

    owner: str | None = None
    shards: Shards = field(factory=Shards)
    touched: set[str] = field(factory=set)

    @property
    def orders(self) -> Orders:
        """
        Orders with their errors and their history.
        """
        return Orders(self.connection)

    @property
    def ledger(self) -> SqlLedger:
        """
        Exports, as an attempt reads and writes them.
        """
        return SqlLedger(self.connection, self.shards, self.owner, self.touched)

    @property
    def lanes(self) -> Lanes:
        """
        Lanes: ownership, pauses, and what an owner claims and records.
        """
        return Lanes(self.connection, self.touched, self.local_time)

    @property
    def due(self) -> Due:
        """
        The exports that the owner of a lane may send, or whose outcome it may determine.
        """
        return Due(self.connection)

    @property
    def runs(self) -> Runs:
        """
        Runs of workflows.
        """
        return Runs(self.connection, self.now)


@define(eq=False)
class Store(Reader):
    """
    A database of orders and exports. Threads and processes may share it.

    Attributes:
        engine: The database.
        clock: Returns the current time, in place of the database's clock.
        owner: The id of this process, which owns the exports that it awaits.
        shards: The lanes in which exports wait.
        on_commit: Called with the names of lanes that have new work: after a transaction's commit,
            or before it if the transaction is the host's.
    """

    owner: str | None = None
    shards: Shards = field(factory=Shards)
    on_commit: Callable[[frozenset[str]], None] = lambda lanes: None

    @contextmanager
    def transaction(self) -> Iterator[Batch]:
        """
        Open a transaction that is committed at its end, or rolled back by an exception.
        """
        with self.engine.begin() as connection:
            batch = Batch(connection, owner=self.owner, clock=self.clock, shards=self.shards)
            yield batch
            notify(connection, batch.touched)
        if batch.touched:
            self.on_commit(frozenset(batch.touched))

    @property
    def is_sqlite(self) -> bool:
        """
        Whether the database is an SQLite file, which only this machine uses.
        """
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def join(self, connection: Connection) -> Iterator[Batch]:
        """
        Use a transaction of the host, which commits it. All exports in it are deferred.

        Args:
            connection: The host's connection to the same database, in a transaction.
        """
        # The host's commit is not observed. PostgreSQL delivers the wake-ups with it, and on SQLite
        # lanes are woken now and read their rows again by themselves.
        batch = Batch(connection, clock=self.clock, shards=self.shards)
        yield batch
        notify(connection, batch.touched)
        if batch.touched:
            self.on_commit(frozenset(batch.touched))

    def heads(self, order_ids: Iterable[str]) -> dict[str, OrderHead]:
        """
        Return the heads of orders as they are stored now, by the order's id; orders that are not
        stored are left out.
        """
        with self.reading() as batch:
            return batch.due.heads(order_ids)

    def has_due(self, lane: str) -> bool:
        """
        Whether a lane has exports whose time has come; earlier exports may hold them all back.
        """
        with self.reading() as batch:
            return batch.due.has_any(lane, now=batch.now())

    def next_due(self, lane: str) -> datetime | None:
        """
        Return when the next export of a lane is due, or `None` if no export has a due time.
        """
        with self.reading() as batch:
            return batch.due.next(lane)

    def pause(self, key: ExportKey, *, cause: str, reason: str, seconds: float) -> None:
        """
        Pause the lane of an export for some seconds, unless it is paused already.
        """
        name = self.shards.lane(key)
        with self.transaction() as batch:
            row = lane_row(batch.connection, name)
            if row is not None and not row.paused:
                until = batch.now() + timedelta(seconds=seconds)
                batch.lanes.set_pause(name, cause=cause, reason=reason, until=until)

    @contextmanager
    def lane_transaction(self) -> Iterator[Batch]:
        """
        Open a transaction of a lane's owner, which wakes no lanes.
        """
        # No wake-up is needed. The lane reads its own rows again by itself. A follow-up run is
        # begun after the commit (`Lane.on_error_status`), and `transaction` creates its exports.
        # Another lane whose exports become free, behind one that StopOnError skips, reads its rows
        # within a second.
        with self.engine.begin() as connection:
            yield Batch(connection, clock=self.clock, shards=self.shards)

    @contextmanager
    def reading(self) -> Iterator[Batch]:
        """
        Open a transaction that only reads, on its own connection.
        """
        with read_only(self.engine) as connection:
            yield Batch(connection, clock=self.clock, shards=self.shards)

    def read(self, order_id: str) -> StoredOrder | None:
        """
        Return an order, or `None` if it is not stored.
        """
        with self.reading() as batch:
            return batch.orders.read(order_id)

    def add(self, exports: Iterable[Export]) -> None:
        """
        Add exports before they are sent, all of them or none.

        Raises:
            ConflictError: An export with one of the keys exists already.
        """
        with self.transaction() as batch:
            batch.ledger.add(exports)

    def change(self, export: Export, *, was: Export, details: AttemptDetails | None = None) -> None:
        """
        Change an export if it still is as it was read, and record the attempt that changed it.

        Args:
            export: The export as it is now.
            was: The export as it was read.
            details: The attempt that changed the export, or `None` if none did.

        Raises:
            ConflictError: Another process has changed the export.
        """
        with self.transaction() as batch:
            batch.ledger.change(export, was=was, details=details)

    def find(self, export_id: UUID) -> Export | None:
        """
        Return the export with that id, or `None` if there is none.
        """
        with self.reading() as batch:
            return batch.ledger.find(export_id)

    def of_order(self, order_id: str) -> tuple[Export, ...]:
        """
        Return all exports of an order, in the order in which they were created.
        """
        with self.reading() as batch:
            return batch.ledger.of_order(order_id)

    def close(self) -> None:
        """
        Close all connections to the database.
        """
        self.engine.dispose()


_CHUNK_SIZE: Final = 5000
"""The rows that one transaction deletes, so that other transactions do not wait long for it."""


def delete_documents(store: Store, before: datetime) -> int:
    """
    Delete the requests and responses that were exchanged before a time.

    Returns:
        The number of deleted exchanges.
    """
    old = (
        select(documents.c.seq)
        .where(documents.c.began < before)
        .order_by(documents.c.began)
        .limit(_CHUNK_SIZE)
    )
    total = 0
    while True:
        with store.engine.begin() as connection:
            count = connection.execute(delete(documents).where(documents.c.seq.in_(old))).rowcount
        total += count
        if count < _CHUNK_SIZE:
            return total
