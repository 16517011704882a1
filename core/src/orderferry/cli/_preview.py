"""
`orderferry preview`: what a connector would send, alone on standard output.
"""

from __future__ import annotations

from pathlib import Path

import click

from orderferry.cli._batch import read_files
from orderferry.cli._command import Command
from orderferry.cli._network import no_network
from orderferry.cli._options import config_option, shipment_option, verbose_option
from orderferry.errors import OrderFormatError
from orderferry.orders import Order
from orderferry.runtime import Configured, placed_properties, preview

__all__ = ["command"]


@click.command("preview", cls=Command)
@click.option("--connector", required=True, metavar="N", help="The connector's name.")
@click.option("--connector-id", metavar="I", help="The instance; without it, the market decides.")
@shipment_option
@config_option
@verbose_option
@click.argument(
    "order",
    metavar="ORDER.json",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
)
def command(
    *,
    connector: str,
    connector_id: str | None,
    shipment_id: str | None,
    config: Path,
    order: str,
) -> None:
    """
    Print the document that a connector would send.

    It is printed as it would be sent, and nothing else is on standard output. Nothing is
    sent: while the connector is at work, this process refuses every connection.

    The exit code is 1 where the order cannot be sent as it is, and 2 for wrong usage or
    configuration, or an order that cannot be read.
    """
    with Configured.from_config(config) as configured:
        read = _only_order(configured, order)
        properties = placed_properties(configured.config.workflow, read, connector, connector_id)
        with no_network(f"connector {connector}"):
            document = preview(
                configured.instances,
                read,
                connector=connector,
                connector_id=connector_id,
                shipment_id=shipment_id,
                properties=properties,
            )
    name = f", {document.filename}" if document.filename else ""
    click.echo(f"{document.media_type}{name}", err=True)
    click.echo(document.content, nl=False)


def _only_order(configured: Configured, name: str) -> Order:
    faults: list[str] = []
    orders = [placed.order for placed in read_files(configured, [name], faults)]
    if faults:
        raise OrderFormatError(f"{name} cannot be read", faults=faults)
    if len(orders) != 1:
        raise OrderFormatError(f"{name} holds {len(orders)} orders; preview takes one")
    return orders[0]
