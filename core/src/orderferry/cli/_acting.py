"""
What commands share that act on exports: each act by itself, then the waiting, then the table.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from uuid import UUID

import click

from orderferry.cli._command import FAILED, USAGE, tell
from orderferry.cli._export_rows import failed, print_exports
from orderferry.errors import ConflictError, UsageError
from orderferry.exports import Export
from orderferry.runtime import Ferry

__all__ = ["Acting", "acting_ferry", "confirm"]


def acting_ferry(config: Path) -> Ferry:
    """
    A ferry that delivers only what it is told to.
    """
    return Ferry.from_config(config, deliver=False)


def confirm(warnings: Iterable[str], *, yes: bool) -> None:
    """
    Warn, and ask whether to go on.

    Args:
        yes: It was said already.

    Raises:
        UsageError: There is nobody to ask.
        click.Abort: The answer was no.
    """
    warnings = list(warnings)
    for warning in warnings:
        click.echo(f"Warning: {warning}", err=True)
    if not warnings or yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("nothing was done: there is nobody to ask; say --yes if it is to be done")
    click.confirm("Go on?", abort=True, err=True)


class Acting:
    """
    Acts on several exports, one after the other; one that is refused leaves the others alone.

    Attributes:
        done: The exports as the acts left them.
        refused: How many acts were refused.
    """

    def __init__(self) -> None:
        self.done: list[Export] = []
        self.refused = 0

    def act(self, export_ids: Iterable[UUID], decide: Callable[[UUID], Export]) -> None:
        """
        Decide about each export.
        """
        for export_id in export_ids:
            try:
                self.done.append(decide(export_id))
            except (UsageError, ConflictError) as error:
                tell(error)
                self.refused += 1

    def end(
        self,
        ctx: click.Context,
        ferry: Ferry,
        *,
        as_json: bool,
        deliver: bool = False,
        wait: float | None = None,
    ) -> None:
        """
        Deliver, print what became of the exports, and set the exit code.

        Args:
            deliver: Whether to deliver and wait.
            wait: How long to wait for each export to be finished, in seconds.
        """
        found: Sequence[Export] = self.done
        if deliver:
            found = ferry.wait(self.done, seconds=wait)
        if found or as_json:
            print_exports(found, as_json=as_json)
        if self.refused:
            ctx.exit(FAILED if found else USAGE)
        if deliver and failed(found):
            ctx.exit(FAILED)
