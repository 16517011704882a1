"""
`orderferry preview`.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import click

from orderferry.cli._batch import read_files
from orderferry.cli._command import Command
from orderferry.cli._options import config_option, shipment_option, verbose_option
from orderferry.errors import NetworkForbiddenError, OrderFormatError
from orderferry.orders import Order
from orderferry.runtime import Configured, placed_properties, preview

__all__ = ["command", "no_network"]

_EVENTS = frozenset(
    {
        "socket.connect",
        "socket.sendto",
        "socket.sendmsg",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
        "socket.getnameinfo",
    }
)


class _Guard:
    """
    An audit hook: once added it stays, so it is added once and told when to refuse.

    It sees what goes through Python's own sockets. Libraries that open sockets in C, and other
    programs that the process starts, are not seen.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._who: list[str] = []
        self._added = False

    def begin(self, who: str) -> None:
        with self._lock:
            if not self._added:
                sys.addaudithook(self)
                self._added = True
            self._who.append(who)

    def end(self) -> None:
        with self._lock:
            self._who.pop()

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._who and event in _EVENTS and not _is_local(arguments):
            raise NetworkForbiddenError(
                f"{self._who[-1]} reached for the network ({event}), where nothing may be sent"
            )


def _is_local(arguments: tuple[object, ...]) -> bool:
    first = arguments[0] if arguments else None
    return isinstance(first, socket.socket) and first.family == socket.AF_UNIX


_guard = _Guard()


@contextmanager
def no_network(who: str) -> Iterator[None]:
    """
    Refuse connections and look-ups of names in the whole process, whichever thread asks.

    Args:
        who: What is at work meanwhile, for the message.

    Raises:
        NetworkForbiddenError: Inside, where any code asks for the network.
    """
    _guard.begin(who)
    try:
        yield
    finally:
        _guard.end()


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
