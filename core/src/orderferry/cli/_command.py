"""
A command, and how its failures reach a person: a message on standard error and an exit code.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
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

__all__ = ["FAILED", "INTERRUPTED", "USAGE", "Command", "Group", "exit_code", "lines_of", "tell"]

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


class _Reporting(click.Command):
    """
    Ends with a plain message where a failure of ours ends it.

    Anything else is a fault in the program, and shows its traceback.
    """

    def invoke(self, ctx: click.Context) -> object:
        """
        Run the command.
        """
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except OrderferryError as error:
            tell(error)
            ctx.exit(exit_code(error))


class Command(_Reporting):
    """
    A command of `orderferry`.
    """


class Group(_Reporting, click.Group):
    """
    A command of `orderferry` that has commands of its own.

    Args:
        modules: The modules of those that are imported when they are called or described, by the
            command's name, which is the object's name too.
    """

    def __init__(
        self,
        *arguments: Any,  # noqa: ANN401 - click's
        modules: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*arguments, **more)
        self._modules = dict(modules or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """
        The commands' names, sorted.
        """
        return sorted({*super().list_commands(ctx), *self._modules})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """
        The command of that name, or `None`.
        """
        if cmd_name not in self._modules:
            return super().get_command(ctx, cmd_name)
        module = import_module(f"orderferry.cli.{self._modules[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command


def tell(error: OrderferryError) -> None:
    """
    Print a failure on standard error.
    """
    first, *rest = lines_of(error)
    click.echo(f"Error: {first}", err=True)
    for line in rest:
        click.echo(line, err=True)
