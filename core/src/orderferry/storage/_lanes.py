"""
Lanes as rows: fence, pause, and who runs them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, and_, bindparam, func, select, update

from orderferry.connectors import ExportState
from orderferry.exports import Export
from orderferry.storage._dialects import insert_new
from orderferry.storage._lane_rows import LaneRow
from orderferry.storage._ledger import rows
from orderferry.storage._rows import export_from
from orderferry.storage._tables import exports, lanes

__all__ = [
    "ensure_lanes",
    "hold_still",
    "holds_fence",
    "left_sending",
    "note",
    "set_pause",
    "take_fence",
]


def ensure_lanes(connection: Connection, names: Iterable[tuple[str, str, str]]) -> None:
    """
    Make the rows of lanes that have none: each by name, connector and instance.
    """
    values = [
        {
            "name": name,
            "connector": connector,
            "connector_id": connector_id,
            "fence": 0,
            "paused": False,
            "failures": 0,
        }
        for name, connector, connector_id in sorted(names)
    ]
    if values:
        connection.execute(insert_new(connection, lanes), values)


def take_fence(
    connection: Connection, name: str, *, owner: str, now: datetime, lease: timedelta
) -> tuple[int, datetime]:
    """
    Become a lane's owner.

    Returns:
        The new fence, and when the former owner's lease has surely ended.
    """
    query = select(lanes).where(lanes.c.name == name).with_for_update()
    before = LaneRow(**connection.execute(query).mappings().one())
    fence = before.fence + 1
    changed: dict[str, Any] = {"fence": fence, "owner": owner, "renewed": now}
    connection.execute(update(lanes).where(lanes.c.name == name).values(changed))
    if before.renewed is None or before.owner is None:
        return fence, now
    renewed = min(before.renewed, now)  # also where the clock was set back since
    return fence, max(now, renewed + lease)


_OF_FENCE: Final = and_(lanes.c.name == bindparam("lane"), lanes.c.fence == bindparam("held"))
_RENEW: Final = update(lanes).where(_OF_FENCE).values(owner=bindparam("by"))
_RENEW_THEN: Final = _RENEW.values(renewed=bindparam("at")).returning(*lanes.c)
_RENEW_NOW: Final = _RENEW.values(renewed=func.clock_timestamp()).returning(*lanes.c)


def holds_fence(
    connection: Connection, name: str, *, fence: int, owner: str | None, now: datetime | None
) -> LaneRow | None:
    """
    Prove that the owner lives, or (owner `None`) that it has gone and left nothing behind.

    Args:
        now: The time, instead of the database's own.

    Returns:
        The lane as it is now, kept from a takeover until the transaction ends, or `None` where it
        is lost: then nothing was written.
    """
    values = {"lane": name, "held": fence, "by": owner}
    if now is None:
        found = connection.execute(_RENEW_NOW, values).mappings().first()
    else:
        found = connection.execute(_RENEW_THEN, {**values, "at": now}).mappings().first()
    return None if found is None else LaneRow(**found)


def hold_still(connection: Connection, export_id: UUID) -> None:
    """
    Keep the lane of an export from claiming and recording until the transaction ends.
    """
    of_export = select(exports.c.lane).where(exports.c.id == str(export_id))
    query = select(lanes.c.name).where(lanes.c.name.in_(of_export)).with_for_update()
    connection.execute(query).all()


def set_pause(
    connection: Connection,
    name: str,
    *,
    cause: str | None,
    reason: str | None,
    until: datetime | None,
    failures: int | None = None,
) -> None:
    """
    Pause a lane, or (cause `None`) resume it.
    """
    changed: dict[str, Any] = {
        "paused": cause is not None,
        "cause": cause,
        "reason": reason,
        "until": until,
    }
    if failures is not None:
        changed["failures"] = failures
    connection.execute(update(lanes).where(lanes.c.name == name).values(changed))


def note(connection: Connection, name: str, reason: str | None) -> None:
    """
    Write what a lane waits for, that is not paused.
    """
    at = (lanes.c.name == name) & ~lanes.c.paused
    connection.execute(update(lanes).where(at).values(reason=reason))


def left_sending(connection: Connection, name: str, *, fence: int) -> tuple[Export, ...]:
    """
    Exports of a lane that an earlier owner left `sending`.
    """
    query = rows().where(
        exports.c.lane == name,
        exports.c.state == ExportState.SENDING.value,
        exports.c.owner.is_(None),
        func.coalesce(exports.c.fence, 0) < fence,
    )
    return tuple(export_from(row) for row in connection.execute(query).mappings())
