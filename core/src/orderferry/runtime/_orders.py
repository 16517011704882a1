"""
Orders in this process's memory.
"""

from __future__ import annotations

from threading import Lock

from attrs import evolve, frozen

from orderferry.errors import ConflictError
from orderferry.orders import Order, digest, order_document, read_order, write_json

__all__ = ["MemoryOrders", "StoredOrder", "taken_in", "version_of"]


def version_of(order: Order) -> str:
    """
    The order's version in export keys: its `versionId`, else a digest of its content.
    """
    return digest(order) if order.version_id is None else str(order.version_id)


@frozen(kw_only=True)
class StoredOrder:
    """
    An order as it was read back.

    Attributes:
        order: The order.
        revision: The store's own number of it, one more at each save.
        digest: Of the document as it came in.
    """

    order: Order
    revision: int
    digest: str


@frozen(kw_only=True)
class _Record:
    text: bytes
    revision: int
    digest: str


class MemoryOrders:
    """
    Keeps orders as JSON text, so that reading one back really decodes what was saved.

    It lasts as long as its process. It shows no crash and no second process.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._records: dict[str, _Record] = {}

    def read(self, order_id: str) -> StoredOrder | None:
        """
        The order, decoded, or `None` where there is none.
        """
        with self._lock:
            record = self._records.get(order_id)
        if record is None:
            return None
        order = read_order(record.text, limit=len(record.text))
        return StoredOrder(order=order, revision=record.revision, digest=record.digest)

    def save(self, order: Order, *, revision: int, came_in: str) -> int:
        """
        Save an order if it is still at a revision.

        Args:
            order: The order.
            revision: What it was read at; 0 where there was none.
            came_in: The digest of the document as it came in.

        Returns:
            Its new revision.

        Raises:
            ConflictError: It is at another revision.
        """
        text = write_json(order_document(order))
        with self._lock:
            present = self._records.get(order.id)
            at = 0 if present is None else present.revision
            if at != revision:
                raise ConflictError(f"order {order.id} is at revision {at}, not {revision}")
            self._records[order.id] = _Record(text=text, revision=at + 1, digest=came_in)
        return at + 1


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
