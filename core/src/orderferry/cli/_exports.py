"""
`orderferry exports`: the ledger, and what people do to it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from orderferry.cli._command import Command, Group
from orderferry.cli._export_rows import print_exports
from orderferry.cli._options import (
    config_option,
    instance_options,
    json_option,
    limit_option,
    since_option,
)
from orderferry.cli._stores import opened_reader, opened_store
from orderferry.connectors import ExportState
from orderferry.errors import UsageError
from orderferry.exports import Operation
from orderferry.storage import ExportFilter, count_exports, list_exports

__all__ = ["command"]

TABLE_LIMIT = 100
"""How many rows a table has, unless more are asked for."""


@click.group(
    "exports",
    cls=Group,
    modules={
        "cancel": "_export_acts",
        "resolve": "_export_acts",
        "retry": "_export_acts",
        "verify": "_verify",
    },
)
def command() -> None:
    """
    List exports, show one of them, and act on them.
    """


@command.command("list", cls=Command)
@click.option("--order", "order_id", metavar="ID", help="Only exports of this order.")
@instance_options()
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in ExportState]),
    help="Only exports in this state (repeatable).",
)
@click.option(
    "--operation",
    type=click.Choice([each.value for each in Operation]),
    help="Only exports that ask the connector for this operation.",
)
@since_option
@click.option(
    "--overdue",
    is_flag=True,
    help="Only overdue exports: those that are in their state for too long.",
)
@limit_option
@json_option
@config_option
def list_(
    *,
    order_id: str | None,
    connector: str | None,
    connector_id: str | None,
    states: tuple[str, ...],
    operation: str | None,
    since: datetime | None,
    overdue: bool,
    limit: int | None,
    as_json: bool,
    config: Path,
) -> None:
    """
    List exports in the order in which they were made.

    A table has the last 100, unless --limit says otherwise; JSON has all.
    """
    with opened_reader(config) as (settings, store):
        with store.reading() as batch:
            now = batch.now()
        wanted = ExportFilter(
            order_id=order_id,
            connector=connector,
            connector_id=connector_id,
            operation=None if operation is None else Operation(operation),
            states=frozenset(map(ExportState, states)),
            since=since,
            overdue_at=now if overdue else None,
            age_limits=settings.runtime.age_limits,
            limit=limit if as_json or limit is not None else TABLE_LIMIT,
        )
        found = list_exports(store, wanted)
        left_out = 0 if as_json else count_exports(store, wanted) - len(found)
    print_exports(found, as_json=as_json, left_out=left_out)


@command.command("show", cls=Command)
@click.argument("export_id", metavar="EXPORT", type=click.UUID)
@json_option
@config_option
def show(*, export_id: UUID, as_json: bool, config: Path) -> None:
    """
    Show an export: its attempts, what was sent and answered, and its history.

    Secrets are hidden in requests and answers, which are kept for as long as the configuration
    says.
    """
    from orderferry.storage import export_details

    with opened_store(config) as (_, store):
        details = export_details(store, export_id)
    if details is None:
        raise UsageError(f"there is no export {export_id}")
    from orderferry.cli._export_details import details_document, print_details

    if as_json:
        from orderferry.orders import write_json

        click.echo(write_json(details_document(details), indent=2))
    else:
        print_details(details)
