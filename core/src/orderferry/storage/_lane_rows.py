"""
Lanes as they are read.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen
from sqlalchemy import Connection, select

from orderferry.storage._tables import lanes

__all__ = ["LaneRow", "lane_row", "lane_rows"]


@frozen(kw_only=True)
class LaneRow:
    """
    A lane as it stands in the database.

    Attributes:
        fence: One more with each owner; only who has the last may write the lane's rows.
        renewed: When its owner last proved that it lives.
        paused: Whether it sends nothing now.
        cause: Why it is paused, in a word.
        until: When it tries one export, or `None` where a person resumes it.
        failures: Transient failures in a row.
    """

    name: str
    connector: str
    connector_id: str
    fence: int
    owner: str | None
    renewed: datetime | None
    paused: bool
    cause: str | None
    reason: str | None
    until: datetime | None
    failures: int


def lane_row(connection: Connection, name: str) -> LaneRow | None:
    """
    A lane, or `None` where there is none of that name.
    """
    return next(iter(lane_rows(connection, name)), None)


def lane_rows(connection: Connection, name: str | None = None) -> tuple[LaneRow, ...]:
    """
    All lanes by name, or one.
    """
    query = select(lanes).order_by(lanes.c.name)
    if name is not None:
        query = query.where(lanes.c.name == name)
    return tuple(LaneRow(**row) for row in connection.execute(query).mappings())
