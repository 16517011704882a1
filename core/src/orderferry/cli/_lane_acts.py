"""
`orderferry lanes pause` and `resume`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from orderferry.cli._acting import acting_ferry
from orderferry.cli._command import Command
from orderferry.cli._options import config_option, person_options
from orderferry.errors import UsageError
from orderferry.exports import Act
from orderferry.runtime import Ferry

__all__ = ["pause", "resume"]

_names_argument = click.argument("names", nargs=-1, metavar="LANE...")
_all_option = click.option("--all", "everything", is_flag=True, help="All lanes.")


@click.command("pause", cls=Command)
@_names_argument
@_all_option
@person_options(default="for the time being")
@config_option
def pause(
    *, names: tuple[str, ...], everything: bool, reason: str, user: str, config: Path
) -> None:
    """
    Pause lanes: they send nothing until they are resumed.

    A lane is a connector's instance, such as erp_sap/main; a connector's name means all its
    lanes. Exports in flight are finished; an export that a transition awaits fails at once.
    """
    with acting_ferry(config) as ferry:
        lanes = _chosen(ferry, names, everything=everything)
        ferry.acts.pause(lanes, Act(user=user, reason=reason))
    click.echo(f"Paused: {', '.join(lanes)}")


@click.command("resume", cls=Command)
@_names_argument
@_all_option
@config_option
def resume(*, names: tuple[str, ...], everything: bool, config: Path) -> None:
    """
    Resume lanes, whether an operator or a failure has paused them.
    """
    with acting_ferry(config) as ferry:
        lanes = _chosen(ferry, names, everything=everything)
        ferry.acts.resume(lanes)
    click.echo(f"Resumed: {', '.join(lanes)}")


def _chosen(ferry: Ferry, names: Sequence[str], *, everything: bool) -> list[str]:
    if everything == bool(names):
        raise UsageError("name lanes, or say --all")
    lanes = ferry.acts.lane_names()
    if everything:
        return list(lanes)
    chosen: list[str] = []
    for name in names:
        instance_names = (f"{name}/", f"{name}#")
        matches = [lane for lane in lanes if lane == name or lane.startswith(instance_names)]
        if not matches:
            raise UsageError(f"there is no lane {name}; there are {', '.join(lanes) or 'none'}")
        chosen += matches
    return list(dict.fromkeys(chosen))
