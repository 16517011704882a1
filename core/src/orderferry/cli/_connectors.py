"""
`orderferry connectors`: what is installed and configured, and what each connector wants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from click.core import ParameterSource

from orderferry.cli._command import USAGE, Command, Group, tell
from orderferry.cli._inventory import InventoryEntry, inventory
from orderferry.cli._options import config_option
from orderferry.connectors import Catalogue, Instances, load_connector, settings_schema
from orderferry.errors import ConfigurationError
from orderferry.orders import write_json
from orderferry.runtime import Configured

__all__ = ["command"]


@click.group("connectors", cls=Group, modules={"counter": "_counter"}, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print the connectors as a JSON array.")
@config_option
@click.pass_context
def command(ctx: click.Context, *, as_json: bool, config: Path) -> None:
    """
    List the connectors, or show one of them.

    Each is installed, configured, quarantined with the reason, or configured but not installed.
    A configuration is not needed.
    """
    if ctx.invoked_subcommand is not None:
        return
    with _instances(ctx) as (instances, code):
        found = inventory(Catalogue.installed(), instances)
    if as_json:
        click.echo(write_json([each.document() for each in found], indent=2))
    else:
        _print_table(found)
    ctx.exit(code)


@command.command("show", cls=Command)
@click.argument("name", metavar="NAME")
@click.option("--schema", is_flag=True, help="Print the settings' JSON Schema instead.")
@config_option
@click.pass_context
def show(ctx: click.Context, *, name: str, schema: bool, config: Path) -> None:
    """
    Show a connector: its hooks, its instances, and its settings with their documentation.
    """
    catalogue = Catalogue.installed()
    loaded = load_connector(catalogue, name)
    if schema:
        click.echo(write_json(settings_schema(loaded.kind), indent=2))
        return
    with _instances(ctx) as (instances, code):
        entry = next(each for each in inventory(catalogue, instances) if each.name == name)
    from orderferry.cli._inventory import print_connector
    from orderferry.cli._table import console

    print_connector(entry, loaded.kind, console())
    ctx.exit(code)


@contextmanager
def _instances(ctx: click.Context) -> Iterator[tuple[Instances | None, int]]:
    """
    The configured instances, where there is a configuration that holds, and the exit code.
    """
    config = _given_config(ctx)
    if config is None:
        config = ctx.params["config"]
        if not config.exists():
            yield None, 0
            return
    try:
        configured = Configured.from_config(config)
    except ConfigurationError as error:
        tell(error)
        yield None, USAGE
        return
    with configured:
        yield configured.instances, 0


def _given_config(ctx: click.Context) -> Path | None:
    """
    The configuration that was asked for, here or before the name of the command.
    """
    for each in (ctx, ctx.parent):
        if each is not None and each.get_parameter_source("config") is ParameterSource.COMMANDLINE:
            found: Path = each.params["config"]
            return found
    return None


def _print_table(found: Sequence[InventoryEntry]) -> None:
    from orderferry.cli._table import Line, page, print_table
    from orderferry.cli._text import printable

    if not found:
        click.echo("No connector is installed. Install one beside orderferry, with pip.")
        return

    def line(entry: InventoryEntry) -> Line:
        version = f"{entry.distribution} {entry.version}" if entry.version else entry.distribution
        names = ", ".join(each.config.id for each in entry.instances)
        cells = (entry.name, entry.state.value, version or "", names)
        return Line(tuple(map(printable, cells)), tuple(map(printable, _reasons(entry))))

    heads = ("Connector", "State", "Distribution", "Instances")
    print_table(heads, map(line, found), page())


def _reasons(entry: InventoryEntry) -> list[str]:
    """
    Why it, or instances of it, cannot be used; each reason once.
    """
    broken: dict[str, list[str]] = {}
    for each in entry.instances:
        if each.reason is not None:
            broken.setdefault(each.reason, []).append(each.config.id)
    if entry.reason is not None and set(broken) <= {entry.reason}:
        return [entry.reason]
    return [f"{', '.join(ids)}: {reason}" for reason, ids in broken.items()]
