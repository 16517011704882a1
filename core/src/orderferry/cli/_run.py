"""
`orderferry run`: orders enter a status, and its workflow runs.
"""

from __future__ import annotations

from pathlib import Path

import click

from orderferry.cli._batch import progress, read_batch
from orderferry.cli._command import FAILED, INTERRUPTED, Command
from orderferry.cli._options import (
    config_option,
    orders_argument,
    shipment_option,
    verbose_option,
    wait_options,
)
from orderferry.cli._results import Results
from orderferry.runtime import Ferry

__all__ = ["command"]


@click.command("run", cls=Command)
@click.option("--status", required=True, metavar="S", help="The status that the orders enter.")
@shipment_option
@click.option("--test", is_flag=True, help="Send nothing and save nothing.")
@wait_options
@click.option("--json", "as_json", is_flag=True, help="Print the results as a JSON array.")
@config_option
@verbose_option
@orders_argument
@click.pass_context
def command(
    ctx: click.Context,
    *,
    status: str,
    shipment_id: str | None,
    test: bool,
    wait: float | None,
    no_wait: bool,
    as_json: bool,
    config: Path,
    orders: tuple[str, ...],
) -> None:
    """
    Run the workflow of orders that enter a status.

    A file holds one order or a list of them, or one a line where its name ends in .jsonl; - reads
    standard input. All orders are read before the first is run: one bad, and nothing is sent.

    What runs after the order is saved is delivered too: the command waits until each such export
    has been tried once, or cannot be tried now. With --no-wait a worker delivers it.

    The exit code is 0 where every outcome is Success or Warning, 1 where some is Error or an
    export has ended badly since, and 2 for wrong usage or configuration, or an order that cannot
    be read.
    """
    with Ferry.from_config(config, deliver=not (test or no_wait)) as ferry:
        batch = read_batch(ferry, orders, status=status, shipment_id=shipment_id)
        results = Results()
        try:
            for placed in progress(batch, "running"):
                results.run(ferry, placed.order, status, shipment_id=shipment_id, test=test)
            if not (no_wait or test):
                results.settle(ferry, seconds=wait)
        except KeyboardInterrupt:
            _tell_interrupted(results, len(batch))
            ctx.exit(INTERRUPTED)
        finally:
            if as_json:
                results.print_json()
            elif results.found:
                results.print_table()
    if results.failed:
        ctx.exit(FAILED)


def _tell_interrupted(results: Results, total: int) -> None:
    click.echo(f"Interrupted: {len(results.found)} of {total} orders were run.", err=True)
    if results.under_way is not None:
        click.echo(
            f"Order {results.under_way.id} was under way; it may have been sent in part.", err=True
        )
