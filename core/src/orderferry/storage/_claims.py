"""
What a lane writes: claims, and what came back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

from attrs import frozen
from sqlalchemy import Connection, Update, bindparam, update

from orderferry.connectors import Exchange, ExportState
from orderferry.exports import Export, Made, OrderChange
from orderferry.storage._attempts import add_attempts
from orderferry.storage._many import among, texts, update_many
from orderferry.storage._orders import apply_to_many
from orderferry.storage._rows import progress_values
from orderferry.storage._tables import exports

__all__ = ["Recorded", "claim", "record", "write"]


@frozen(kw_only=True)
class Recorded:
    """
    An attempt to be recorded.

    Attributes:
        export: The export as it is now.
        was: The state that it was in before.
        began: When the attempt began; `None` where nothing was attempted.
        exchanges: The requests and answers, secrets hidden.
    """

    export: Export
    was: Export
    began: datetime | None = None
    exchanges: tuple[Exchange, ...] = ()


def write(connection: Connection, changed: Sequence[Export], *, fence: int) -> None:
    """
    Write exports of a lane as they are now.

    Args:
        fence: The fence under which the lane writes.
    """
    written = {"fence": fence, "owner": None}
    update_many(
        connection,
        exports,
        [{"id": e.key.id_text, **progress_values(e), **written} for e in changed],
    )


def claim(connection: Connection, claimed: Sequence[Export], *, now: datetime, fence: int) -> None:
    """
    Write that attempts of exports are under way, as `exports.begun` has them.

    They all change in the same way, so their ids are all that is sent.

    Args:
        now: When they were begun.
        fence: The fence under which the lane claims them.
    """
    if claimed:
        values = {**texts(each.key.id_text for each in claimed), "now": now, "by": fence}
        connection.execute(_beginning(connection.dialect.name), values)


@cache
def _beginning(dialect: str) -> Update:
    return (
        update(exports)
        .where(among(dialect, exports.c.id))
        .values(
            state=ExportState.SENDING.value,
            attempts=exports.c.attempts + 1,
            due=None,
            reason=None,
            changed=bindparam("now"),
            fence=bindparam("by"),
            owner=None,
        )
    )


def record(
    connection: Connection,
    recorded: Sequence[Recorded],
    changes: Mapping[str, Sequence[OrderChange]],
    *,
    fence: int,
) -> None:
    """
    Record what came back: exports, attempts, documents, and what it means for the orders.

    Args:
        recorded: What came back.
        changes: What that means for each order, by its id.
        fence: The fence under which the lane writes.
    """
    write(connection, [each.export for each in recorded], fence=fence)
    add_attempts(
        connection,
        [
            (each.export, each.was, Made(began=each.began, exchanges=each.exchanges))
            for each in recorded
            if each.began is not None
        ],
    )
    apply_to_many(connection, changes)
