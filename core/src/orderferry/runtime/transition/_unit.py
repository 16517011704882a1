"""
The commits of one transition, and the check of the order that they write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

from attrs import define, evolve, field

from orderferry.errors import ConflictError
from orderferry.exports import OrderChange
from orderferry.orders import Order, digest
from orderferry.storage import Batch, StoredOrder

__all__ = ["Unit", "starting_order"]

T = TypeVar("T")


def starting_order(order: Order, stored: StoredOrder | None) -> Order:
    """
    The order that a transition starts with: as it was received, with the stored errors and history.

    Raises:
        ConflictError: Its content changed under one version, or a newer version is stored.
    """
    if stored is None:
        return order
    received, known = order.version_id, stored.order.version_id
    if received is not None and known is not None:
        if int(received) == int(known) and digest(order) != stored.digest:
            raise ConflictError(
                f"order {order.id}: version {received} was received before with different content;"
                " raise versionId with each change"
            )
        if int(received) < int(known):
            raise ConflictError(f"order {order.id}: version {known} is stored, {received} is older")
    return evolve(order, errors=stored.order.errors, history=stored.order.history)


def _nothing(batch: Batch) -> None:
    """
    Write nothing else.
    """


@define(kw_only=True)
class Unit:
    """
    Saves the order that a run starts with, and then the changes that the run makes to it.

    The caller handles a conflict at the first commit, before which nothing is sent. Later commits
    have no conflict: they apply the changes to the order as it is stored then.

    Attributes:
        transaction: Begins a transaction.
        order: The order that the run starts with.
        revision: The revision at which the order was read; 0 if it was not stored.
        came_in: The digest of the document as it was received.
        first: Writes what belongs to the first commit.
        saved: Whether the order was saved.
        joined: Whether the transaction is the host's, who commits it later.
    """

    transaction: Callable[[], AbstractContextManager[Batch]]
    order: Order
    revision: int = 0
    came_in: str = ""
    first: Callable[[Batch], None] = _nothing
    saved: bool = False
    joined: bool = False
    _done: int = 0
    _written: list[OrderChange] = field(factory=list)

    def mark_written(self, changes: Sequence[OrderChange]) -> None:
        """
        Leave changes that are saved already out of the next commit.
        """
        self._written += changes

    def commit(self, changes: Sequence[OrderChange], also: Callable[[Batch], T]) -> T:
        """
        Save the changes that the run has made so far.

        Args:
            changes: All changes of the run, with those of earlier commits.
            also: Writes what belongs to the same transaction.

        Returns:
            What `also` returned.

        Raises:
            ConflictError: Another process changed the order before its first commit.
        """
        with self.transaction() as batch:
            if not self.saved:
                batch.orders.save(
                    self.order, revision=self.revision, came_in=self.came_in, now=batch.now()
                )
            batch.orders.apply(self.order.id, self._unwritten(changes))
            if not self.saved:
                self.first(batch)
            result = also(batch)
        self.saved = True
        self._done, self._written = len(changes), []
        return result

    def _unwritten(self, changes: Sequence[OrderChange]) -> list[OrderChange]:
        written = {id(change) for change in self._written}
        return [change for change in changes[self._done :] if id(change) not in written]
