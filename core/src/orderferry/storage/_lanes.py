"""
A lane's rows: who owns it, and what its owner claims and records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

from attrs import frozen
from sqlalchemy import Connection, Update, and_, bindparam, func, select, update

from orderferry.connectors import Exchange, ExportState
from orderferry.exports import AttemptDetails, Export, OrderChange
from orderferry.storage._lane_rows import LaneRow, lane_row, lane_rows
from orderferry.storage._ledger import add_attempts, rows
from orderferry.storage._orders import Orders
from orderferry.storage._rows import export_from, progress_values
from orderferry.storage._statements import among, insert_new, texts, update_many
from orderferry.storage._tables import exports, lanes

__all__ = ["ExportUpdate", "Lanes"]


@frozen(kw_only=True)
class ExportUpdate:
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


_OF_FENCE: Final = and_(lanes.c.name == bindparam("lane"), lanes.c.fence == bindparam("held"))
_RENEW: Final = update(lanes).where(_OF_FENCE).values(owner=bindparam("by"))
_RENEW_THEN: Final = _RENEW.values(renewed=bindparam("at")).returning(*lanes.c)
_RENEW_NOW: Final = _RENEW.values(renewed=func.clock_timestamp()).returning(*lanes.c)


@frozen
class Lanes:
    """
    The lanes of one transaction: who owns them, and what their owners claim and record.

    Attributes:
        touched: The lanes that have something new to do after the commit.
        known_time: The time, where the database need not be asked for it.
    """

    connection: Connection
    touched: set[str]
    known_time: Callable[[], datetime | None]

    def ensure(self, names: Iterable[tuple[str, str, str]]) -> None:
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
            self.connection.execute(insert_new(self.connection, lanes), values)

    def lock_lane_of(self, export_id: UUID) -> None:
        """
        Keep the lane of an export from claiming and recording until the transaction ends.
        """
        of_export = select(exports.c.lane).where(exports.c.id == str(export_id))
        query = select(lanes.c.name).where(lanes.c.name.in_(of_export)).with_for_update()
        self.connection.execute(query).all()

    def rows(self) -> tuple[LaneRow, ...]:
        """
        All lanes by name.
        """
        return lane_rows(self.connection)

    def pause_reason(self, name: str) -> str | None:
        """
        Why a lane is paused, or `None` where it is not.
        """
        row = lane_row(self.connection, name)
        return row.reason or row.cause if row is not None and row.paused else None

    def pause(self, name: str, *, cause: str | None, reason: str | None) -> None:
        """
        Pause a lane until it is resumed, or (cause `None`) resume it.
        """
        self.set_pause(name, cause=cause, reason=reason, until=None, failures=0)
        self.touched.add(name)

    def write_pause(self, row: LaneRow) -> None:
        """
        Write whether a lane is paused, and its count of failures, as its owner has them.
        """
        self.set_pause(
            row.name, cause=row.cause, reason=row.reason, until=row.until, failures=row.failures
        )

    def set_pause(
        self,
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
        self.connection.execute(update(lanes).where(lanes.c.name == name).values(changed))

    def set_reason(self, name: str, reason: str | None) -> None:
        """
        Write what a lane waits for, that is not paused.
        """
        at = (lanes.c.name == name) & ~lanes.c.paused
        self.connection.execute(update(lanes).where(at).values(reason=reason))

    def take_fence(
        self, name: str, *, owner: str, now: datetime, lease: timedelta
    ) -> tuple[int, datetime]:
        """
        Become a lane's owner.

        Returns:
            The new fence, and when the former owner's lease has surely ended.
        """
        query = select(lanes).where(lanes.c.name == name).with_for_update()
        before = LaneRow(**self.connection.execute(query).mappings().one())
        fence = before.fence + 1
        changed: dict[str, Any] = {"fence": fence, "owner": owner, "renewed": now}
        self.connection.execute(update(lanes).where(lanes.c.name == name).values(changed))
        if before.renewed is None or before.owner is None:
            return fence, now
        renewed = min(before.renewed, now)  # also where the clock was set back since
        return fence, max(now, renewed + lease)

    def renew_lease(
        self, name: str, *, fence: int, owner: str | None, now: datetime | None = None
    ) -> LaneRow | None:
        """
        Prove that the owner lives, or (owner `None`) that it has gone and left nothing behind.

        Args:
            now: The time, instead of the database's own.

        Returns:
            The lane as it is now, kept from a takeover until the transaction ends, or `None` where it
            is lost: then nothing was written.
        """
        now = now or self.known_time()
        values = {"lane": name, "held": fence, "by": owner}
        if now is None:
            found = self.connection.execute(_RENEW_NOW, values).mappings().first()
        else:
            found = self.connection.execute(_RENEW_THEN, {**values, "at": now}).mappings().first()
        return None if found is None else LaneRow(**found)

    def find_interrupted(self, name: str, *, fence: int) -> tuple[Export, ...]:
        """
        Exports of a lane that an earlier owner left `sending`.
        """
        query = rows().where(
            exports.c.lane == name,
            exports.c.state == ExportState.SENDING.value,
            exports.c.owner.is_(None),
            func.coalesce(exports.c.fence, 0) < fence,
        )
        return tuple(export_from(row) for row in self.connection.execute(query).mappings())

    def write(self, changed: Sequence[Export], *, fence: int) -> None:
        """
        Write exports of a lane as they are now.

        Args:
            fence: The fence under which the lane writes.
        """
        written = {"fence": fence, "owner": None}
        update_many(
            self.connection,
            exports,
            [{"id": e.key.id_text, **progress_values(e), **written} for e in changed],
        )

    def claim(self, claimed: Sequence[Export], *, now: datetime, fence: int) -> None:
        """
        Write that attempts of exports are under way, as `exports.begun` has them.

        They all change in the same way, so their ids are all that is sent.

        Args:
            now: When they were begun.
            fence: The fence under which the lane claims them.
        """
        if claimed:
            values = {**texts(each.key.id_text for each in claimed), "now": now, "by": fence}
            self.connection.execute(_beginning(self.connection.dialect.name), values)

    def record(
        self,
        recorded: Sequence[ExportUpdate],
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
        self.write([each.export for each in recorded], fence=fence)
        add_attempts(
            self.connection,
            [
                (each.export, each.was, AttemptDetails(began=each.began, exchanges=each.exchanges))
                for each in recorded
                if each.began is not None
            ],
        )
        Orders(self.connection).apply_to_many(changes)
