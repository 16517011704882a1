"""
Manual actions on exports, as commands run them: the actions, then the delivery, then the table.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from uuid import UUID

import click

from orderferry.cli._command import FAILED, USAGE, print_error
from orderferry.cli._export_rows import has_failed, print_exports
from orderferry.errors import ConflictError, UsageError
from orderferry.exports import Export
from orderferry.runtime import Ferry

__all__ = ["ExportActions", "confirm", "open_ferry"]


def open_ferry(config: Path) -> Ferry:
    """
    A ferry that delivers only the exports that it is asked to deliver.
    """
    return Ferry.from_config(config, deliver=False)


def confirm(warnings: Iterable[str], *, yes: bool) -> None:
    """
    Print warnings, and prompt whether to continue.

    Args:
        yes: The user has confirmed already, so there is no prompt.

    Raises:
        UsageError: There is no terminal to prompt on.
        click.Abort: The user declined.
    """
    warnings = list(warnings)
    for warning in warnings:
        click.echo(f"Warning: {warning}", err=True)
    if not warnings or yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("aborted: cannot prompt without a terminal; pass --yes to confirm")
    click.confirm("Continue?", abort=True, err=True)


class ExportActions:
    """
    Runs an action on several exports, one by one; an error of one does not stop the others.

    Attributes:
        exports: The exports after their actions.
        error_count: How many actions failed.
    """

    def __init__(self) -> None:
        self.exports: list[Export] = []
        self.error_count = 0

    def apply(self, export_ids: Iterable[UUID], action: Callable[[UUID], Export]) -> None:
        """
        Run the action on each export, and print the error of each action that fails.
        """
        for export_id in export_ids:
            try:
                self.exports.append(action(export_id))
            except (UsageError, ConflictError) as error:
                print_error(error)
                self.error_count += 1

    def finish(
        self,
        ctx: click.Context,
        ferry: Ferry,
        *,
        as_json: bool,
        deliver: bool = False,
        wait: float | None = None,
    ) -> None:
        """
        Deliver the exports, print them as they are then, and set the exit code.

        Args:
            deliver: Whether to deliver and wait.
            wait: How long to wait for each export to finish, in seconds.
        """
        exports: Sequence[Export] = self.exports
        if deliver:
            exports = ferry.wait(self.exports, seconds=wait)
        if exports or as_json:
            print_exports(exports, as_json=as_json)
        if self.error_count:
            ctx.exit(FAILED if exports else USAGE)
        if deliver and has_failed(exports):
            ctx.exit(FAILED)
