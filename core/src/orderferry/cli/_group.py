"""
The group of commands, which loads a command's module only when that command is called.
"""

from __future__ import annotations

import sys
from importlib import import_module
from io import TextIOWrapper

import click

__all__ = ["COMMANDS", "LazyGroup", "main"]

COMMANDS = {
    "run": ("_run", "Run the workflow of orders that enter a status."),
    "check": ("_check", "Check connectors, settings and workflow before any order is run."),
    "orders": ("_orders", "List stored orders, or show one of them."),
    "exports": ("_exports", "List exports, show one of them, and act on them."),
    "export": ("_export", "Export stored orders again, whatever became of them before."),
    "cancel": ("_cancel", "Cancel an order at a target that has it."),
    "lanes": ("_lanes", "List lanes, pause them, or resume them."),
    "worker": ("_worker", "Deliver what is saved, until SIGTERM or SIGINT."),
    "reconcile": ("_reconcile", "Find orders that should have been exported, and were not."),
    "db": ("_db", "Bring the database's schema up to date, or check it."),
    "preview": ("_preview", "Print the document that a connector would send."),
    "connectors": ("_connectors", "List the connectors, or show one of them."),
    "doctor": (
        "_doctor",
        "Examine what is installed: whether it loads, and whether it fits together.",
    ),
    "init": ("_init", "Write a configuration for the connectors that are installed."),
    "new-connector": ("_new_connector", "Write a new connector, as a starting point for your own."),
    "certify": ("_certify", "Run the conformance suite on an installed connector."),
    "demo": ("_demo", "Export example orders to simulators of the installed connectors."),
}
"""Each command's module and its line in the help, which therefore needs no module."""


class LazyGroup(click.Group):
    """
    A group whose commands are modules of this package, each with an object `command`.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """
        The commands' names, in the order of the help.
        """
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """
        The command of that name, loaded now, or `None`.
        """
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"orderferry.cli.{COMMANDS[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """
        Write the commands' names and lines, without loading them.
        """
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="orderferry", prog_name="orderferry")
def main() -> None:
    """
    Carries orders from an order workflow to the systems that act on them.
    """
    # What a terminal's encoding lacks is shown escaped: a name must not end a run.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
