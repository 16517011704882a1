"""
`orderferry reconcile`: find orders that should have been exported but were not.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from orderferry.cli._actions import open_ferry
from orderferry.cli._command import Command
from orderferry.cli._options import config_option, json_option, operator_options
from orderferry.exports import Act, export_document
from orderferry.orders import write_json
from orderferry.runtime import Missing

__all__ = ["command"]


@click.command("reconcile", cls=Command)
@click.option("--enqueue", is_flag=True, help="Create the missing exports.")
@operator_options(default="found missing by reconcile")
@json_option
@config_option
def command(*, enqueue: bool, reason: str, user: str, as_json: bool, config: Path) -> None:
    """
    Find orders that should have been exported but were not.

    These orders are at a status whose workflow exports them, but have no such export. With
    --enqueue, the exports are created, and a worker delivers them. Steps with conditions, and
    steps that a cancelled workflow did not reach, are omitted: they run when the order enters its
    status again.
    """
    with open_ferry(config) as ferry:
        missing = list(ferry.acts.reconcile(Act(user=user, reason=reason), enqueue=enqueue))
    if as_json:
        click.echo(write_json([_document(row) for row in missing], indent=2))
    else:
        _print(missing)


def _document(missing: Missing) -> dict[str, object]:
    document = export_document(missing.export)
    names = ("orderId", "shipmentId", "connector", "connectorId", "operation", "status", "version")
    return {
        **{name: document[name] for name in names},
        "why": missing.why,
        "export": document["id"] if missing.enqueued else None,
    }


def _print(missing: Sequence[Missing]) -> None:
    from orderferry.cli._table import Line, print_table, standard_output
    from orderferry.cli._text import printable

    if not missing:
        click.echo("No exports are missing.")
        return

    def line(row: Missing) -> Line:
        state = "enqueued" if row.enqueued else "missing"
        cells = (row.order_id, row.status, row.export.key.reference, state)
        return Line(tuple(map(printable, cells)), (row.why,))

    headings = ("Order", "Status", "Connector", "Export")
    print_table(headings, map(line, missing), standard_output())
