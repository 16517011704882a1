"""
Orders, their errors and their history, on one connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen
from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from orderferry.errors import ConflictError
from orderferry.exports import AddEvent, ClearErrors, OrderChange, SetError, SetStatus
from orderferry.orders import (
    EntityError,
    ErrorStatus,
    HistoryEvent,
    Order,
    order_document,
    part_document,
    write_json,
)
from orderferry.orders import read_order as decode_order
from orderferry.storage._engine import savepoint
from orderferry.storage._statements import among, insert_many, texts
from orderferry.storage._surrogates import part_text
from orderferry.storage._tables import errors, events, orders

__all__ = ["Orders", "StoredOrder"]


@frozen(kw_only=True)
class StoredOrder:
    """
    An order as it was read back.

    Attributes:
        order: The order, with the errors and the history that are kept here.
        revision: The store's own number of it, one more at each save.
        digest: Of the document as it came in.
    """

    order: Order
    revision: int
    digest: str


def _apply(connection: Connection, order_id: str, change: SetError | SetStatus) -> None:
    if isinstance(change, SetError):
        _clear(connection, order_id, change.error.key, change.error.reference_id, ())
        connection.execute(insert(errors).values(_error_values(order_id, change.error)))
        return
    at = orders.c.id == order_id
    if change.only_from is not None:
        at = and_(at, orders.c.status == change.only_from)
    changed = {"status": change.status, "revision": orders.c.revision + 1}
    connection.execute(update(orders).where(at).values(changed))


def _with_errors(connection: Connection, order_ids: set[str]) -> set[str]:
    at = among(connection.dialect.name, errors.c.order_id)
    query = select(errors.c.order_id).where(at).distinct()
    return set(connection.execute(query, texts(order_ids)).scalars())


def _clear(
    connection: Connection,
    order_id: str,
    key: str,
    reference: str | None,
    not_found: tuple[str, ...],
) -> None:
    values = {"of": order_id, "by": key, "at": reference, "not_found": list(not_found)}
    connection.execute(_CLEAR, values)


_CLEAR: Final = delete(errors).where(
    errors.c.order_id == bindparam("of"),
    errors.c.key == bindparam("by"),
    errors.c.open,
    or_(
        errors.c.reference.is_not_distinct_from(bindparam("at")),
        and_(errors.c.not_found, errors.c.reference.in_(bindparam("not_found", expanding=True))),
    ),
)


def _event_text(event: HistoryEvent) -> str:
    return part_text(write_json, part_document(event))


def _error_values(order_id: str, error: EntityError) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "key": error.key,
        "reference": error.reference_id,
        "open": error.status is ErrorStatus.NEW,
        "not_found": error.not_found is not None,
        "document": part_text(write_json, part_document(error)),
    }


@frozen
class Orders:
    """
    The orders of one transaction, with their errors and their history.
    """

    connection: Connection

    def read(self, order_id: str) -> StoredOrder | None:
        """
        An order, decoded, or `None` where there is none.
        """
        found = (
            self.connection.execute(select(orders).where(orders.c.id == order_id))
            .mappings()
            .first()
        )
        if found is None:
            return None
        text = found["document"].removesuffix("}")
        if found["status"] is not None:
            text += f',"status":{write_json(found["status"]).decode()}'
        for name, table in (("errors", errors), ("history", events)):
            rows = self.connection.execute(
                select(table.c.document).where(table.c.order_id == order_id).order_by(table.c.seq)
            )
            text += f',"{name}":[{",".join(rows.scalars())}]'
        order = decode_order(f"{text}}}", limit=5 * len(text))
        return StoredOrder(order=order, revision=found["revision"], digest=found["came_in"])

    def save(self, order: Order, *, revision: int, came_in: str, now: datetime) -> None:
        """
        Save an order if it is still at a revision; its errors and history only where it is new.

        Args:
            revision: What it was read at; 0 where it was not stored.
            came_in: The digest of the document as it came in.

        Raises:
            ConflictError: It is at another revision.
        """
        document = order_document(order)
        for name in ("errors", "history", "status"):
            document.pop(name, None)
        values = {
            "order_type": order.order_type,
            "status": order.status,
            "market": order.market_id,
            "version": None if order.version_id is None else str(order.version_id),
            "revision": revision + 1,
            "came_in": came_in,
            "document": write_json(document).decode(),
            "saved": now,
        }
        if revision:
            at = and_(orders.c.id == order.id, orders.c.revision == revision)
            if self.connection.execute(update(orders).where(at).values(values)).rowcount == 1:
                return
            raise ConflictError(f"order {order.id} was changed by somebody else meanwhile")
        try:
            with savepoint(self.connection):
                self.connection.execute(insert(orders).values(id=order.id, **values))
        except IntegrityError as error:
            raise ConflictError(f"order {order.id} was saved by somebody else meanwhile") from error
        kept: list[OrderChange] = [SetError(each) for each in order.errors]
        kept += [AddEvent(event) for event in order.history]
        self.apply(order.id, kept)

    def apply(self, order_id: str, changes: Iterable[OrderChange]) -> None:
        """
        Apply changes to an order as it is stored now, whatever its revision.

        Errors and history are rows of their own, so there is nothing to be in conflict with.
        """
        self.apply_to_many({order_id: tuple(changes)})

    def apply_to_many(self, changes: Mapping[str, Sequence[OrderChange]]) -> None:
        """
        Apply changes to several orders, always in the same order, so that no two wait for each other.

        Args:
            changes: What each order's id goes through, in order.
        """
        clears = {i for i, each in changes.items() if any(isinstance(c, ClearErrors) for c in each)}
        marked = _with_errors(self.connection, clears) if len(clears) > 1 else clears
        new_events: list[dict[str, Any]] = []
        for order_id, several in sorted(changes.items()):
            for change in several:
                if isinstance(change, AddEvent):
                    text = _event_text(change.event)
                    new_events.append({"order_id": order_id, "document": text})
                elif isinstance(change, ClearErrors):
                    if order_id in marked:
                        _clear(
                            self.connection,
                            order_id,
                            change.key,
                            change.reference,
                            change.not_found,
                        )
                else:
                    marked |= {order_id}
                    _apply(self.connection, order_id, change)
        insert_many(self.connection, events, new_events)
