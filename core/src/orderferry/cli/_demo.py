"""
`orderferry demo`: the example orders, exported to simulators of the installed connectors.
"""

from __future__ import annotations

import click
from rich.cells import chop_cells
from rich.console import Console
from rich.text import Text

from orderferry.cli._command import FAILED, Command
from orderferry.cli._options import verbose_option
from orderferry.cli._results import Results
from orderferry.cli._stage import REFUSED, Played, examples, stage
from orderferry.cli._table import console
from orderferry.cli._text import printable
from orderferry.connectors import Catalogue, Received
from orderferry.runtime import Ferry

__all__ = ["command"]

SHOWN_LINES = 3


@click.command("demo", cls=Command)
@verbose_option
@click.pass_context
def command(ctx: click.Context) -> None:
    """
    Export example orders to simulators of the installed connectors.

    The simulators listen on free ports of this machine, and everything is gone afterwards. One of
    the orders is bad, so that a refusal can be seen.
    """
    connectors, simulators = Catalogue.installed(), Catalogue.installed("orderferry.simulators")
    names = [name for name in connectors.names if name in simulators.names]
    if not names:
        click.echo(
            "No connector with a simulator is installed. Install one beside orderferry, such as:\n"
            "  pip install orderferry-erp-sap\n"
            "or from wheels: pip install dist/*.whl",
            err=True,
        )
        ctx.exit(FAILED)
    results = Results()
    click.echo(f"Example orders enter the status New; simulators of {', '.join(names)} listen.\n")
    with stage(names, simulators) as (config, played):
        # An empty environment: no proxy stands between this machine and itself.
        with Ferry.from_config(config, environment={}) as ferry:
            good = _run(ferry, results)
        results.print_table()
        out = console()
        for each in played:
            _print_received(each, out)
    click.echo("\nAll of it is gone again. To begin with systems of your own: orderferry init")
    ctx.exit(0 if good else FAILED)


def _run(ferry: Ferry, results: Results) -> bool:
    """
    Run the examples; whether all went well but the one that is to be refused.
    """
    good = True
    for name, data in examples().items():
        (order,) = ferry.read_orders(data)
        results.run(ferry, order, "New", shipment_id=None, test=False)
        good = good and (name == REFUSED or not results.failed)
    results.settle(ferry)
    return good


def _print_received(played: Played, out: Console) -> None:
    address = played.simulator.address
    where = "its folder" if address is None else "{}:{}".format(*address)
    received = played.simulator.received()
    count = "1 document" if len(received) == 1 else f"{len(received)} documents"
    out.print()
    out.print(Text(f"{played.connector} at {where} received {count}", style="bold"))
    for each in received:
        out.print(Text(f"  {printable(_title(each))}"), soft_wrap=True)
        _print_start(each.content, out)


def _title(received: Received) -> str:
    shipment = f", shipment {received.shipment_id}" if received.shipment_id else ""
    return f"order {received.order_id}{shipment}: {received.remote_id}"


def _print_start(content: bytes, out: Console) -> None:
    """
    The first lines of a document, folded where they are longer than the terminal is wide.
    """
    width = max(out.width - 4, 1)
    text = content.decode("utf-8", "replace")
    lines = [
        line for part in text.splitlines() if part for line in chop_cells(printable(part), width)
    ]
    for line in lines[:SHOWN_LINES]:
        out.print(Text(f"    {line}", style="dim"), soft_wrap=True)
    if len(lines) > SHOWN_LINES:
        out.print(Text(f"    ... and {len(lines) - SHOWN_LINES} more lines"))
