"""
`orderferry lanes`: what each lane is at, and having it pause or go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from orderferry.cli._command import Command, Group
from orderferry.cli._options import config_option, json_option, shown
from orderferry.cli._stores import opened_reader
from orderferry.connectors import ExportState
from orderferry.delivery import lane_lock
from orderferry.exports import PENDING
from orderferry.storage import LaneSummary, list_lanes, locks_for

__all__ = ["command"]

_WAITING = PENDING - {ExportState.UNKNOWN}


@click.group("lanes", cls=Group, modules={"pause": "_lane_acts", "resume": "_lane_acts"})
def command() -> None:
    """
    List lanes, pause them, or resume them.
    """


@command.command("list", cls=Command)
@json_option
@config_option
def list_(*, as_json: bool, config: Path) -> None:
    """
    List the lanes: whether a process runs them, why they are paused, and what waits in them.
    """
    with opened_reader(config) as (settings, store):
        found = list_lanes(store, age_limits=settings.runtime.age_limits)
        with closing(locks_for(store.engine)) as locks:
            run = {each.row.name for each in found if locks.is_held(lane_lock(each.row.name))}
    if as_json:
        from orderferry.orders import write_json

        click.echo(write_json([_document(each, run) for each in found], indent=2))
    else:
        _print(found, run)


def _document(lane: LaneSummary, run: set[str]) -> dict[str, object]:
    row = lane.row
    return {
        "name": row.name,
        "connector": row.connector,
        "connectorId": row.connector_id,
        "running": row.name in run,
        "paused": row.paused,
        "cause": row.cause,
        "reason": row.reason,
        "until": row.until,
        "counts": {state.value: count for state, count in sorted(lane.counts.items())},
        "oldest": lane.oldest,
        "overdue": lane.overdue,
    }


def _print(found: Sequence[LaneSummary], run: set[str]) -> None:
    if not found:
        click.echo(
            "There are no lanes: no connector is configured, or nothing has used the database yet."
        )
        return
    from orderferry.cli._table import Line, page, print_table
    from orderferry.cli._text import printable

    def line(lane: LaneSummary) -> Line:
        counts = ", ".join(f"{count} {state}" for state, count in sorted(lane.counts.items()))
        cells = (lane.row.name, _state(lane, run), counts or "-", _age(lane.oldest))
        return Line(tuple(map(printable, cells)), tuple(map(printable, _notes(lane))))

    print_table(("Lane", "State", "Exports", "Oldest"), map(line, found), page())


def _state(lane: LaneSummary, run: set[str]) -> str:
    if lane.row.paused:
        return "paused"
    if lane.row.reason is not None:
        return "waits"
    if lane.row.name in run:
        return "running"
    return "nobody runs it" if lane.counts.keys() & _WAITING else "idle"


def _notes(lane: LaneSummary) -> Iterator[str]:
    until = f" until {shown(lane.row.until)}" if lane.row.until is not None else ""
    if lane.row.paused:
        yield f"{lane.row.cause}{until}: {lane.row.reason or 'no reason is given'}"
    elif lane.row.reason is not None:
        yield lane.row.reason
    if lane.overdue:
        yield f"{lane.overdue} overdue: `orderferry exports list --overdue`"


def _age(since: datetime | None) -> str:
    """
    How long ago something was, in its largest unit.
    """
    if since is None:
        return "-"
    seconds = max((datetime.now(UTC) - since).total_seconds(), 0.0)
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
