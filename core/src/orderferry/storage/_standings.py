"""
How exports stand, for who waits for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from attrs import frozen
from sqlalchemy import and_, select

from orderferry.connectors import ExportState
from orderferry.exports import Operation
from orderferry.storage._conditions import is_behind
from orderferry.storage._reading import Reader
from orderferry.storage._tables import exports

__all__ = ["Standing", "standings"]

_AT_ONCE = 500


@frozen(kw_only=True)
class Standing:
    """
    How an export stands.

    Attributes:
        due: When its next attempt may begin.
        lane: The lane that it is in.
        is_awaited: Whether a transition delivers it itself.
        behind_unknown: An earlier one of the order, of unknown outcome, holds it back.
        behind_retrying: An earlier one of the order, that is tried again later, holds it back.
    """

    id: UUID
    state: ExportState
    attempts: int
    due: datetime | None
    lane: str
    is_awaited: bool
    behind_unknown: bool
    behind_retrying: bool


def standings(store: Reader, export_ids: Iterable[UUID]) -> Mapping[UUID, Standing]:
    """
    How exports stand, by id; those that are not there are left out.
    """
    waits = exports.c.operation != Operation.ORDER_SAVED
    query = select(
        exports.c.id,
        exports.c.state,
        exports.c.attempts,
        exports.c.due,
        exports.c.lane,
        exports.c.owner.is_not(None).label("is_awaited"),
        and_(waits, is_behind([ExportState.UNKNOWN])).label("behind_unknown"),
        and_(waits, is_behind([ExportState.RETRYING])).label("behind_retrying"),
    )
    found: dict[UUID, Standing] = {}
    with store.reading() as batch:
        for some in _chunks(sorted(map(str, export_ids))):
            rows = batch.connection.execute(query.where(exports.c.id.in_(some)))
            for row in rows.mappings():
                given = {**row, "id": UUID(row["id"]), "state": ExportState(row["state"])}
                standing = Standing(**given)
                found[standing.id] = standing
    return found


def _chunks(texts: list[str]) -> Iterable[list[str]]:
    return (texts[start : start + _AT_ONCE] for start in range(0, len(texts), _AT_ONCE))
