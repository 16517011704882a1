"""
`orderferry connectors counter`: where a counter of an instance stands, and setting it forward.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import click

from orderferry.cli._command import Command
from orderferry.cli._options import config_option, verbose_option
from orderferry.connectors import InstanceConfig, InstanceName
from orderferry.errors import UsageError

__all__ = ["counter"]

_log = logging.getLogger("orderferry.cli")


@click.command("counter", cls=Command)
@click.argument("instance", metavar="NAME[/ID]")
@click.argument("name", metavar="COUNTER")
@click.option(
    "--set",
    "number",
    type=click.IntRange(min=1),
    metavar="N",
    help="Set the counter to N, so that the next number is N+1; it can only be raised.",
)
@click.option("--reason", metavar="R", help="Why it is set; it is logged.")
@config_option
@verbose_option
def counter(
    *, instance: str, name: str, number: int | None, reason: str | None, config: Path
) -> None:
    """
    Show a counter of an instance, or set it forward.

    A connector counts what must never repeat, such as control numbers, in its memory. After a
    restore from a backup that memory is as old as the backup.
    """
    # A database costs a third of a second to import, and the list of connectors needs none.
    from orderferry.cli._stores import opened_store
    from orderferry.runtime import Counter, state_of

    if (number is None) == bool(reason):
        raise UsageError("--set and --reason go together")
    with opened_store(config) as (settings, store):
        whose = _chosen(settings.connectors, instance)
        found = Counter(state_of(settings.runtime, store.engine)(whose), name)
        if number is None:
            last = found.last()
            click.echo(f"{whose}: {name} is at {last}, the next is {last + 1}")
            return
        before = found.raise_to(number)
    _log.info("counter %s of %s: %s, was %s: %s", name, whose, number, before, reason)
    click.echo(f"{whose}: {name} is at {number} now, was at {before}; the next is {number + 1}")


def _chosen(configured: Sequence[InstanceConfig], asked: str) -> InstanceName:
    """
    The configured instance of that name, the only one where no id is given.
    """
    name, _, id_ = asked.partition("/")
    found = [each.reference for each in configured if each.name == name and id_ in ("", each.id)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(str(each.reference) for each in configured) or "none"
    what = "is not one instance" if found else "is not configured"
    raise UsageError(f"{asked} {what}; there are {known}")
