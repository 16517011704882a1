"""
`orderferry connectors`: list connectors, show one of them, and set counters.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from click.core import ParameterSource

from orderferry.cli._command import USAGE, Command, Group, print_error
from orderferry.cli._inventory import InventoryEntry, inventory
from orderferry.cli._options import config_option, verbose_option
from orderferry.connectors import (
    Catalogue,
    InstanceConfig,
    InstanceName,
    Instances,
    load_connector,
    settings_schema,
)
from orderferry.errors import ConfigurationError, UsageError
from orderferry.orders import write_json
from orderferry.runtime import Configured

__all__ = ["command"]

_log = logging.getLogger("orderferry.cli")


@click.group("connectors", cls=Group, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print the connectors as a JSON array.")
@config_option
@click.pass_context
def command(ctx: click.Context, *, as_json: bool, config: Path) -> None:
    """
    List connectors, show one of them, or set a counter.

    The state of a connector is installed, configured, quarantined (with the reason), or not
    installed (but configured). No configuration is needed.
    """
    if ctx.invoked_subcommand is not None:
        return
    with _instances(ctx) as (instances, code):
        entries = inventory(Catalogue.installed(), instances)
    if as_json:
        click.echo(write_json([entry.document() for entry in entries], indent=2))
    else:
        _print_table(entries)
    ctx.exit(code)


@command.command("show", cls=Command)
@click.argument("name", metavar="NAME")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the settings instead.")
@config_option
@click.pass_context
def show(ctx: click.Context, *, name: str, schema: bool, config: Path) -> None:
    """
    Show a connector: its hooks, its instances, and its documented settings.
    """
    catalogue = Catalogue.installed()
    connector = load_connector(catalogue, name)
    if schema:
        click.echo(write_json(settings_schema(connector.kind), indent=2))
        return
    with _instances(ctx) as (instances, code):
        entry = next(entry for entry in inventory(catalogue, instances) if entry.name == name)
    from orderferry.cli._inventory import print_connector
    from orderferry.cli._table import console

    print_connector(entry, connector.kind, console())
    ctx.exit(code)


@command.command("counter", cls=Command)
@click.argument("instance", metavar="NAME[/ID]")
@click.argument("name", metavar="COUNTER")
@click.option(
    "--set",
    "number",
    type=click.IntRange(min=1),
    metavar="N",
    help="Set the counter to N, so that the next number is N+1; it can only be raised.",
)
@click.option("--reason", metavar="R", help="The reason, for the log.")
@config_option
@verbose_option
def counter(
    *, instance: str, name: str, number: int | None, reason: str | None, config: Path
) -> None:
    """
    Show a counter of an instance, or raise it.

    A connector's stored state includes counters of numbers that must never repeat, such as
    control numbers. After a restore from a backup, the counters are as old as the backup.
    """
    # Importing the database takes a third of a second, and listing connectors does not need it.
    from orderferry.cli._stores import open_store
    from orderferry.runtime import Counter, state_of

    if (number is None) == bool(reason):
        raise UsageError("--set and --reason must be passed together")
    with open_store(config) as (settings, store):
        instance_name = _find_instance(settings.connectors, instance)
        stored = Counter(state_of(settings.runtime, store.engine)(instance_name), name)
        if number is None:
            last = stored.last()
            click.echo(f"{instance_name}: {name} is at {last}, the next is {last + 1}")
            return
        before = stored.raise_to(number)
    _log.info("counter %s of %s: %s, was %s: %s", name, instance_name, number, before, reason)
    click.echo(
        f"{instance_name}: {name} is now at {number}, was at {before}; the next is {number + 1}"
    )


def _find_instance(configured: Sequence[InstanceConfig], text: str) -> InstanceName:
    """
    The configured instance that NAME or NAME/ID names; a NAME alone must have one instance.
    """
    name, _, id_ = text.partition("/")
    matches = [
        instance.reference
        for instance in configured
        if instance.name == name and id_ in ("", instance.id)
    ]
    if len(matches) == 1:
        return matches[0]
    known = ", ".join(str(instance.reference) for instance in configured) or "none"
    problem = "has several instances" if matches else "is not configured"
    raise UsageError(f"{text} {problem}; configured instances: {known}")


@contextmanager
def _instances(ctx: click.Context) -> Iterator[tuple[Instances | None, int]]:
    """
    The configured instances, or `None` without a valid configuration, and the exit code.
    """
    config = _config_option_value(ctx)
    if config is None:
        config = ctx.params["config"]
        if not config.exists():
            yield None, 0
            return
    try:
        configured = Configured.from_config(config)
    except ConfigurationError as error:
        print_error(error)
        yield None, USAGE
        return
    with configured:
        yield configured.instances, 0


def _config_option_value(ctx: click.Context) -> Path | None:
    """
    The value of --config, which may be before or after the name of the subcommand.
    """
    for context in (ctx, ctx.parent):
        if context is None:
            continue
        if context.get_parameter_source("config") is ParameterSource.COMMANDLINE:
            config: Path = context.params["config"]
            return config
    return None


def _print_table(entries: Sequence[InventoryEntry]) -> None:
    from orderferry.cli._table import Line, print_table, standard_output
    from orderferry.cli._text import printable

    if not entries:
        click.echo("No connector is installed. Install one with pip, next to orderferry.")
        return

    def line(entry: InventoryEntry) -> Line:
        version = f"{entry.distribution} {entry.version}" if entry.version else entry.distribution
        names = ", ".join(instance.config.id for instance in entry.instances)
        cells = (entry.name, entry.state.value, version or "", names)
        return Line(tuple(map(printable, cells)), tuple(map(printable, _reasons(entry))))

    headings = ("Connector", "State", "Distribution", "Instances")
    print_table(headings, map(line, entries), standard_output())


def _reasons(entry: InventoryEntry) -> list[str]:
    """
    The reasons why the connector, or instances of it, cannot be used, each once.
    """
    broken: dict[str, list[str]] = {}
    for instance in entry.instances:
        if instance.reason is not None:
            broken.setdefault(instance.reason, []).append(instance.config.id)
    if entry.reason is not None and set(broken) <= {entry.reason}:
        return [entry.reason]
    return [f"{', '.join(ids)}: {reason}" for reason, ids in broken.items()]
