"""
`orderferry exports`: list stored exports, and show one of them.
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
from orderferry.cli._stores import open_reader, open_store
from orderferry.connectors import ExportState
from orderferry.errors import UsageError
from orderferry.exports import Operation
from orderferry.storage import ExportFilter, count_exports, list_exports

__all__ = ["command"]

TABLE_LIMIT = 100
"""The default of --limit for a table."""


@click.group(
    "exports",
    cls=Group,
    modules={
        "cancel": "_export_actions",
        "resolve": "_export_actions",
        "retry": "_export_actions",
        "verify": "_export_actions",
    },
)
def command() -> None:
    """
    List, show, retry, resolve, cancel or verify exports.
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
    type=click.Choice([operation.value for operation in Operation]),
    help="Only exports of this operation.",
)
@since_option
@click.option("--overdue", is_flag=True, help="Only overdue exports.")
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
    List exports in the order in which they were created.

    The table shows the last 100 exports unless --limit is passed; JSON contains all. An export is
    overdue if it has been in its state for longer than [runtime.age_limits] allows.
    """
    with open_reader(config) as (settings, store):
        with store.reading() as batch:
            now = batch.now()
        criteria = ExportFilter(
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
        exports = list_exports(store, criteria)
        omitted = 0 if as_json else count_exports(store, criteria) - len(exports)
    print_exports(exports, as_json=as_json, omitted=omitted)


@command.command("show", cls=Command)
@click.argument("export_id", metavar="EXPORT", type=click.UUID)
@json_option
@config_option
def show(*, export_id: UUID, as_json: bool, config: Path) -> None:
    """
    Show an export: its attempts, its requests and responses, and its history.

    Requests and responses are stored without secrets, and deleted after document_retention_days.
    """
    from orderferry.storage import export_details

    with open_store(config) as (_, store):
        details = export_details(store, export_id)
    if details is None:
        raise UsageError(f"there is no export {export_id}")
    from orderferry.cli._details import details_document, print_details

    if as_json:
        from orderferry.orders import write_json

        click.echo(write_json(details_document(details), indent=2))
    else:
        print_details(details)
