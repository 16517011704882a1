"""
The command `orderferry`, which loads a subcommand's module only when it is called.
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
    "exports": ("_exports", "List, show, retry, resolve, cancel or verify exports."),
    "export": ("_export", "Export stored orders again, regardless of earlier exports."),
    "cancel": ("_cancel", "Cancel an order at a target that received it."),
    "lanes": ("_lanes", "List lanes, pause them, or resume them."),
    "worker": ("_worker", "Deliver queued exports until SIGTERM or SIGINT."),
    "reconcile": ("_reconcile", "Find orders that should have been exported but were not."),
    "db": ("_db", "Upgrade or check the database's schema."),
    "preview": ("_preview", "Print the document that a connector would send."),
    "connectors": ("_connectors", "List connectors, show one of them, or set a counter."),
    "doctor": ("_doctor", "Check that the installed distributions load and fit together."),
    "init": ("_init", "Write a configuration for the installed connectors."),
    "new-connector": ("_new_connector", "Write a new connector as a starting point."),
    "certify": ("_certify", "Run the conformance suite on an installed connector."),
    "demo": ("_demo", "Export example orders to simulators of the installed connectors."),
}
"""Each command's module and its line in the help, which is printed without loading the module."""


class LazyGroup(click.Group):
    """
    A group whose commands are modules of this package, each with a `command` object.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """
        The names of the commands, in the order of the help.
        """
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """
        Load the command of that name; `None` if there is none.
        """
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"orderferry.cli.{COMMANDS[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """
        Write the commands' names and lines without loading their modules.
        """
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="orderferry", prog_name="orderferry")
def main() -> None:
    """
    Exports orders from a workflow to ERP, WMS and 3PL systems.
    """
    # Characters that the terminal's encoding lacks are escaped: a name must not end a run.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
