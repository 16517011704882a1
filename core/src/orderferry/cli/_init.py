"""
`orderferry init`: write a configuration for the installed connectors.
"""

from __future__ import annotations

from pathlib import Path

import click

from orderferry.cli._command import FAILED, Command
from orderferry.cli._options import config_option
from orderferry.cli._starter import Usable, configuration_text, starter, starter_workflow
from orderferry.connectors import Catalogue, load_connector
from orderferry.errors import LoadError, UsageError
from orderferry.orders import write_json

__all__ = ["command"]


@click.command("init", cls=Command)
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@config_option
@click.pass_context
def command(ctx: click.Context, *, force: bool, config: Path) -> None:
    """
    Write a configuration for the installed connectors.

    The command writes orderferry.toml, with every setting of these connectors and its
    documentation, and workflow.json next to it. Secrets are read from the environment.
    """
    workflow = config.parent / "workflow.json"
    existing = [str(path) for path in (config, workflow) if path.exists()]
    if existing and not force:
        raise UsageError(f"{' and '.join(existing)} would be overwritten; pass --force to do so")
    usable, broken = _connectors(Catalogue.installed())
    if not usable:
        for reason in broken:
            click.echo(reason, err=True)
        click.echo(
            "No usable connector is installed. Install one with pip, next to orderferry.",
            err=True,
        )
        ctx.exit(FAILED)
    names = [connector.entry.name for connector in usable]
    _write(config, configuration_text(usable, broken).encode())
    _write(workflow, write_json(starter_workflow(names), indent=2) + b"\n")
    click.echo(f"Wrote {config} and {workflow} for {', '.join(names)}.")
    variables = [name for connector in usable for name in connector.starter.variables]
    if variables:
        click.echo(f"Set these environment variables: {', '.join(variables)}")
    click.echo("Next, replace every CHANGE-ME and example.com value, and run: orderferry check")


def _connectors(catalogue: Catalogue) -> tuple[list[Usable], list[str]]:
    usable, broken = [], []
    for name in catalogue.names:
        try:
            connector = load_connector(catalogue, name)
        except LoadError as error:
            broken.append(str(error))
        else:
            usable.append(Usable(connector.entry, starter(name, connector.kind, catalogue)))
    return usable, broken


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
