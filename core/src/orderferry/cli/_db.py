"""
`orderferry db`: upgrade and check the database's schema.
"""

from __future__ import annotations

from pathlib import Path

import click

from orderferry.cli._command import Command, Group
from orderferry.cli._options import config_option
from orderferry.cli._stores import read_configuration
from orderferry.storage import check_schema, current_revision, open_engine, upgrade

__all__ = ["command"]


@click.group("db", cls=Group)
def command() -> None:
    """
    Upgrade or check the database's schema.
    """


@command.command("upgrade", cls=Command)
@config_option
def upgrade_(*, config: Path) -> None:
    """
    Create the tables, or upgrade them to this program's schema.

    Several processes can run this command at once. Make a backup and stop the workers first: an
    older program does not start with a newer schema.
    """
    settings = read_configuration(config)
    engine = open_engine(settings.runtime.database_url)
    try:
        old_schema = current_revision(engine)
        new_schema = upgrade(engine)
    finally:
        engine.dispose()
    database = settings.runtime.shown_database
    if old_schema == new_schema:
        click.echo(f"{database} already has schema {new_schema}")
    elif old_schema:
        click.echo(f"{database} now has schema {new_schema}, upgraded from {old_schema}")
    else:
        click.echo(f"{database} now has schema {new_schema}")


@command.command("check", cls=Command)
@config_option
def check(*, config: Path) -> None:
    """
    Check that the database can be reached and has this program's schema.

    The exit code is 2 if not.
    """
    settings = read_configuration(config)
    engine = open_engine(settings.runtime.database_url)
    try:
        check_schema(engine)
        schema = current_revision(engine)
    finally:
        engine.dispose()
    click.echo(f"{settings.runtime.shown_database} has the expected schema {schema}")
