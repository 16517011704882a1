"""
`orderferry lanes`: list the lanes, pause them and resume them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orderferry.cli._command import Command, Group
from orderferry.cli._options import config_option, format_time, json_option, operator_options
from orderferry.cli._stores import open_reader
from orderferry.connectors import ExportState
from orderferry.delivery import lane_lock
from orderferry.errors import UsageError
from orderferry.exports import PENDING
from orderferry.storage import LaneSummary, list_lanes, locks_for

if TYPE_CHECKING:
    from orderferry.runtime import Ferry

__all__ = ["command"]

_WAITING = PENDING - {ExportState.UNKNOWN}

_names_argument = click.argument("names", nargs=-1, metavar="LANE...")
_all_option = click.option("--all", "everything", is_flag=True, help="All lanes.")


@click.group("lanes", cls=Group)
def command() -> None:
    """
    List lanes, pause them, or resume them.
    """


@command.command("list", cls=Command)
@json_option
@config_option
def list_(*, as_json: bool, config: Path) -> None:
    """
    List the lanes: whether a worker runs them, why they are paused, and their exports by state.
    """
    with open_reader(config) as (settings, store):
        lanes = list_lanes(store, age_limits=settings.runtime.age_limits)
        with closing(locks_for(store.engine)) as locks:
            running = {lane.row.name for lane in lanes if locks.is_held(lane_lock(lane.row.name))}
    if as_json:
        from orderferry.orders import write_json

        click.echo(write_json([_document(lane, running) for lane in lanes], indent=2))
    else:
        _print(lanes, running)


@command.command("pause", cls=Command)
@_names_argument
@_all_option
@operator_options(default="for the time being")
@config_option
def pause(
    *, names: tuple[str, ...], everything: bool, reason: str, user: str, config: Path
) -> None:
    """
    Pause lanes: they send nothing until they are resumed.

    A lane is a connector's instance, such as erp_sap/main; a connector's name selects all its
    lanes. Exports in flight are finished; an export that a transition awaits fails at once.
    """
    # Listing lanes needs no connector, so pausing alone imports the runtime.
    from orderferry.cli._actions import open_ferry
    from orderferry.exports import Act

    with open_ferry(config) as ferry:
        lanes = _select(ferry, names, everything=everything)
        ferry.acts.pause(lanes, Act(user=user, reason=reason))
    click.echo(f"Paused: {', '.join(lanes)}")


@command.command("resume", cls=Command)
@_names_argument
@_all_option
@config_option
def resume(*, names: tuple[str, ...], everything: bool, config: Path) -> None:
    """
    Resume lanes that an operator or a failure has paused.
    """
    from orderferry.cli._actions import open_ferry

    with open_ferry(config) as ferry:
        lanes = _select(ferry, names, everything=everything)
        ferry.acts.resume(lanes)
    click.echo(f"Resumed: {', '.join(lanes)}")


def _select(ferry: Ferry, names: Sequence[str], *, everything: bool) -> list[str]:
    """
    The names of the lanes that the arguments of a command select.
    """
    if everything == bool(names):
        raise UsageError("pass either names of lanes or --all")
    lanes = ferry.acts.lane_names()
    if everything:
        return list(lanes)
    selected: list[str] = []
    for name in names:
        instance_names = (f"{name}/", f"{name}#")
        matches = [lane for lane in lanes if lane == name or lane.startswith(instance_names)]
        if not matches:
            raise UsageError(f"there is no lane {name}; there are {', '.join(lanes) or 'none'}")
        selected += matches
    return list(dict.fromkeys(selected))


def _document(lane: LaneSummary, running: set[str]) -> dict[str, object]:
    row = lane.row
    return {
        "name": row.name,
        "connector": row.connector,
        "connectorId": row.connector_id,
        "running": row.name in running,
        "paused": row.paused,
        "cause": row.cause,
        "reason": row.reason,
        "until": row.until,
        "counts": {state.value: count for state, count in sorted(lane.counts.items())},
        "oldest": lane.oldest,
        "overdue": lane.overdue,
    }


def _print(lanes: Sequence[LaneSummary], running: set[str]) -> None:
    if not lanes:
        click.echo("No lanes: no connector is configured, or the database has not been used yet.")
        return
    from orderferry.cli._table import Line, print_table, standard_output
    from orderferry.cli._text import printable

    def line(lane: LaneSummary) -> Line:
        counts = ", ".join(f"{count} {state}" for state, count in sorted(lane.counts.items()))
        cells = (lane.row.name, _state(lane, running), counts or "-", _age(lane.oldest))
        return Line(tuple(map(printable, cells)), tuple(map(printable, _notes(lane))))

    headings = ("Lane", "State", "Exports", "Age of oldest")
    print_table(headings, map(line, lanes), standard_output())


def _state(lane: LaneSummary, running: set[str]) -> str:
    if lane.row.paused:
        return "paused"
    if lane.row.reason is not None:
        return "waiting"
    if lane.row.name in running:
        return "running"
    return "no worker" if lane.counts.keys() & _WAITING else "idle"


def _notes(lane: LaneSummary) -> Iterator[str]:
    until = f" until {format_time(lane.row.until)}" if lane.row.until is not None else ""
    if lane.row.paused:
        yield f"{lane.row.cause}{until}: {lane.row.reason or 'no reason given'}"
    elif lane.row.reason is not None:
        yield lane.row.reason
    if lane.overdue:
        yield f"{lane.overdue} overdue: `orderferry exports list --overdue`"


def _age(since: datetime | None) -> str:
    """
    The time since a moment, in its largest unit.
    """
    if since is None:
        return "-"
    seconds = max((datetime.now(UTC) - since).total_seconds(), 0.0)
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
