"""
`orderferry db`: the database's schema.
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
    Bring the database's schema up to date, or check it.
    """


@command.command("upgrade", cls=Command)
@config_option
def upgrade_(*, config: Path) -> None:
    """
    Make the tables, or bring them up to date.

    It can run while another process does the same. Make a backup first, and stop the workers: an
    older program refuses a newer schema.
    """
    settings = read_configuration(config)
    engine = open_engine(settings.runtime.database_url)
    try:
        before = current_revision(engine)
        now = upgrade(engine)
    finally:
        engine.dispose()
    where = settings.runtime.shown_database
    if before == now:
        click.echo(f"{where} has schema {now} already")
    else:
        click.echo(f"{where} has schema {now} now" + (f", it had {before}" if before else ""))


@command.command("check", cls=Command)
@config_option
def check(*, config: Path) -> None:
    """
    Check that the database answers, and has the schema that this program works with.

    The exit code is 2 where it does not.
    """
    settings = read_configuration(config)
    engine = open_engine(settings.runtime.database_url)
    try:
        check_schema(engine)
        found = current_revision(engine)
    finally:
        engine.dispose()
    click.echo(f"{settings.runtime.shown_database} has schema {found}, as it should")
