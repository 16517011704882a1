"""
Orders with their errors and their history, in one transaction.
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
    An order as it is stored.

    Attributes:
        order: The order, with its stored errors and history.
        revision: How often the order has been saved; `Orders.save` compares it.
        digest: The digest of the document as it was received last.
    """

    order: Order
    revision: int
    digest: str


def _apply(connection: Connection, order_id: str, change: SetError | SetStatus) -> None:
    if isinstance(change, SetError):
        _clear(connection, order_id, change.error.key, change.error.reference_id, ())
        connection.execute(insert(errors).values(_error_values(order_id, change.error)))
        return
    condition = orders.c.id == order_id
    if change.only_from is not None:
        condition = and_(condition, orders.c.status == change.only_from)
    values = {"status": change.status, "revision": orders.c.revision + 1}
    connection.execute(update(orders).where(condition).values(values))


def _with_errors(connection: Connection, order_ids: set[str]) -> set[str]:
    of_orders = among(connection.dialect.name, errors.c.order_id)
    query = select(errors.c.order_id).where(of_orders).distinct()
    return set(connection.execute(query, texts(order_ids)).scalars())


def _clear(
    connection: Connection,
    order_id: str,
    key: str,
    reference: str | None,
    not_found: tuple[str, ...],
) -> None:
    values = {
        "with_order": order_id,
        "with_key": key,
        "with_reference": reference,
        "not_found": list(not_found),
    }
    connection.execute(_CLEAR, values)


_CLEAR: Final = delete(errors).where(
    errors.c.order_id == bindparam("with_order"),
    errors.c.key == bindparam("with_key"),
    errors.c.open,
    or_(
        errors.c.reference.is_not_distinct_from(bindparam("with_reference")),
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
    Orders with their errors and their history, as one transaction reads and writes them.
    """

    connection: Connection

    def read(self, order_id: str) -> StoredOrder | None:
        """
        Return an order, or `None` if it is not stored.
        """
        query = select(orders).where(orders.c.id == order_id)
        row = self.connection.execute(query).mappings().first()
        if row is None:
            return None
        text = row["document"].removesuffix("}")
        if row["status"] is not None:
            text += f',"status":{write_json(row["status"]).decode()}'
        for name, table in (("errors", errors), ("history", events)):
            parts = self.connection.execute(
                select(table.c.document).where(table.c.order_id == order_id).order_by(table.c.seq)
            )
            text += f',"{name}":[{",".join(parts.scalars())}]'
        order = decode_order(f"{text}}}", limit=5 * len(text))
        return StoredOrder(order=order, revision=row["revision"], digest=row["came_in"])

    def save(self, order: Order, *, revision: int, came_in: str, now: datetime) -> None:
        """
        Save an order if its stored revision is the expected one.

        The errors and the history of the order are saved only if the order is new.

        Args:
            revision: The revision at which the order was read; 0 if it was not stored.
            came_in: The digest of the document as it was received.
            now: The current time.

        Raises:
            ConflictError: The order has another revision, since another process has saved it.
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
            unchanged = and_(orders.c.id == order.id, orders.c.revision == revision)
            statement = update(orders).where(unchanged).values(values)
            if self.connection.execute(statement).rowcount == 1:
                return
            raise ConflictError(f"order {order.id} was changed by another process in the meantime")
        try:
            with savepoint(self.connection):
                self.connection.execute(insert(orders).values(id=order.id, **values))
        except IntegrityError as error:
            raise ConflictError(
                f"order {order.id} was saved by another process in the meantime"
            ) from error
        changes: list[OrderChange] = [SetError(entity_error) for entity_error in order.errors]
        changes += [AddEvent(event) for event in order.history]
        self.apply(order.id, changes)

    def apply(self, order_id: str, changes: Iterable[OrderChange]) -> None:
        """
        Apply changes to an order as it is stored now, at any revision.

        Errors and history are separate rows, so no conflict is possible.
        """
        self.apply_to_many({order_id: tuple(changes)})

    def apply_to_many(self, changes: Mapping[str, Sequence[OrderChange]]) -> None:
        """
        Apply changes to several orders. The orders are always changed in the sequence of their ids,
        so that two transactions cannot deadlock.

        Args:
            changes: The changes of each order, by the order's id and in sequence.
        """
        cleared = {
            order_id
            for order_id, order_changes in changes.items()
            if any(isinstance(change, ClearErrors) for change in order_changes)
        }
        with_errors = _with_errors(self.connection, cleared) if len(cleared) > 1 else cleared
        new_events: list[dict[str, Any]] = []
        for order_id, order_changes in sorted(changes.items()):
            for change in order_changes:
                if isinstance(change, AddEvent):
                    text = _event_text(change.event)
                    new_events.append({"order_id": order_id, "document": text})
                elif isinstance(change, ClearErrors):
                    if order_id in with_errors:
                        _clear(
                            self.connection,
                            order_id,
                            change.key,
                            change.reference,
                            change.not_found,
                        )
                else:
                    with_errors |= {order_id}
                    _apply(self.connection, order_id, change)
        insert_many(self.connection, events, new_events)
