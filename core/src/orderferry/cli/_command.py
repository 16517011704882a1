"""
The base of every command: errors become a message on standard error and an exit code.
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

__all__ = [
    "FAILED",
    "INTERRUPTED",
    "USAGE",
    "Command",
    "Group",
    "error_lines",
    "exit_code",
    "print_error",
]

FAILED = 1
"""An outcome is Error, or a finding failed."""

USAGE = 2
"""Wrong usage, an invalid configuration, or an order that cannot be read."""

INTERRUPTED = 130
"""Interrupted from the keyboard (128 + SIGINT)."""


def exit_code(error: OrderferryError) -> int:
    """
    The exit code of a command that ends with this error.
    """
    is_usage = isinstance(error, UsageError | LoadError | ExporterNotFoundError)
    return USAGE if is_usage else FAILED


def error_lines(error: OrderferryError) -> list[str]:
    """
    The lines of an error: its message, then each fault or problem that the message omits.
    """
    details: list[str] = []
    if isinstance(error, OrderFormatError | SettingsError):
        details = list(error.faults)
    details += [str(problem) for problem in getattr(error, "problems", ())]
    message = str(error)
    lines = message.splitlines() or [type(error).__name__]
    lines += [f"  {detail}" for detail in details if detail not in message]
    return [printable(line) for line in lines]


class _Reporting(click.Command):
    """
    A command that prints an `OrderferryError` as a message, without a traceback.

    Any other exception is a fault in the program, and shows its traceback.
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
            print_error(error)
            ctx.exit(exit_code(error))


class Command(_Reporting):
    """
    A command of `orderferry`.
    """


class Group(_Reporting, click.Group):
    """
    A command of `orderferry` that has subcommands.

    Args:
        modules: The modules of subcommands that are imported only when they are called or
            described, by the subcommand's name, which is also the object's name.
    """

    def __init__(
        self,
        *arguments: Any,  # noqa: ANN401 - click's
        modules: Mapping[str, str] | None = None,
        **attributes: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*arguments, **attributes)
        self._modules = dict(modules or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """
        The names of the subcommands, sorted.
        """
        return sorted({*super().list_commands(ctx), *self._modules})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """
        The subcommand of that name, or `None`.
        """
        if cmd_name not in self._modules:
            return super().get_command(ctx, cmd_name)
        module = import_module(f"orderferry.cli.{self._modules[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command


def print_error(error: OrderferryError) -> None:
    """
    Print an error on standard error.
    """
    first, *rest = error_lines(error)
    click.echo(f"Error: {first}", err=True)
    for line in rest:
        click.echo(line, err=True)
