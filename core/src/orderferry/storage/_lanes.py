"""
Lanes and their exports: ownership, pauses, and what an owner claims and records.
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
from orderferry.storage._ledger import add_attempts, select_exports
from orderferry.storage._orders import Orders
from orderferry.storage._rows import export_from, progress_values
from orderferry.storage._statements import among, insert_new, texts, update_many
from orderferry.storage._tables import exports, lanes

__all__ = ["ExportUpdate", "Lanes"]


@frozen(kw_only=True)
class ExportUpdate:
    """
    A change of an export that its lane records, with the attempt that made it.

    Attributes:
        export: The export as it is now.
        was: The export as it was before.
        began: When the attempt began, in UTC; `None` if nothing was attempted.
        exchanges: The attempt's requests and responses, with secrets hidden.
    """

    export: Export
    was: Export
    began: datetime | None = None
    exchanges: tuple[Exchange, ...] = ()


@cache
def _claim_statement(dialect: str) -> Update:
    return (
        update(exports)
        .where(among(dialect, exports.c.id))
        .values(
            state=ExportState.SENDING.value,
            attempts=exports.c.attempts + 1,
            due=None,
            reason=None,
            changed=bindparam("now"),
            fence=bindparam("claimed_by"),
            owner=None,
        )
    )


_OF_FENCE: Final = and_(
    lanes.c.name == bindparam("lane"), lanes.c.fence == bindparam("expected_fence")
)
_RENEW: Final = update(lanes).where(_OF_FENCE).values(owner=bindparam("new_owner"))
_RENEW_AT: Final = _RENEW.values(renewed=bindparam("now")).returning(*lanes.c)
_RENEW_NOW: Final = _RENEW.values(renewed=func.clock_timestamp()).returning(*lanes.c)


@frozen
class Lanes:
    """
    Lanes and their exports, as one transaction reads and writes them.

    Attributes:
        touched: The names of lanes that have new work after the commit; methods add to it.
        local_time: Returns the current time if no query is needed for it, else `None`.
    """

    connection: Connection
    touched: set[str]
    local_time: Callable[[], datetime | None]

    def ensure(self, names: Iterable[tuple[str, str, str]]) -> None:
        """
        Create the rows of lanes that have none.

        Args:
            names: For each lane, its name, its connector and the id of its instance.
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
        Lock the lane of an export until the transaction ends, so that its owner neither claims nor
        records exports meanwhile.
        """
        of_export = select(exports.c.lane).where(exports.c.id == str(export_id))
        query = select(lanes.c.name).where(lanes.c.name.in_(of_export)).with_for_update()
        self.connection.execute(query).all()

    def rows(self) -> tuple[LaneRow, ...]:
        """
        Return all lanes, sorted by name.
        """
        return lane_rows(self.connection)

    def pause_reason(self, name: str) -> str | None:
        """
        Return why a lane is paused, or `None` if it is not paused.
        """
        row = lane_row(self.connection, name)
        return row.reason or row.cause if row is not None and row.paused else None

    def pause(self, name: str, *, cause: str | None, reason: str | None) -> None:
        """
        Pause a lane until an operator resumes it, or resume it if the cause is `None`; set its
        count of failures to 0.
        """
        self.set_pause(name, cause=cause, reason=reason, until=None, failures=0)
        self.touched.add(name)

    def write_pause(self, row: LaneRow) -> None:
        """
        Write a lane's pause and its count of failures, as its owner has them.
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
        Pause a lane, or resume it if the cause is `None`.

        Args:
            until: When the lane tries one export; `None` if an operator resumes it.
            failures: The new count of consecutive failures; `None` leaves it as it is.
        """
        values: dict[str, Any] = {
            "paused": cause is not None,
            "cause": cause,
            "reason": reason,
            "until": until,
        }
        if failures is not None:
            values["failures"] = failures
        self.connection.execute(update(lanes).where(lanes.c.name == name).values(values))

    def set_reason(self, name: str, reason: str | None) -> None:
        """
        Write what a lane waits for, unless it is paused.

        Args:
            reason: The text, or `None` if the lane does not wait.
        """
        not_paused = (lanes.c.name == name) & ~lanes.c.paused
        self.connection.execute(update(lanes).where(not_paused).values(reason=reason))

    def take_fence(
        self, name: str, *, owner: str, now: datetime, lease: timedelta
    ) -> tuple[int, datetime]:
        """
        Make a process the owner of a lane.

        Args:
            owner: The id of the process.
            now: The current time.
            lease: How long a lease lasts.

        Returns:
            The new fence, and the time at which the former owner's lease has expired in any case.
        """
        query = select(lanes).where(lanes.c.name == name).with_for_update()
        before = LaneRow(**self.connection.execute(query).mappings().one())
        fence = before.fence + 1
        values: dict[str, Any] = {"fence": fence, "owner": owner, "renewed": now}
        self.connection.execute(update(lanes).where(lanes.c.name == name).values(values))
        if before.renewed is None or before.owner is None:
            return fence, now
        renewed = min(before.renewed, now)  # the clock may have been set back since
        return fence, max(now, renewed + lease)

    def renew_lease(
        self, name: str, *, fence: int, owner: str | None, now: datetime | None = None
    ) -> LaneRow | None:
        """
        Renew the owner's lease, or end it if the owner is `None`.

        Args:
            fence: The fence of the owner.
            now: The current time; by default the database's.

        Returns:
            The lane as it is now, which no other process can take over until the transaction ends;
            `None` if another process has taken over the lane, and nothing was written.
        """
        now = now or self.local_time()
        values = {"lane": name, "expected_fence": fence, "new_owner": owner}
        if now is None:
            row = self.connection.execute(_RENEW_NOW, values).mappings().first()
        else:
            row = self.connection.execute(_RENEW_AT, {**values, "now": now}).mappings().first()
        return None if row is None else LaneRow(**row)

    def find_interrupted(self, name: str, *, fence: int) -> tuple[Export, ...]:
        """
        Return the exports of a lane that an earlier owner left `sending`.

        Args:
            fence: The fence of the present owner.
        """
        query = select_exports().where(
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
            fence: The fence of the lane's owner.
        """
        ownership = {"fence": fence, "owner": None}
        update_many(
            self.connection,
            exports,
            [
                {"id": export.key.id_text, **progress_values(export), **ownership}
                for export in changed
            ],
        )

    def claim(self, claimed: Sequence[Export], *, now: datetime, fence: int) -> None:
        """
        Write that attempts of exports have begun, as `exports.begin_attempt` changes an export.

        All of them change in the same way, so only their ids are sent to the database.

        Args:
            now: When the attempts began.
            fence: The fence of the lane's owner.
        """
        if claimed:
            values = {
                **texts(export.key.id_text for export in claimed),
                "now": now,
                "claimed_by": fence,
            }
            self.connection.execute(_claim_statement(self.connection.dialect.name), values)

    def record(
        self,
        updates: Sequence[ExportUpdate],
        changes: Mapping[str, Sequence[OrderChange]],
        *,
        fence: int,
    ) -> None:
        """
        Record changes of exports with their attempts and documents, and changes of their orders.

        Args:
            updates: The exports that have changed.
            changes: The changes of each order, by the order's id.
            fence: The fence of the lane's owner.
        """
        self.write([change.export for change in updates], fence=fence)
        add_attempts(
            self.connection,
            [
                (
                    change.export,
                    change.was,
                    AttemptDetails(began=change.began, exchanges=change.exchanges),
                )
                for change in updates
                if change.began is not None
            ],
        )
        Orders(self.connection).apply_to_many(changes)
