"""
`orderferry init`: a configuration for the connectors that are installed.
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
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@config_option
@click.pass_context
def command(ctx: click.Context, *, force: bool, config: Path) -> None:
    """
    Write a configuration for the connectors that are installed.

    It writes orderferry.toml, with every setting of these connectors and its documentation, and
    workflow.json next to it. Secrets are read from the environment.
    """
    workflow = config.parent / "workflow.json"
    there = [str(path) for path in (config, workflow) if path.exists()]
    if there and not force:
        raise UsageError(f"{' and '.join(there)} would be overwritten; --force does it")
    usable, broken = _connectors(Catalogue.installed())
    if not usable:
        for reason in broken:
            click.echo(reason, err=True)
        click.echo(
            "No connector that can be used is installed. Install one beside orderferry, with pip.",
            err=True,
        )
        ctx.exit(FAILED)
    names = [each.entry.name for each in usable]
    _write(config, configuration_text(usable, broken).encode())
    _write(workflow, write_json(starter_workflow(names), indent=2) + b"\n")
    click.echo(f"Wrote {config} and {workflow} for {', '.join(names)}.")
    variables = [each for found in usable for each in found.starter.variables]
    if variables:
        click.echo(f"Set in the environment: {', '.join(variables)}")
    click.echo("Then mend what is CHANGE-ME or under example.com, and run: orderferry check")


def _connectors(catalogue: Catalogue) -> tuple[list[Usable], list[str]]:
    usable, broken = [], []
    for name in catalogue.names:
        try:
            loaded = load_connector(catalogue, name)
        except LoadError as error:
            broken.append(str(error))
        else:
            usable.append(Usable(loaded.entry, starter(name, loaded.kind, catalogue)))
    return usable, broken


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
