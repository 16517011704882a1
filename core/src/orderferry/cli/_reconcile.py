"""
`orderferry reconcile`: orders at a status whose workflow exports them, without an export.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from orderferry.cli._acting import acting_ferry
from orderferry.cli._command import Command
from orderferry.cli._options import config_option, json_option, person_options
from orderferry.exports import Act, export_document
from orderferry.orders import write_json
from orderferry.runtime import Missing

__all__ = ["command"]


@click.command("reconcile", cls=Command)
@click.option("--enqueue", is_flag=True, help="Make the exports that are missing.")
@person_options(default="found missing by reconcile")
@json_option
@config_option
def command(*, enqueue: bool, reason: str, user: str, as_json: bool, config: Path) -> None:
    """
    Find orders that should have been exported, and were not.

    They are at a status whose workflow exports them, and have no such export. With --enqueue the
    exports are made, and a worker delivers them. Steps with conditions, and those that a cancelled
    workflow did not reach, are left out: they run when the order enters its status again.
    """
    with acting_ferry(config) as ferry:
        found = list(ferry.acts.reconcile(Act(user=user, reason=reason), enqueue=enqueue))
    if as_json:
        click.echo(write_json([_document(each) for each in found], indent=2))
    else:
        _print(found)


def _document(missing: Missing) -> dict[str, object]:
    document = export_document(missing.export)
    names = ("orderId", "shipmentId", "connector", "connectorId", "operation", "status", "version")
    return {
        **{name: document[name] for name in names},
        "why": missing.why,
        "export": document["id"] if missing.enqueued else None,
    }


def _print(found: Sequence[Missing]) -> None:
    from orderferry.cli._table import Line, page, print_table
    from orderferry.cli._text import printable

    if not found:
        click.echo("Nothing is missing.")
        return

    def line(each: Missing) -> Line:
        state = "enqueued" if each.enqueued else "missing"
        cells = (each.order_id, each.status, each.export.key.reference, state)
        return Line(tuple(map(printable, cells)), (each.why,))

    print_table(("Order", "Status", "Connector", "Export"), map(line, found), page())
