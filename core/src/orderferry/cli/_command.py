"""
A command, and how its failures reach a person: a message on standard error and an exit code.
"""

from __future__ import annotations

from typing import Any

import click

from orderferry.cli._text import printable
from orderferry.errors import (
    ExporterNotFoundError,
    LoadError,
    OrderferryError,
    OrderFormatError,
    SettingsError,
    UsageError,
)

__all__ = ["FAILED", "INTERRUPTED", "USAGE", "Command", "exit_code", "lines_of"]

FAILED = 1
"""Some outcome is Error, or a finding failed."""

USAGE = 2
"""Usage, configuration, or an order that cannot be read."""

INTERRUPTED = 130
"""Stopped by the keyboard (128 + SIGINT)."""


def exit_code(error: OrderferryError) -> int:
    """
    The exit code of a failure that ended a command.
    """
    usage = isinstance(error, UsageError | LoadError | ExporterNotFoundError)
    return USAGE if usage else FAILED


def lines_of(error: OrderferryError) -> list[str]:
    """
    The failure for people: its message, then each fault or problem that the message leaves out.
    """
    details: list[str] = []
    if isinstance(error, OrderFormatError | SettingsError):
        details = list(error.faults)
    details += [str(problem) for problem in getattr(error, "problems", ())]
    message = str(error)
    lines = message.splitlines() or [type(error).__name__]
    lines += [f"  {each}" for each in details if each not in message]
    return [printable(line) for line in lines]


class Command(click.Command):
    """
    A command that ends with a plain message where a failure of ours ends it.

    Anything else is a fault in the program, and shows its traceback.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """
        Run the command.
        """
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except OrderferryError as error:
            first, *rest = lines_of(error)
            click.echo(f"Error: {first}", err=True)
            for line in rest:
                click.echo(line, err=True)
            ctx.exit(exit_code(error))
