"""
`orderferry exports verify`: after a restore of the database, what the targets have.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from orderferry.cli._acting import acting_ferry
from orderferry.cli._command import FAILED, Command
from orderferry.cli._options import (
    MOMENT,
    config_option,
    json_option,
    person_options,
    verbose_option,
)
from orderferry.exports import Act, export_document
from orderferry.orders import write_json
from orderferry.runtime import Verified

__all__ = ["verify"]


@click.command("verify", cls=Command)
@click.option(
    "--since",
    required=True,
    type=MOMENT,
    metavar="T",
    help="When the backup was made, or a little earlier: in UTC, unless it has a zone.",
)
@person_options(default="verified after a restore of the database")
@json_option
@config_option
@verbose_option
@click.pass_context
def verify(
    ctx: click.Context, *, since: datetime, reason: str, user: str, as_json: bool, config: Path
) -> None:
    """
    Ask the targets about everything that may have been sent since a time.

    After the database was restored from a backup, what it takes for unsent may have been sent.
    Pause the lanes first (`orderferry lanes pause --all`); what a target has is accepted then, and
    is not sent again when the lanes go on (`orderferry lanes resume --all`).

    The exit code is 1 where a target has lost what it accepted, or cannot tell what it has.
    """
    with acting_ferry(config) as ferry:
        found = list(ferry.acts.verify(since, Act(user=user, reason=reason)))
    if as_json:
        click.echo(write_json([_document(each) for each in found], indent=2))
    else:
        _print(found)
    if not all(each.is_settled for each in found):
        ctx.exit(FAILED)


def _document(verified: Verified) -> dict[str, object]:
    return {
        **export_document(verified.export),
        "was": verified.was.state.value,
        "target": verified.verdict.value,
        "note": verified.note,
        "settled": verified.is_settled,
    }


def _print(found: Sequence[Verified]) -> None:
    from orderferry.cli._table import Line, page, print_table
    from orderferry.cli._text import printable

    if not found:
        click.echo("Nothing may have been sent since.")
        return

    def line(each: Verified) -> Line:
        key = each.export.key
        cells = (
            str(key.id),
            key.order_id,
            key.reference,
            each.was.state.value,
            each.verdict.value,
            each.export.state.value,
        )
        return Line(tuple(map(printable, cells)), (printable(each.note),) if each.note else ())

    heads = ("Export", "Order", "Connector", "Was", "Target", "Now")
    print_table(heads, map(line, found), page())
    unsettled = sum(not each.is_settled for each in found)
    click.echo(f"{len(found)} asked about, {unsettled} left for a person.")
