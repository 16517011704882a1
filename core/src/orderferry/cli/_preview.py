"""
`orderferry preview`: print the document that a connector would send.
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
    An audit hook that blocks the network while it is active.

    A hook cannot be removed, so it is added once. It sees the sockets of Python, but not those
    that libraries open in C, nor those of other programs that the process starts.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._callers: list[str] = []
        self._added = False

    def begin(self, caller: str) -> None:
        with self._lock:
            if not self._added:
                sys.addaudithook(self)
                self._added = True
            self._callers.append(caller)

    def end(self) -> None:
        with self._lock:
            self._callers.pop()

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._callers and event in _EVENTS and not _is_local(arguments):
            raise NetworkForbiddenError(
                f"{self._callers[-1]} tried to use the network ({event}) during a preview"
            )


def _is_local(arguments: tuple[object, ...]) -> bool:
    first = arguments[0] if arguments else None
    return isinstance(first, socket.socket) and first.family == socket.AF_UNIX


_guard = _Guard()


@contextmanager
def no_network(caller: str) -> Iterator[None]:
    """
    Block connections and name look-ups in all threads of the process.

    Args:
        caller: The name of the code that runs inside, for the message.

    Raises:
        NetworkForbiddenError: In code inside the block that uses the network.
    """
    _guard.begin(caller)
    try:
        yield
    finally:
        _guard.end()


@click.command("preview", cls=Command)
@click.option("--connector", required=True, metavar="N", help="The connector's name.")
@click.option(
    "--connector-id", metavar="I", help="The instance's id; by default, the market decides."
)
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

    Standard output contains exactly the document. Nothing is sent: while the connector runs, this
    process blocks every connection.

    The exit code is 1 if the order is invalid for the connector, and 2 for wrong usage, an invalid
    configuration, or an order that cannot be read.
    """
    with Configured.from_config(config) as configured:
        parsed = _read_order(configured, order)
        properties = placed_properties(configured.config.workflow, parsed, connector, connector_id)
        with no_network(f"connector {connector}"):
            document = preview(
                configured.instances,
                parsed,
                connector=connector,
                connector_id=connector_id,
                shipment_id=shipment_id,
                properties=properties,
            )
    name = f", {document.filename}" if document.filename else ""
    click.echo(f"{document.media_type}{name}", err=True)
    click.echo(document.content, nl=False)


def _read_order(configured: Configured, name: str) -> Order:
    faults: list[str] = []
    orders = [source.order for source in read_files(configured, [name], faults)]
    if faults:
        raise OrderFormatError(f"{name} cannot be read", faults=faults)
    if len(orders) != 1:
        raise OrderFormatError(f"{name} contains {len(orders)} orders; preview accepts one")
    return orders[0]
