"""
What people and programs are shown of lanes, and whether there is anything left to deliver.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import field, frozen
from sqlalchemy import func, or_, select

from orderferry.connectors import ExportState
from orderferry.exports import PENDING
from orderferry.storage._conditions import is_free, is_overdue
from orderferry.storage._lane_rows import LaneRow, lane_rows
from orderferry.storage._reading import Reader
from orderferry.storage._tables import exports, lanes, transitions

if TYPE_CHECKING:
    from orderferry.storage._store import Store

__all__ = ["LaneSummary", "count_overdue", "has_work", "list_lanes"]

_BUSY = (ExportState.SENDING, ExportState.QUEUED, ExportState.RETRYING)


@frozen(kw_only=True)
class LaneSummary:
    """
    A lane and its exports.

    Attributes:
        counts: How many exports there are in each state; states without any are left out.
        oldest: Since when the oldest unfinished export is in its state.
        overdue: How many exports are in their state for longer than they may.
    """

    row: LaneRow
    counts: Mapping[ExportState, int] = field(factory=dict)
    oldest: datetime | None = None
    overdue: int = 0


def list_lanes(
    store: Reader, *, age_limits: Mapping[ExportState, float] | None = None
) -> tuple[LaneSummary, ...]:
    """
    All lanes by name, each with its exports.

    Args:
        age_limits: Seconds that a state may last.
    """
    counts: defaultdict[str, dict[ExportState, int]] = defaultdict(dict)
    oldest: dict[str, datetime] = {}
    counted = (
        select(exports.c.lane, exports.c.state, func.count(), func.min(exports.c.changed))
        .group_by(exports.c.lane, exports.c.state)
        .order_by(exports.c.lane)
    )
    with store.reading() as batch:
        rows = lane_rows(batch.connection)
        for lane, state, count, changed in batch.connection.execute(counted):
            counts[lane][ExportState(state)] = count
            if state in PENDING:
                oldest[lane] = min(oldest.get(lane, changed), changed)
    overdue: Counter[str] = Counter()
    for (lane, _), count in count_overdue(store, age_limits or {}).items():
        overdue[lane] += count
    return tuple(
        LaneSummary(
            row=row,
            counts=counts[row.name],
            oldest=oldest.get(row.name),
            overdue=overdue[row.name],
        )
        for row in rows
    )


def count_overdue(
    store: Reader, age_limits: Mapping[ExportState, float]
) -> dict[tuple[str, ExportState], int]:
    """
    How many exports are in their state for longer than they may, by lane and state.

    Args:
        age_limits: Seconds that a state may last.
    """
    with store.reading() as batch:
        query = (
            select(exports.c.lane, exports.c.state, func.count().label("n"))
            .where(is_overdue(batch.now(), age_limits))
            .group_by(exports.c.lane, exports.c.state)
        )
        found = batch.connection.execute(query).all()
    return {(row.lane, ExportState(row.state)): row.n for row in found}


def has_work(store: Store, names: Collection[str]) -> bool:
    """
    Whether some lanes have anything left to deliver now, or a run is wanted or under way here.

    What is held back behind another export is not counted, nor are the exports of a lane that is
    paused or waits for its connector.

    Args:
        names: The lanes that can be run.
    """
    export = (
        select(exports.c.seq)
        .join(lanes, lanes.c.name == exports.c.lane)
        .where(
            exports.c.lane.in_(sorted(names)),
            exports.c.state.in_(sorted(_BUSY)),
            ~lanes.c.paused,
            lanes.c.reason.is_(None),
            is_free(),
        )
        .limit(1)
    )
    wanted = (
        select(transitions.c.run)
        .where(
            transitions.c.ended.is_(None),
            or_(transitions.c.owner.is_(None), transitions.c.owner == store.owner),
        )
        .limit(1)
    )
    with store.reading() as batch:
        found = (batch.connection.execute(query).first() for query in (export, wanted))
        return any(row is not None for row in found)
