"""
`orderferry run`: run the workflow of orders that enter a status.
"""

from __future__ import annotations

from pathlib import Path

import click

from orderferry.cli._batch import read_batch, show_progress
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

    A file contains one order or a list of orders; if its name ends in .jsonl, it contains one
    order per line. The name - reads standard input. All orders are read before the first one is
    run: if one is invalid, nothing is sent.

    Exports that run after the order is saved are delivered too: the command waits until each has
    been attempted once, or cannot be attempted now. With --no-wait, a worker delivers them.

    The exit code is 0 if every outcome is Success or Warning, 1 if an outcome is Error or an
    export has failed since, and 2 for wrong usage, an invalid configuration, or an order that
    cannot be read.
    """
    with Ferry.from_config(config, deliver=not (test or no_wait)) as ferry:
        batch = read_batch(ferry, orders, status=status, shipment_id=shipment_id)
        results = Results()
        try:
            for source in show_progress(batch, "running"):
                results.run(ferry, source.order, status, shipment_id=shipment_id, test=test)
            if not (no_wait or test):
                results.settle(ferry, seconds=wait)
        except KeyboardInterrupt:
            _print_interruption(results, len(batch))
            ctx.exit(INTERRUPTED)
        finally:
            if as_json:
                results.print_json()
            elif results.runs:
                results.print_table()
    if results.failed:
        ctx.exit(FAILED)


def _print_interruption(results: Results, total: int) -> None:
    click.echo(f"Interrupted: {len(results.runs)} of {total} orders were run.", err=True)
    if results.current is not None:
        click.echo(
            f"Order {results.current.id} was in progress; it may have been sent in part.", err=True
        )
