"""
The commits of one transition, and the checks of the order that they write.
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

__all__ = ["Unit", "taken_in"]

T = TypeVar("T")


def taken_in(order: Order, stored: StoredOrder | None) -> Order:
    """
    The order that a transition begins with: as it came in, with the errors and history kept here.

    Raises:
        ConflictError: Its content changed under one version, or a newer one is stored.
    """
    if stored is None:
        return order
    ours, theirs = order.version_id, stored.order.version_id
    if ours is not None and theirs is not None:
        if int(ours) == int(theirs) and digest(order) != stored.digest:
            raise ConflictError(
                f"order {order.id}: version {ours} came in before with other content; raise its"
                " versionId with each change"
            )
        if int(ours) < int(theirs):
            raise ConflictError(f"order {order.id}: version {theirs} is stored, {ours} is older")
    return evolve(order, errors=stored.order.errors, history=stored.order.history)


def _nothing(batch: Batch) -> None:
    """
    Write nothing more.
    """


@define(kw_only=True)
class Unit:
    """
    Saves an order as given first, and then what the run changes on it.

    A conflict at the first commit is the caller's (nothing was sent yet). At any later one there
    is none: the changes are applied to the order as it is stored then.

    Attributes:
        transaction: Begins a transaction.
        order: The order as the run began with it.
        revision: What it was read at; 0 where it was not stored.
        came_in: The digest of the document as it came in.
        first: Writes what belongs to the first commit.
        saved: Whether the order was saved.
        joined: Whether a transaction is the host's: nothing of it is committed before its end.
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

    def are_written(self, changes: Sequence[OrderChange]) -> None:
        """
        These changes of the run, which the next commit is given too, are saved already.
        """
        self._written += changes

    def commit(self, changes: Sequence[OrderChange], also: Callable[[Batch], T]) -> T:
        """
        Save what the run has changed so far.

        Args:
            changes: All changes of the run, those of earlier commits among them.
            also: Writes what belongs to the same transaction.

        Returns:
            What `also` returned.

        Raises:
            ConflictError: The order was changed by somebody else before its first commit.
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
