"""
Orders and exports in a database.
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
    One transaction: all of it is written, or none. Each part has the statements of one subject.

    Attributes:
        owner: The process that awaited exports belong to.
        shards: In which lanes exports wait.
        touched: The lanes that have something new to do once it is committed.
    """

    owner: str | None = None
    shards: Shards = field(factory=Shards)
    touched: set[str] = field(factory=set)

    @property
    def orders(self) -> Orders:
        """
        Orders, with their errors and their history.
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
        Lanes: who owns them, and what their owners claim and record.
        """
        return Lanes(self.connection, self.touched, self.known_time)

    @property
    def due(self) -> Due:
        """
        What the owner of a lane may begin or ask about.
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
    A database of orders and exports; safe between threads, and between processes.

    Attributes:
        owner: This process, as the owner of the exports that it awaits.
        shards: In which lanes exports wait.
        on_commit: Called with the lanes that a transaction touched: after its commit, or before it
            where the transaction is the host's.
    """

    owner: str | None = None
    shards: Shards = field(factory=Shards)
    on_commit: Callable[[frozenset[str]], None] = lambda lanes: None

    @contextmanager
    def transaction(self) -> Iterator[Batch]:
        """
        One transaction, committed at its end, rolled back by an exception.
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
        Whether it is a file that this machine alone has.
        """
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def join(self, connection: Connection) -> Iterator[Batch]:
        """
        The host's own transaction: nothing is committed here, and what it makes is deferred.

        Its commit is not seen here: PostgreSQL keeps the wake-ups for it, and a lane that is run
        from now on looks for itself.
        """
        batch = Batch(connection, clock=self.clock, shards=self.shards)
        yield batch
        notify(connection, batch.touched)
        if batch.touched:
            self.on_commit(frozenset(batch.touched))

    def heads(self, order_ids: Iterable[str]) -> dict[str, OrderHead]:
        """
        Type, status and version of orders, read back on a connection of its own.
        """
        with self.reading() as batch:
            return batch.due.heads(order_ids)

    def has_due(self, lane: str) -> bool:
        """
        Whether a lane may have something to begin or to ask about.
        """
        with self.reading() as batch:
            return batch.due.has_any(lane, now=batch.now())

    def next_due(self, lane: str) -> datetime | None:
        """
        When the next export of a lane is due, or `None` where none waits for a time.
        """
        with self.reading() as batch:
            return batch.due.next(lane)

    def pause(self, key: ExportKey, *, cause: str, reason: str, seconds: float) -> None:
        """
        Pause the lane of an export for a time, unless it is paused already.
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
        One transaction of a lane's owner.
        """
        # It wakes nobody, and nothing is lost by that. The lane looks at its own rows again by
        # itself; a follow-up run is begun after the commit (`Lane.on_error_status`), and its
        # exports are made by `transaction`; what becomes free in another lane, behind a row that
        # StopOnError skips, is seen by that lane's own look, within a second.
        with self.engine.begin() as connection:
            yield Batch(connection, clock=self.clock, shards=self.shards)

    @contextmanager
    def reading(self) -> Iterator[Batch]:
        """
        A transaction that only reads, on a connection of its own.
        """
        with read_only(self.engine) as connection:
            yield Batch(connection, clock=self.clock, shards=self.shards)

    def read(self, order_id: str) -> StoredOrder | None:
        """
        An order, decoded, or `None` where there is none.
        """
        with self.reading() as batch:
            return batch.orders.read(order_id)

    def add(self, exports: Iterable[Export]) -> None:
        """
        Write intents, all of them or none.
        """
        with self.transaction() as batch:
            batch.ledger.add(exports)

    def change(self, export: Export, *, was: Export, details: AttemptDetails | None = None) -> None:
        """
        Replace a row by what became of it, and keep the attempt that changed it.
        """
        with self.transaction() as batch:
            batch.ledger.change(export, was=was, details=details)

    def find(self, export_id: UUID) -> Export | None:
        """
        The export of that id, or `None`.
        """
        with self.reading() as batch:
            return batch.ledger.find(export_id)

    def of_order(self, order_id: str) -> tuple[Export, ...]:
        """
        All exports of an order, in the order in which they were made.
        """
        with self.reading() as batch:
            return batch.ledger.of_order(order_id)

    def close(self) -> None:
        """
        Close all connections.
        """
        self.engine.dispose()


_AT_ONCE: Final = 5000
"""How many rows one transaction deletes, so that others need not wait long for it."""


def delete_documents(store: Store, before: datetime) -> int:
    """
    Delete requests and answers that are older than a time.

    Returns:
        How many there were.
    """
    old = (
        select(documents.c.seq)
        .where(documents.c.began < before)
        .order_by(documents.c.began)
        .limit(_AT_ONCE)
    )
    forgotten = 0
    while True:
        with store.engine.begin() as connection:
            found = connection.execute(delete(documents).where(documents.c.seq.in_(old))).rowcount
        forgotten += found
        if found < _AT_ONCE:
            return forgotten
