"""
Lanes as they are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from zlib import crc32

from attrs import field, frozen
from sqlalchemy import Connection, select

from orderferry.storage._tables import lanes

if TYPE_CHECKING:
    from orderferry.connectors import InstanceName
    from orderferry.exports import ExportKey

__all__ = ["LaneRow", "Shards", "lane_row", "lane_rows"]


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


@frozen
class Shards:
    """
    The lanes of each instance: one, or several among which its orders are spread.

    All exports of one order to one instance are in one lane, so that they keep their order.

    Attributes:
        counts: How many lanes an instance has, where it has more than one.
    """

    counts: Mapping[InstanceName, int] = field(factory=dict)

    def lanes(self, instance: InstanceName) -> tuple[str, ...]:
        """
        The names of an instance's lanes.
        """
        count = self.counts.get(instance, 1)
        if count == 1:
            return (str(instance),)
        return tuple(f"{instance}#{number}" for number in range(count))

    def lane(self, key: ExportKey) -> str:
        """
        The lane of an export.
        """
        names = self.lanes(key.instance)
        return names[crc32(key.order_id.encode()) % len(names)]
