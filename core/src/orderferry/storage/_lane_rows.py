"""
Lanes as they are read, and the lane in which an export waits.

A separate module, so that a command that lists lanes does not load what writes them.
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
    A lane as it is stored.

    Attributes:
        name: `connector/instance`, with `#number` if the instance has several lanes.
        connector: The connector's name.
        connector_id: The instance's id.
        fence: A number that each new owner increments; only the owner with the highest number may
            write the lane's rows.
        owner: The id of the process that runs the lane, or `None`.
        renewed: When the owner last renewed its lease, in UTC.
        paused: Whether the lane sends nothing at the moment.
        cause: Why the lane is paused, as one word.
        reason: Why the lane is paused, or what it waits for, as text.
        until: When the paused lane tries one export, in UTC; `None` if an operator resumes it.
        failures: The number of consecutive transient failures.
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
    Return the lane of that name, or `None` if there is none.
    """
    return next(iter(lane_rows(connection, name)), None)


def lane_rows(connection: Connection, name: str | None = None) -> tuple[LaneRow, ...]:
    """
    Return all lanes, sorted by name, or only the lane of that name.
    """
    query = select(lanes).order_by(lanes.c.name)
    if name is not None:
        query = query.where(lanes.c.name == name)
    return tuple(LaneRow(**row) for row in connection.execute(query).mappings())


@frozen
class Shards:
    """
    The lanes of each instance: one, or several that share its orders.

    All exports of one order to one instance are in one lane, so that they are sent in sequence.

    Attributes:
        counts: The number of lanes of each instance that has more than one.
    """

    counts: Mapping[InstanceName, int] = field(factory=dict)

    def lanes(self, instance: InstanceName) -> tuple[str, ...]:
        """
        Return the names of an instance's lanes: `connector/instance`, or `connector/instance#0` and
        so on if there are several.
        """
        count = self.counts.get(instance, 1)
        if count == 1:
            return (str(instance),)
        return tuple(f"{instance}#{number}" for number in range(count))

    def lane(self, key: ExportKey) -> str:
        """
        Return the name of the lane in which an export waits.
        """
        names = self.lanes(key.instance)
        return names[crc32(key.order_id.encode()) % len(names)]
