"""
Lists of lanes with their exports, and whether lanes have anything left to deliver.
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
        row: The lane.
        counts: The number of exports in each state; states without exports are left out.
        oldest: Since when the unfinished export that changed first has been in its state, in UTC;
            `None` if all exports are finished.
        overdue: The number of exports that have been in their state for longer than allowed.
    """

    row: LaneRow
    counts: Mapping[ExportState, int] = field(factory=dict)
    oldest: datetime | None = None
    overdue: int = 0


def list_lanes(
    store: Reader, *, age_limits: Mapping[ExportState, float] | None = None
) -> tuple[LaneSummary, ...]:
    """
    List all lanes, sorted by name, each with its exports.

    Args:
        age_limits: The seconds that each state may last; a state without a limit is never overdue.
    """
    counts: defaultdict[str, dict[ExportState, int]] = defaultdict(dict)
    oldest: dict[str, datetime] = {}
    count_query = (
        select(exports.c.lane, exports.c.state, func.count(), func.min(exports.c.changed))
        .group_by(exports.c.lane, exports.c.state)
        .order_by(exports.c.lane)
    )
    with store.reading() as batch:
        rows = lane_rows(batch.connection)
        for lane, state, count, changed in batch.connection.execute(count_query):
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
    Count the exports that have been in their state for longer than allowed, by lane and state.

    Args:
        age_limits: The seconds that each state may last; a state without a limit is never overdue.
    """
    with store.reading() as batch:
        query = (
            select(exports.c.lane, exports.c.state, func.count().label("n"))
            .where(is_overdue(batch.now(), age_limits))
            .group_by(exports.c.lane, exports.c.state)
        )
        rows = batch.connection.execute(query).all()
    return {(row.lane, ExportState(row.state)): row.n for row in rows}


def has_work(store: Store, names: Collection[str]) -> bool:
    """
    Whether lanes have anything left to deliver now, or a follow-up run has not begun yet, or a run
    is in progress in this process.

    Exports that an earlier export holds back are not counted, nor are those of a lane that is
    paused or waits for its connector.

    Args:
        names: The names of the lanes that this process can run.
    """
    export_query = (
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
    run_query = (
        select(transitions.c.run)
        .where(
            transitions.c.ended.is_(None),
            or_(transitions.c.owner.is_(None), transitions.c.owner == store.owner),
        )
        .limit(1)
    )
    with store.reading() as batch:
        rows = (batch.connection.execute(query).first() for query in (export_query, run_query))
        return any(row is not None for row in rows)
