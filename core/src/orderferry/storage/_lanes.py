"""
A lane's rows: who owns it, and what its owner claims and records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

from attrs import frozen
from sqlalchemy import Connection, Update, and_, bindparam, func, select, update

from orderferry.connectors import Exchange, ExportState
from orderferry.exports import Export, Made, OrderChange
from orderferry.storage._dialects import insert_new
from orderferry.storage._lane_rows import LaneRow
from orderferry.storage._ledger import add_attempts, rows
from orderferry.storage._many import among, texts, update_many
from orderferry.storage._orders import apply_to_many
from orderferry.storage._rows import export_from, progress_values
from orderferry.storage._tables import exports, lanes

__all__ = [
    "Recorded",
    "claim",
    "ensure_lanes",
    "hold_still",
    "holds_fence",
    "left_sending",
    "note",
    "record",
    "set_pause",
    "take_fence",
    "write",
]


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
