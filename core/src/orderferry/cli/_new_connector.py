"""
`orderferry new-connector`: a connector to begin with.
"""

from __future__ import annotations

from pathlib import Path

import click

from orderferry.cli._command import Command
from orderferry.cli._scaffold import accepted_versions, names_of, render
from orderferry.connectors import Catalogue
from orderferry.errors import UsageError

__all__ = ["command"]

_NEXT = """\
Wrote {folder}: a connector of its own, with a simulator of its target. As it is, it passes:

  cd {folder}
  pip install . 'orderferry[testing]'
  orderferry certify {name}

Its README.md says which lines are yours to change.
"""


@click.command("new-connector", cls=Command)
@click.argument("name")
@click.option("--http", is_flag=True, help="It speaks to a REST API with a token (the default).")
@click.option("--file", is_flag=True, help="It writes files into a folder.")
@click.option(
    "--into",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="Where its folder goes; by default, here.",
)
def command(*, name: str, http: bool, file: bool, into: Path) -> None:
    """
    Write a new connector, as a starting point for your own.

    It has a simulator of its target, it builds, and its tests pass as it is. NAME is what steps
    call it, such as acme; its folder is then orderferry-acme, and its package orderferry_acme.
    """
    if http and file:
        raise UsageError("--http and --file are two kinds of connector; choose one")
    names = names_of(name)
    folder = into / names.distribution
    if folder.exists():
        raise UsageError(f"{folder} is there already; choose another name, or another place")
    installed = Catalogue.installed()
    if name in installed.names:
        click.echo(
            f"Warning: a connector {name} is installed already; with both, neither can be used.",
            err=True,
        )
    render(names, "file" if file else "http", accepted_versions(installed.core_version), folder)
    click.echo(_NEXT.format(folder=folder, name=name), nl=False)
